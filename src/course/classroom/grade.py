"""`course grade 1`: the instructor's grading, for a learner who has no instructor."""

import warnings

from sqlalchemy.exc import SAWarning

from course.catalog import catalog
from course.grading.single import grade_alone
from course.notebook.session import record
from course.pictures.theme import number, points
from course.pictures.verdict import verdict_view
from course.progress import Kind
from course.project.workspace import Workspace


def grade(workspace: Workspace, chapter: int) -> list[str]:
    """Grade the exercise notebook of a chapter, record the scores, and return what to print.

    Raises CourseError when there is no such exercise, no notebook, or nbgrader fails.
    """
    with warnings.catch_warnings():
        # nbgrader 0.9.6 links its rows before it adds them; SQLAlchemy 2.1 remarks on that. The gradebook is right.
        warnings.filterwarnings("ignore", category=SAWarning, module=r"nbgrader\.")
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
