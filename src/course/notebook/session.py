"""Where a notebook is: its ground, its workspace, its client. `begin` says so; everything else asks here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from course.catalog import Chapter
from course.errors import CourseError
from course.notebook import board
from course.progress import Progress
from course.project.ground import Ground, ground_of
from course.project.workspace import Workspace

FIRST_CELL = "Run the first cell of this notebook first: it brings my-api to where this notebook begins."


@dataclass(frozen=True)
class Session:
    """One notebook's run, from one `begin` to the next."""

    workspace: Workspace
    chapter: Chapter
    exercise: bool
    client: httpx2.AsyncClient
    written_ns: dict[str, int] = field(default_factory=dict)
    """When a `%%write` cell of this kernel wrote a file last: path -> `time.time_ns()`."""

    @property
    def ground(self) -> Ground:
        return Ground(self.chapter.number, self.exercise)


_session: Session | None = None


def current() -> Session | None:
    """Return what `begin` began last in this process; None before that."""
    return _session


def start(session: Session) -> None:
    """Make this the session that the rest of the notebook works in."""
    global _session
    _session = session


def workspace() -> Workspace:
    """Return the learner's workspace, before `begin` too; CourseError when there is none."""
    return _session.workspace if _session else Workspace.find()


def standing() -> Session:
    """Return the session, after a look at the ground under it.

    Raises CourseError when nothing was begun in this kernel, when the learner's folder is gone, and when another
    notebook has begun another ground since: whatever is asked then, the answer would be about the wrong code.
    """
    if _session is None:
        raise CourseError(FIRST_CELL)
    ground_under(_session.workspace, _session.ground)
    return _session


def my_api() -> Path:
    """Return the folder of `my-api`, where it stands on this notebook's ground; CourseError otherwise."""
    return standing().workspace.project


def ground_under(place: Workspace, wanted: Ground) -> None:
    """Raise CourseError when the workspace is not there, or `my-api` does not stand on this ground."""
    refuse_missing(place)
    now = ground_of(place)
    if now is None:
        raise CourseError(f"my-api has not been brought to {wanted} yet: run the first cell of its notebook.")
    if not place.project.is_dir():
        raise CourseError(
            "my-api is not there any more: run the first cell again, and the course brings its files."
        )
    if now == wanted:
        return
    again = "run the first cell again" if _session and _session.ground == wanted else f"begin {wanted} first"
    raise CourseError(f"my-api is in {now} now: {again} (`{wanted.call()}`).")


def refuse_missing(place: Workspace) -> None:
    """Raise CourseError when the learner's folder is not there: nothing is made in its stead."""
    if not place.root.is_dir():
        raise CourseError(
            f"{place.root} is not there any more: was it moved or renamed? Stop JupyterLab, and run `course start` in "
            "the folder's new place. Nothing was written."
        )


def progress() -> Progress:
    """Return the learner's record."""
    return Progress(workspace().state / "progress.db")


def record(
    kind: str,
    *,
    chapter: int,
    item: str = "",
    outcome: str = "",
    points: float = 0,
    detail: Mapping[str, Any] | None = None,
) -> str:
    """Record what happened. Return "" or, when that failed, the sentence that says why: no verdict waits for it."""
    try:
        refuse_missing(workspace())
        mine = progress()
        mine.record(kind, chapter=chapter, item=item, outcome=outcome, points=points, detail=detail)
    except CourseError as error:
        return f"Not recorded: {error}"
    board.tell(mine)
    return ""
