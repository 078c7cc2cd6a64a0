"""Two readings of one answer: the files on disk, which a check tries, and the saved notebook, which is handed in.

Where they are the same, check and grade say the same. Where they are not, the learner hears which cell it is.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from course.catalog import content
from course.grading import submission
from course.grading.answers import Answers, CellWrite, cell_writes, normal
from course.grading.exercise import Exercise

SAVE = "save the notebook (Ctrl+S)"


@dataclass(frozen=True)
class SavedNotebook:
    """An exercise notebook as it is on disk: what the grader would take, and from which cells."""

    answers: Answers
    cells: tuple[CellWrite, ...]
    saved_ns: int
    """When it was saved, as `time.time_ns()` counts."""
    shipped: Mapping[str, str] = field(default_factory=dict)
    """What the cells of the release write: a text of these that was never run is nobody's answer yet."""
    problem: str = ""
    """Why the grader could not read it; empty when it can."""


def read_saved(path: Path, exercise: Exercise) -> SavedNotebook | None:
    """Read a notebook as the grader does; None when there is none. Never raises for what is in it."""
    try:
        saved_ns = path.stat().st_mtime_ns
        release = json.loads(content().exercise_notebook(exercise.chapter).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    text, problem = submission.content_of(path)
    whole = submission.read(text, release, problem)
    problem = str(whole["metadata"].get(submission.PROBLEM, ""))
    try:
        cells, _ = cell_writes(json.loads(text) if text else {})
    except (ValueError, RecursionError):
        cells = []
    shipped = {cell.path: cell.text for cell in cell_writes(release)[0]}
    return SavedNotebook(submission.answers(whole, exercise), tuple(cells), saved_ns, shipped, problem)


def differences(
    saved: SavedNotebook,
    disk: Mapping[str, str],
    paths: Collection[str],
    written_ns: Mapping[str, int],
) -> list[str]:
    """Say, for each of these paths, where the saved notebook hands in another text than `disk` has.

    `disk` holds the touched files only. `written_ns` is when a cell of this kernel wrote a path last: a notebook
    saved before that only needs to be saved.
    """
    if saved.problem:
        return [f"As it is saved, the notebook cannot be graded. {saved.problem}"]
    found: list[str] = []
    unsaved: list[str] = []
    for path in sorted(paths):
        here, there = disk.get(path), saved.answers.files.get(path)
        if _same(here, there) or (here is None and _same(saved.shipped.get(path), there)):
            continue
        if written_ns.get(path, 0) > saved.saved_ns:
            unsaved.append(path)
        else:
            cells = [cell for cell in saved.cells if cell.path == path]
            found.append(_difference(path, here, there, cells))
    if unsaved:
        named = ", ".join(f"`{path}`" for path in unsaved)
        found.append(f"Not saved yet: {SAVE} before you hand it in. It has another text of {named}.")
    return found


def _difference(path: str, here: str | None, there: str | None, cells: list[CellWrite]) -> str:
    """One sentence about one path; cells are counted from the top of the notebook."""
    if there is not None and not [cell for cell in cells if _same(cell.text, there)]:
        return (
            f"The notebook hands in another text of `{path}` than my-api has: run its cell and check again."
        )
    same = [cell.number for cell in cells if _same(cell.text, here)]
    handed = [cell.number for cell in cells if _same(cell.text, there)]
    if here is None:
        return (
            f"`{path}`: cell {handed[-1]} hands in a text that my-api does not have. Run it, then this cell."
        )
    if not cells:
        return (
            f"No cell of the saved notebook writes `{path}`, so your text would not be handed in: put it into a "
            f"`%%write {path}` cell, run it and {SAVE}."
        )
    if there is None:
        return (
            f"Cell {cells[-1].number} of the saved notebook has the gaps of `{path}` still, so your text would not be "
            f"handed in: put it there, run it and {SAVE}."
        )
    if same:
        return (
            f"The notebook hands in another text of `{path}` than my-api has: cell {handed[-1]} stands below cell "
            f"{same[-1]}, and the last one counts. Delete it, or run it and check again."
        )
    return f"The notebook hands in another text of `{path}` than my-api has: run cell {handed[-1]}, {SAVE} and check again."


def _same(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one is other
    return normal(one) == normal(other)


def where_saved(root: Path, exercise: Exercise, session_name: str = "") -> Path:
    """Return where the notebook that is handed in lies.

    That is the one which runs, by Jupyter's `session_name`, where it has the exercise's name (a hub fetches into
    folders of its own), else the one of the workspace's layout.
    """
    name = f"{exercise.chapter.slug}.ipynb"
    here = Path(session_name)
    if (
        here.is_absolute()
        and here.name == name
        and here.parent.name == exercise.chapter.slug
        and here.is_file()
    ):
        return here
    return root / "exercises" / exercise.chapter.slug / name
