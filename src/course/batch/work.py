"""The work of one submission, as a function of plain data: it runs in a thread here, or on another machine."""

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from course.catalog import catalog, content
from course.errors import CourseError
from course.grading import submission
from course.grading.exercise import Exercise
from course.grading.isolation import NOTHING_RAN
from course.grading.keys import exercise_key, submission_key
from course.grading.runner import DEFAULT_LIMITS, grade
from course.grading.verdict import CheckResult, Outcome, TaskVerdict, Verdict

PATIENT = replace(
    DEFAULT_LIMITS, overall_seconds=300.0, check_seconds=60.0, request_seconds=20.0, import_seconds=40.0
)


@dataclass(frozen=True)
class Job:
    """One submission to grade. Either `path` is read where the work is done, or `text` and `problem` come along."""

    student: str
    assignment: str
    exercise_key: str
    path: str = ""
    text: str = ""
    problem: str = ""
    require: tuple[str, ...] = ()
    """Layers of isolation without which it is not graded."""
    patient: bool = False
    """Whether it has all the time that it can need: graded alone, after the clock stopped it on a busy machine."""


@dataclass(frozen=True)
class Graded:
    """What came of a job: the verdict as JSON-ready data, under the key it stands for.

    `failure` says what stopped the grader itself, which is not the learner's doing: such a verdict is not kept.
    """

    student: str
    assignment: str
    key: str
    verdict: dict[str, Any]
    failure: str = ""
    problem: str = ""
    """Why the submission could not be read; then the verdict has no points."""


def do(job: Job) -> Graded:
    """Grade one submission; whatever it does ends in its verdict.

    Raises CourseError when this machine cannot grade at all: other sources, missing checks, no grader.
    """
    exercise = _exercise(job.assignment, job.exercise_key)
    text, problem = submission.content_of(Path(job.path)) if job.path else (job.text, job.problem)
    key = submission_key(job.exercise_key, text, problem)
    try:
        notebook = submission.read(text, _release(exercise), problem)
        problem = str(notebook["metadata"].get(submission.PROBLEM, ""))
        limits = PATIENT if job.patient else DEFAULT_LIMITS
        verdict = grade(
            exercise,
            submission.answers(notebook, exercise),
            held_out=True,
            limits=limits,
            require=job.require,
        )
    except CourseError:
        raise
    except Exception as error:  # no submission may stop the batch; the verdict says what happened
        reason = f"This submission could not be graded: {type(error).__name__}: {error}"
        verdict, problem = zero(exercise, reason), reason
    return Graded(job.student, job.assignment, key, verdict.to_json(), problem=problem)


def zero(exercise: Exercise, reason: str) -> Verdict:
    """The verdict of a submission that cannot be graded: no points, and why."""
    tasks = (
        TaskVerdict(
            task.id,
            (
                CheckResult(
                    "grader",
                    "The submission can be graded.",
                    task.id,
                    task.points,
                    Outcome.ERROR,
                    False,
                    reason,
                ),
            ),
        )
        for task in exercise.tasks
    )
    return Verdict(exercise.chapter.number, tuple(tasks), 0, NOTHING_RAN)


@lru_cache(maxsize=16)
def _exercise(assignment: str, key: str) -> Exercise:
    """Load an exercise, once for as long as it is the same; CourseError when this machine has another version of it."""
    exercise = Exercise.load(catalog().by_slug(assignment).number)
    if exercise_key(exercise) != key:
        raise CourseError(
            f"A worker has another version of {assignment} or of the grader than this machine: "
            "install the same commit of the course, and the same packages, on all of them."
        )
    return exercise


def _release(exercise: Exercise) -> dict[str, Any]:
    release: dict[str, Any] = json.loads(
        content().exercise_notebook(exercise.chapter).read_text(encoding="utf-8")
    )
    return release
