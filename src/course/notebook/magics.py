"""`%%write PATH`: a cell that is a file of `my-api`."""

import time
from pathlib import PurePosixPath

from IPython.core.getipython import get_ipython

from course.errors import CourseError
from course.notebook.display import show
from course.notebook.kernel import running_cell
from course.notebook.session import progress, record, standing
from course.pictures.diff import diff_view
from course.progress import Kind
from course.project.files import write_file
from course.project.ground import digest
from course.project.imports import forget_app, stale_names
from course.project.sources import WRITE, split_write, without_markers

NOT_FIRST = (
    "Nothing was written: `%%write` has to be the first line of its cell, for only such cells are handed in. Take out what "
    "stands above it, such as `%%time`."
)
USAGE = "Name one file after %%write, such as %%write app/users/schemas.py."


def write_cell(line: str, cell: str) -> None:
    """Write a file of my-api, make the app fresh, and show what changed.

    Raises CourseError, with nothing written, when `line` does not name a file of the project, the text does not
    parse, or the cell as it stands would not be handed in.
    """
    if (running := running_cell()) and not running.lstrip().startswith(WRITE):
        raise CourseError(NOT_FIRST)
    split = split_write(f"{WRITE} {line}\n{cell}")
    if split is None:
        raise CourseError(USAGE)
    path, content = str(PurePosixPath(split[0])), without_markers(split[1])
    session = standing()
    report = write_file(session.workspace.project, split[0], content)
    session.written_ns[path] = time.time_ns()
    forget_app()
    notes = _stale_note()
    sha = digest(content)
    try:
        known = progress().written().get(path) == sha
    except CourseError:
        known = False  # recording it will say what is wrong
    if not known and (
        problem := record(Kind.WRITE, chapter=session.chapter.number, item=path, detail={"sha": sha})
    ):
        notes.append(problem)
    show(
        diff_view(
            report.path,
            report.diff,
            created=report.created,
            changed=report.changed,
            lines=report.lines,
            notes=notes,
        )
    )


def _stale_note() -> list[str]:
    shell = get_ipython()
    names = stale_names(shell.user_ns) if shell is not None else []
    if not names:
        return []
    named = ", ".join(f"`{name}`" for name in names)
    verb = "still holds" if len(names) == 1 else "still hold"
    return [
        f"{named} {verb} the old code: run the cell that sets {'it' if len(names) == 1 else 'them'} again."
    ]
