"""What is known of a cohort: the gradebook's scores beside the verdicts they came from."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from course.batch.nbgrader_bridge import verdict_path
from course.batch.settings import Settings
from course.errors import CourseError
from course.grading.verdict import Verdict

NOTHING_YET = "Nothing has been graded yet: run `course grade-all`."


@dataclass(frozen=True)
class Learner:
    """One submission: what the gradebook says, and the verdict where it is still there."""

    student: str
    score: float
    """After the late penalty."""
    max_score: float
    penalty: float
    seconds_late: float
    needs_manual_grade: bool
    verdict: Verdict | None


def learners(settings: Settings, assignment: str) -> list[Learner]:
    """Return who handed an assignment in, by name; none for one that the gradebook does not know.

    Raises CourseError when there is no gradebook, or it cannot be read.
    """
    url = make_url(settings.db_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise CourseError(NOTHING_YET)
    try:
        with Gradebook(settings.db_url, str(settings.course.course_id)) as gradebook:
            return sorted(_read(gradebook, settings, assignment), key=lambda found: found.student)
    except (SQLAlchemyError, ImportError) as error:
        shown = url.render_as_string(hide_password=True)
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise CourseError(f"The gradebook at {shown} cannot be read: {reason}.") from error


def _read(gradebook: Gradebook, settings: Settings, assignment: str) -> Iterator[Learner]:
    try:
        submissions = gradebook.assignment_submissions(assignment)
        gradebook.find_assignment(assignment)
    except MissingEntry:
        return
    for submission in submissions:
        student = str(submission.student.id)
        penalty = sum(notebook.late_submission_penalty or 0.0 for notebook in submission.notebooks)
        yield Learner(
            student,
            max(0.0, float(submission.score) - penalty),
            float(submission.max_score),
            float(penalty),
            float(submission.total_seconds_late),
            bool(submission.needs_manual_grade),
            _verdict(verdict_path(settings.root, student, assignment)),
        )


def _verdict(path: Path) -> Verdict | None:
    try:
        return Verdict.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None
