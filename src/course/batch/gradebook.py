"""nbgrader's gradebook, opened once: one transaction a submission, all or nothing.

nbgrader opens its gradebook nine times to record one submission and commits more than twenty times. Within
`only(gradebook)` its converters get the one that is open, and a submission is one commit: faster on SQLite, much
faster on PostgreSQL, and a process that is killed leaves no half-recorded submission behind.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, SubmittedAssignment
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from course.errors import CourseError

_OPENERS = (
    "nbgrader.converters.autograde",
    "nbgrader.converters.generate_assignment",
    "nbgrader.preprocessors.latesubmissions",
    "nbgrader.preprocessors.overwritecells",
    "nbgrader.preprocessors.overwritekernelspec",
    "nbgrader.preprocessors.saveautogrades",
    "nbgrader.preprocessors.savecells",
)
"""The modules of nbgrader 0.9 that open a gradebook to generate or autograde."""


class OpenGradebook(Gradebook):  # type: ignore[misc] # nbgrader has no types
    """A gradebook that stays open until `release`, whose commits count when the transaction around them ends."""

    db: scoped_session[Session]

    def __init__(self, db_url: str, course_id: str) -> None:
        super().__init__(db_url, course_id)
        self.db.remove()
        self._connection = self.engine.connect()
        self.db = scoped_session(sessionmaker(bind=self._connection, join_transaction_mode="rollback_only"))
        self._courses = {course_id}

    def close(self) -> None:
        """Stay open: nbgrader closes after every look."""

    def release(self) -> None:
        """Close for good."""
        self.db.remove()
        self._connection.close()
        self.engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what is written inside; the session forgets it afterwards, so memory stays flat."""
        with self._connection.begin():
            try:
                yield
            finally:
                self.db.remove()

    def reopened(self, course_id: str) -> "OpenGradebook":
        """What nbgrader gets when it opens the gradebook: this one, with a row for the course it names."""
        if course_id not in self._courses:
            self.check_course(course_id)
            self._courses.add(course_id)
        return self

    def extensions(self, assignment: str) -> dict[str, timedelta | None]:
        """The students whom the gradebook has a submission of, and the extension that each was granted."""
        rows = (
            self.db.query(SubmittedAssignment.student_id, SubmittedAssignment.extension)
            .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
            .filter(Assignment.name == assignment)
        )
        found: dict[str, timedelta | None] = {row[0]: row[1] for row in rows}
        self.db.remove()
        return found

    def extension(self, assignment: str, student: str) -> timedelta | None:
        """The extension that one student was granted."""
        found: timedelta | None = self.find_submission(assignment, student).extension
        self.db.remove()
        return found

    def due(self, assignment: str) -> datetime | None:
        """When an assignment is due, if it ever is; None also for one that is not registered."""
        found = self.db.query(Assignment.duedate).filter(Assignment.name == assignment).first()
        self.db.remove()
        return found[0] if found else None

    def knows(self, assignment: str) -> bool:
        """Whether an assignment is registered."""
        found = self.db.query(Assignment.id).filter(Assignment.name == assignment).first() is not None
        self.db.remove()
        return found


@contextmanager
def open_gradebook(db_url: str, course_id: str) -> Iterator[OpenGradebook]:
    """Open a gradebook, made first when it is not there; CourseError when that cannot be done."""
    shown = db_url
    try:
        shown = make_url(db_url).render_as_string(hide_password=True)
        _make(db_url, course_id)
        gradebook = OpenGradebook(db_url, course_id)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise CourseError(
            f"The gradebook's address {shown} cannot be used: {_first_line(error)}. For PostgreSQL, write "
            "postgresql+psycopg://… and install the course with its `gradebook` extra."
        ) from error
    except (SQLAlchemyError, OSError) as error:
        raise CourseError(f"The gradebook at {shown} cannot be opened: {_first_line(error)}.") from error
    try:
        yield gradebook
    finally:
        gradebook.release()


@contextmanager
def only(gradebook: OpenGradebook) -> Iterator[None]:
    """Let nbgrader's converters use this gradebook wherever they would open one. For one thread at a time."""

    def opened(db_url: str, course_id: str = "default_course", authenticator: Any = None) -> OpenGradebook:  # noqa: ANN401 - nbgrader's
        return gradebook.reopened(course_id)

    modules = [import_module(name) for name in _OPENERS]
    if any(module.Gradebook is not Gradebook for module in modules):
        raise CourseError("Another thread of this process is writing to a gradebook: let it finish first.")
    for module in modules:
        module.Gradebook = opened  # type: ignore[attr-defined]  # re-exported there
    try:
        yield
    finally:
        for module in modules:
            module.Gradebook = Gradebook  # type: ignore[attr-defined]  # re-exported there


def _make(db_url: str, course_id: str) -> None:
    """Make a new SQLite gradebook under another name first: a half-made one would never be completed."""
    url = make_url(db_url)
    if url.get_backend_name() != "sqlite" or not url.database or Path(url.database).exists():
        return
    path = Path(url.database)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    new_url = url.set(database=str(new)).render_as_string(hide_password=False)
    Gradebook(new_url, course_id).close()
    os.replace(new, path)


def _first_line(error: Exception) -> str:
    original = getattr(error, "orig", None) or error
    lines = str(original).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
