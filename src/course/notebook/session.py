"""Where a notebook is: its chapter, its workspace, its client. `begin` says so; everything else asks here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from course.catalog import Chapter
from course.errors import CourseError
from course.progress import Progress
from course.project.workspace import Workspace


@dataclass(frozen=True)
class Session:
    """One notebook's run, from one `begin` to the next."""

    workspace: Workspace
    chapter: Chapter
    exercise: bool
    client: httpx2.AsyncClient


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


def chapter_now() -> int:
    """Return the number of the chapter that was begun here, else of the one that was begun last anywhere (or 0)."""
    if _session:
        return _session.chapter.number
    last = progress().last_place()
    return last.chapter if last else 0


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
        progress().record(kind, chapter=chapter, item=item, outcome=outcome, points=points, detail=detail)
    except CourseError as error:
        return f"Not recorded: {error}"
    return ""
