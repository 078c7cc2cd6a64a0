"""`await course.grade(1)`: what the exercise comes to, held-out checks included, where the solutions are at hand."""

import asyncio
import os

from course.errors import CourseError
from course.grading.exercise import Exercise
from course.grading.runner import grade as run_checks
from course.notebook.answers import answers_here, handed_in_notes, refuse_unreadable
from course.notebook.checks import VALIDATING
from course.notebook.display import message, show, stack
from course.notebook.score import Score
from course.notebook.session import current, ground_under, record, standing, workspace
from course.pictures.verdict import verdict_view
from course.progress import Kind
from course.project.ground import Ground


async def grade(chapter: int) -> Score:
    """Run all checks of an exercise over `my-api` as it is on disk, as `course grade` does over the saved notebook.

    Shows the verdict, task by task, records the points and returns them. Without the course's solutions on this machine
    it says so, and grades nothing. Raises CourseError when there is no such exercise, or `my-api` is elsewhere now.
    """
    exercise = Exercise.load(chapter)
    maximum = sum(task.points for task in exercise.tasks)
    if not exercise.reference or exercise.held_out_file is None:
        raise CourseError(
            f"Exercise {chapter} is graded where its solution is, and that is not on this machine: hand it in to your "
            "instructor. The checks above are all that you can run here."
        )
    name, validate = VALIDATING
    if os.environ.get(name) == validate:
        show(message("nbgrader validates the check cells above: nothing is graded now."))
        return Score(0.0, maximum)
    if current() is not None:
        standing()
    ground_under(workspace(), Ground(chapter, exercise=True))
    refuse_unreadable(sorted(path for path, _ in exercise.starters.values()))
    answers, saved = answers_here(exercise)
    verdict = await asyncio.to_thread(run_checks, exercise, answers, held_out=True)
    problems = [
        record(
            Kind.GRADE,
            chapter=chapter,
            item=task.task,
            outcome=task.outcome,
            points=task.earned,
            detail={"of": task.points},
        )
        for task in verdict.tasks
    ]
    notes = handed_in_notes(exercise, {task.id for task in exercise.tasks}, answers, saved)
    view = verdict_view(verdict, title=f"Exercise {chapter}: {exercise.chapter.title}")
    said = list(dict.fromkeys(note for note in (*notes, *problems) if note))
    show(stack([view, *([message(*said)] if said else [])]))
    return Score(verdict.earned, maximum)
