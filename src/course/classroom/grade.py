"""`course grade 1`: the instructor's grading, for a learner who has no instructor, with nbgrader's own gradebook."""

import getpass
import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.converters import BaseConverter, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from course.batch.autograde import CourseAutograde
from course.batch.nbgrader_bridge import collected_log, configure, verdict_path
from course.catalog import catalog, content, readable
from course.errors import CourseError
from course.grading.exercise import Exercise
from course.grading.verdict import Verdict
from course.notebook.session import record
from course.pictures.theme import number, points
from course.pictures.verdict import verdict_view
from course.progress import Kind
from course.project.workspace import STATE, Workspace


def grade(workspace: Workspace, chapter: int) -> list[str]:
    """Grade the exercise notebook of a chapter, record the scores, and return what to print.

    Raises CourseError when there is no such exercise, no notebook, or nbgrader fails.
    """
    result = grade_alone(workspace, chapter)
    problems = [
        record(
            Kind.GRADE,
            chapter=chapter,
            item=task.task,
            outcome=task.outcome,
            points=task.earned,
            detail={"of": task.points},
        )
        for task in result.verdict.tasks
    ]
    return [
        verdict_view(result.verdict, title=f"Exercise {chapter}: {catalog().chapter(chapter).title}").text,
        "",
        f"Score: {number(result.score)} of {points(result.max_score)}",
        f"Feedback: {result.feedback_path}",
        *dict.fromkeys(problem for problem in problems if problem),
    ]


@dataclass(frozen=True)
class AloneResult:
    """What a submission came to: the gradebook's score, the page to read, and the whole verdict."""

    score: float
    max_score: float
    feedback_path: Path
    verdict: Verdict


def grade_alone(workspace: Workspace, chapter: int) -> AloneResult:
    """Submit the learner's exercise notebook as the local user, autograde it and write feedback.

    The score lands in the workspace's gradebook (`.course/gradebook.db`), as an instructor's would. Changes the working
    folder while it runs, as nbgrader does. Raises CourseError when there is no such exercise or no notebook, when the
    solutions are not on this machine, and when nbgrader fails.
    """
    found = catalog().chapter(chapter)
    Exercise.load(chapter)
    notebook = workspace.root / "exercises" / found.slug / f"{found.slug}.ipynb"
    if not notebook.is_file():
        raise CourseError(
            f"There is no exercises/{found.slug}/{notebook.name} in {workspace.root}: run `course start` to get it."
        )
    if not readable(content().solution_notebook(found)):
        raise CourseError(
            f"Exercise {chapter} is graded where its solution is, and that is not on this machine: "
            "hand it in to your instructor."
        )
    student = _user()
    _submit(workspace, notebook, student)
    score, max_score = _grade(workspace, found.slug, student)
    verdict = json.loads(
        verdict_path(workspace.root.resolve(), student, found.slug).read_text(encoding="utf-8")
    )
    page = workspace.state / "feedback" / student / found.slug / f"{found.slug}.html"
    return AloneResult(score, max_score, page, Verdict.from_json(verdict))


class _NamedPlace:
    """What nbgrader converts is where it says, not what its path matches: folders are called `[2026] course`, too."""

    def init_notebooks(self) -> None:
        """Find the one notebook that there is; NbGraderException when it is not there."""
        assignment = self.coursedir.assignment_id  # type: ignore[attr-defined]  # of BaseConverter
        place = self._format_source(assignment, self.coursedir.student_id)  # type: ignore[attr-defined]  # the same
        notebook = f"{place}/{assignment}.ipynb"  # as nbgrader wrote it: it looks for its own `/./` in it
        if not Path(notebook).is_file():
            raise NbGraderException(f"There is no {notebook}")
        self.assignments = {place: [notebook]}
        self.notebooks: list[str] = []


class _Assignment(_NamedPlace, GenerateAssignment):  # type: ignore[misc]  # nbgrader has no types
    pass


class _Feedback(_NamedPlace, GenerateFeedback):  # type: ignore[misc]  # nbgrader has no types
    pass


def _submit(workspace: Workspace, notebook: Path, student: str) -> None:
    place = workspace.state / "submitted" / student / notebook.stem
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    try:
        place.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(notebook, place / notebook.name)
        (place / "timestamp.txt").write_text(now + "\n", encoding="utf-8")
    except OSError as error:
        raise CourseError(
            f"{place} cannot be written ({error.strerror}): grading keeps its records there, so the course's folder has "
            "to be one that you can write."
        ) from error


def _grade(workspace: Workspace, slug: str, student: str) -> tuple[float, float]:
    c = Config()
    configure(c, workspace.root)
    c.CourseDirectory.release_directory = f"{STATE}/release"  # exercises/ holds the learner's answers
    c.CourseDirectory.student_id = student
    c.CourseDirectory.assignment_id = slug

    def convert(step: type[BaseConverter]) -> None:
        step(coursedir=CourseDirectory(config=c), config=c, force=True).start()

    with collected_log() as log:
        try:
            try:
                convert(_Assignment)
            except Exception:
                with Gradebook(c.CourseDirectory.db_url, c.CourseDirectory.course_id) as gradebook:
                    gradebook.remove_assignment(slug)
                convert(_Assignment)
            convert(CourseAutograde)
            convert(_Feedback)
            with Gradebook(c.CourseDirectory.db_url, c.CourseDirectory.course_id) as gradebook:
                found = gradebook.find_submission(slug, student)
                return float(found.score), float(found.max_score)
        except Exception as error:
            reason = next((line for line in reversed(log) if line.strip()), str(error)).strip()
            raise CourseError(
                f"nbgrader could not grade {slug}: {reason.splitlines()[-1].rstrip('.')}."
            ) from error


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container without an account for this user id
        return "learner"
