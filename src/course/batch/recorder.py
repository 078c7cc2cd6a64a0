"""The one writer: verdicts become nbgrader's own records, by nbgrader's own converter.

A submission goes through `nbgrader autograde` as ever (cells restored, scores, comments, late penalty, the autograded
notebook), but for the one preprocessor that grades: it takes the verdict that is there already.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader.converters import BaseConverter, GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import DBAPIError, OperationalError
from traitlets.config import Config

from course.batch.autograde import CourseAutograde
from course.batch.gradebook import OpenGradebook, only
from course.batch.handed_in import Submission
from course.batch.nbgrader_bridge import GradeAnswers, collected_log
from course.batch.settings import Settings
from course.catalog import Chapter
from course.errors import CourseError
from course.grading.verdict import Verdict

_PAUSES = (0.5, 2.0, 5.0)
"""Seconds to wait before trying again when somebody else holds the gradebook; nbgrader has waited 5 s by then."""


class NotRecordedError(Exception):
    """nbgrader cannot record this submission; the text says why."""


class ReadyVerdict(GradeAnswers):
    """Stands where nbgrader's Execute does, with a verdict that was reached elsewhere."""

    def __init__(self, ready: Verdict, **traits: Any) -> None:  # noqa: ANN401 - traitlets'
        super().__init__(**traits)
        self._ready = ready

    def verdict(self, nb: NotebookNode, chapter: Chapter) -> Verdict:
        """Return the verdict that is there."""
        return self._ready


class AutogradeOne(CourseAutograde):
    """Autogrades one submission that was found already."""

    def __init__(self, found: Submission, **traits: Any) -> None:  # noqa: ANN401 - traitlets'
        super().__init__(**traits)
        self._found = found

    def wanted(self) -> Iterator[Submission]:
        """Yield the one submission."""
        yield self._found


class Recorder:
    """Writes to the gradebook and to `.course/autograded`; one at a time."""

    def __init__(self, settings: Settings, gradebook: OpenGradebook) -> None:
        self._settings = settings
        self._gradebook = gradebook
        self._scratch = settings.state / "scratch"

    def register(self, assignment: str) -> None:
        """Tell the gradebook of an assignment's cells and points, as `nbgrader generate_assignment` does.

        The release lands in the batch's scratch folder: `exercises/` is left alone. Raises CourseError when nbgrader
        refuses, as it does when cells are gone that somebody has grades for.
        """
        c = self._config("", assignment)
        c.CourseDirectory.release_directory = str(self._scratch / "release")
        try:
            self._convert(GenerateAssignment(coursedir=CourseDirectory(config=c), config=c, force=True))
        except NotRecordedError as error:
            raise CourseError(f"nbgrader cannot register {assignment} in the gradebook: {error}.") from error
        finally:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def record(self, submission: Submission, verdict: Verdict) -> None:
        """Record one submission: all of it or nothing.

        Raises NotRecordedError when nbgrader cannot take the submission, CourseError when the gradebook cannot be
        written to.
        """
        c = self._config(submission.student, submission.assignment)
        converter = AutogradeOne(submission, coursedir=CourseDirectory(config=c), config=c, force=True)
        ready = ReadyVerdict(verdict)
        steps = [ready if _grades(step) else step for step in converter.autograde_preprocessors]
        if ready not in steps:
            raise CourseError(
                "nbgrader_config.py changes Autograde.autograde_preprocessors and leaves out "
                f"{GradeAnswers.__module__}.GradeAnswers: put it back in."
            )
        converter.autograde_preprocessors = steps
        self._convert(converter)

    def _convert(self, converter: BaseConverter) -> None:
        for pause in (*_PAUSES, None):
            try:
                with collected_log() as log, only(self._gradebook), self._gradebook.transaction():
                    converter.start()
            except Exception as error:
                trouble = _database_trouble(error)
                if trouble is None:
                    raise NotRecordedError(_reason(log, error)) from error
                if pause is None:
                    raise CourseError(
                        f"The gradebook cannot be written to: {trouble}. "
                        "What was graded so far is kept: run the same command again."
                    ) from error
                time.sleep(pause)
            else:
                return

    def _config(self, student: str, assignment: str) -> Config:
        c = deepcopy(self._settings.config)
        c.CourseDirectory.student_id = student or "*"
        c.CourseDirectory.assignment_id = assignment
        return c


@contextmanager
def exclusively(settings: Settings) -> Iterator[None]:
    """Be the only batch of this course root; CourseError when another one runs."""
    import fcntl

    settings.state.mkdir(parents=True, exist_ok=True)
    with (settings.state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CourseError(
                f"Another `course grade-all` is at work in {settings.root}: wait for it, or stop it."
            ) from error
        yield


def _grades(step: object) -> bool:
    return step is GradeAnswers or step == f"{GradeAnswers.__module__}.GradeAnswers"


def _database_trouble(error: BaseException | None) -> str | None:
    """What the database says, when that is behind an error; None when it is the submission's own trouble."""
    while error is not None:
        if isinstance(error, OperationalError) or (
            isinstance(error, DBAPIError) and error.connection_invalidated
        ):
            return str(error.orig).strip().splitlines()[0]
        error = error.__cause__ or (error.__context__ if isinstance(error, NbGraderException) else None)
    return None


def _reason(log: list[str], error: Exception) -> str:
    """The last line of the traceback that nbgrader logged, or of its error."""
    traces = [entry for entry in log if entry.startswith("Traceback")]
    text = (traces or [entry for entry in log if entry.strip()] or [str(error)])[-1]
    return text.strip().splitlines()[-1].rstrip(".")
