"""The course map in the welcome notebook, before any kernel runs."""

from pathlib import Path
from typing import Any

from course.catalog import catalog, content
from course.classroom.copy import read_notebook, write_notebook
from course.classroom.merge import Notebook
from course.classroom.places import enter
from course.pictures.view import View
from course.project.cells import source_of
from course.project.workspace import Workspace

MAP_CALL = "course.map("


def put_map(workspace: Workspace, notary: Any) -> None:  # noqa: ANN401 - nbformat is slow to import
    """Show the course map as it stands in a copy's welcome notebook, and have JupyterLab trust it.

    Outputs are no edit, so an update of the copy does not mind. A notebook with other outputs that nobody vouches for
    is not signed. Raises CourseError when the progress or the notebook cannot be used.
    """
    path = workspace.root / "notebooks" / f"{catalog().chapters[0].slug}.ipynb"
    notebook = read_notebook(path)
    if notebook is None:
        return
    trusted = not _has_outputs(notebook) or notary.check_signature(_as_jupyter_reads(path))
    _show(notebook, current_map(workspace))
    write_notebook(path, notebook)
    if trusted:
        notary.sign(_as_jupyter_reads(path))


def trust_built(notary: Any) -> None:  # noqa: ANN401 - see above
    """Have JupyterLab show the lessons of the clone as they were built, map included, before anything runs."""
    for chapter in catalog().chapters:
        path = content().lesson_notebook(chapter)
        if read_notebook(path) is not None:
            notary.sign(_as_jupyter_reads(path))


def _as_jupyter_reads(path: Path) -> object:
    import nbformat

    notebook: object = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # nbformat leaves it untyped
    return notebook


def current_map(workspace: Workspace) -> View:
    """Return the course map of this workspace; CourseError when its progress cannot be read."""
    from course.notebook.overview import course_map

    enter(workspace)
    return course_map()


def map_cell(notebook: Notebook) -> dict[str, Any] | None:
    """Return the code cell that shows the map; None when the learner has deleted it."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and MAP_CALL in source_of(cell):
            found: dict[str, Any] = cell
            return found
    return None


def _show(notebook: Notebook, view: View) -> None:
    cell = map_cell(notebook)
    if cell is None:
        return
    output = {"text/plain": view.text, "text/html": view.html}
    cell["execution_count"] = None
    cell["outputs"] = [{"output_type": "display_data", "data": output, "metadata": {}}]


def _has_outputs(notebook: Notebook) -> bool:
    return any(cell.get("outputs") for cell in notebook["cells"])
