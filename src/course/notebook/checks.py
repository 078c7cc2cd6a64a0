"""`await course.check("1.2")` and `await course.checkpoint(1)`."""

import asyncio
import hashlib
import json
import os
import re
from dataclasses import replace

from course.catalog import catalog
from course.errors import CourseError
from course.grading.answers import Answers
from course.grading.exercise import HeldOut
from course.grading.runner import grade
from course.grading.verdict import Outcome, TaskVerdict
from course.notebook.answers import answers_here, handed_in_notes, refuse_unreadable
from course.notebook.board import LONGEST_MESSAGE, MOST_FAILING
from course.notebook.display import message, show, stack
from course.notebook.exercises import Task, find_tasks
from course.notebook.score import Score
from course.notebook.session import current, ground_under, progress, record, standing, workspace
from course.pictures.theme import points
from course.pictures.tools import tools_view
from course.pictures.verdict import task_verdict_view
from course.pictures.view import View
from course.progress import STUCK_AFTER, Kind
from course.project.ground import Ground
from course.project.tools import run_tools

VALIDATING = ("NBGRADER_EXECUTION", "validate")  # what nbgrader's Validate button sets


async def check(task: str) -> Score:
    """Run the visible checks of a task, "1.2", or of all tasks of an exercise, "1", over `my-api` as it is on disk.

    Shows what they found, and returns the points. Raises CourseError when there is no such task, its checks cannot be
    read, or `my-api` is elsewhere now.
    """
    scores = [await _check(asked) for asked in find_tasks(task)]
    return Score(sum(scores), sum(score.maximum for score in scores))


async def _check(asked: Task) -> Score:
    if current() is not None:
        standing()
    ground_under(workspace(), Ground(asked.chapter, exercise=True))
    refuse_unreadable(asked.paths)
    answers, saved = answers_here(asked.exercise)
    verdict = await asyncio.to_thread(grade, asked.exercise, answers, held_out=False, tasks={asked.id})
    found = verdict.task(asked.id).visible()
    held_out = asked.exercise.held_out.get(asked.id, HeldOut())
    notes = [
        *found.notes,
        *handed_in_notes(asked.exercise, {asked.id}, answers, saved),
        _unseen_note(asked, found),
        _record(asked, found),
    ]
    shown = replace(found, notes=tuple(note for note in notes if note))
    show(
        task_verdict_view(
            shown,
            title=asked.spec.title,
            held_out_count=held_out.count,
            held_out_points=max(asked.spec.points - found.points, 0.0),
            next_step=_next_step(asked, found),
            open_files=open_files(asked, found, answers),
        )
    )
    return Score(_points(asked, found), asked.spec.points)


async def checkpoint(chapter: int) -> View:
    """Run the handbook's tools over `my-api` and return their verdict.

    Raises CourseError when there is no such chapter, no project yet, or when `my-api` is elsewhere now.
    """
    asked = catalog().chapter(chapter)
    session = standing()
    if session.chapter != asked:
        raise CourseError(
            f"This notebook began {session.ground}: there, it is `course.checkpoint({session.ground.chapter})`."
        )
    project = session.workspace.project
    if not (project / "app").is_dir():
        raise CourseError(
            f"my-api has no app/ yet: run the cells above, from `await course.begin({chapter})` on."
        )
    results = await run_tools(project)
    green = all(result.passed for result in results)
    outcome = Outcome.PASS if green else Outcome.FAIL
    red = [result.tool for result in results if not result.passed]
    problem = record(Kind.CHECKPOINT, chapter=chapter, outcome=outcome, detail={"red": red})
    if green and asked.has_exercise:
        after = f"All green. Next: the exercise of chapter {chapter}, {asked.exercise_minutes} minutes."
    elif green:
        after = "All green."
    else:
        after = "Fix what is named above, then run this cell again."
    view = tools_view(results, f"Checkpoint {chapter}")
    return stack([view, message(after, *([problem] if problem else []))])


def _points(task: Task, found: TaskVerdict) -> float:
    """The visible points; when nbgrader validates, all of them for a task whose visible checks pass."""
    name, value = VALIDATING
    if os.environ.get(name) == value and found.outcome is Outcome.PASS:
        return task.spec.points
    return found.earned


def _record(task: Task, found: TaskVerdict) -> str:
    failures = sorted(
        [r.name, r.outcome, _kind(r.message)] for r in found.results if r.outcome is not Outcome.PASS
    )
    fingerprint = hashlib.sha256(json.dumps(failures).encode()).hexdigest()[:16] if failures else ""
    return record(
        Kind.CHECK,
        chapter=task.chapter,
        item=task.id,
        outcome=found.outcome,
        points=found.earned,
        detail={"of": task.spec.points, "failures": fingerprint, "failing": _failing(found)},
    )


def _failing(found: TaskVerdict) -> list[list[str]]:
    """The checks that fail, and the beginning of what each says: enough to tell one misconception from another."""
    failed = [result for result in found.results if result.outcome in (Outcome.FAIL, Outcome.ERROR)]
    return [[result.name, result.message[:LONGEST_MESSAGE]] for result in failed[:MOST_FAILING]]


def _kind(message: str) -> str:
    """What a failure is about: its status codes, exceptions and words, without the inputs, which are random."""
    words = re.findall(r"[A-Za-z_]*(?:Error|Exception)|\b[1-5]\d\d [A-Z][a-z]+|Look at [^ ]+", message)
    return " ".join(words)


def _next_step(task: Task, found: TaskVerdict) -> str:
    if found.outcome is Outcome.PASS:
        return f'`course.solution("{task.id}")` shows the reference answer beside yours.'
    if found.outcome is Outcome.NOT_ATTEMPTED:
        files = [f"`{path}`" for path in sorted(task.exercise.starter_paths(task.id))]
        cells, them = ("cell", "it") if len(files) == 1 else ("cells", "them")
        named = " and ".join([", ".join(files[:-1]), files[-1]] if len(files) > 1 else files)
        return f"Fill the gaps (`...`) in the {cells} of {named}, run {them}, then run this one again."
    try:
        stuck = progress().same_failure_in_a_row(task.id) >= STUCK_AFTER
        taken = progress().hints_taken(task.id)
    except CourseError:
        return ""
    hints = len(task.exercise.hints(task.id))
    if stuck and taken < hints:
        return f'The same result {STUCK_AFTER} times: `course.hint("{task.id}")` shows hint {taken + 1} of {hints}.'
    return ""


def open_files(task: Task, found: TaskVerdict, answers: Answers) -> str:
    """Say which files of a task that fails have nothing of the learner's: the checks looked at what was there before."""
    if found.outcome in (Outcome.PASS, Outcome.NOT_ATTEMPTED):
        return ""
    files = [f"`{path}`" for path in sorted(task.exercise.starter_paths(task.id) - answers.files.keys())]
    if not files:
        return ""
    named = " and ".join(filter(None, [", ".join(files[:-1]), files[-1]]))
    has, them = ("has its gaps still", "it") if len(files) == 1 else ("have their gaps still", "them")
    return f"{named} {has}. What is said below of {them} is said of the project as this exercise began."


def _unseen_note(task: Task, found: TaskVerdict) -> str:
    """What the held-out checks are worth, where they cannot be read and counted: a workshop's learners."""
    missing = task.spec.points - found.points
    if task.exercise.held_out_file is not None or missing <= 0:
        return ""
    return f"The grader runs more checks that you do not see ({points(missing)})."
