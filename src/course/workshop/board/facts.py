"""What the board knows of the course. Only this is shown: no text that a kernel sent, except names of people."""

from dataclasses import dataclass
from functools import lru_cache

from course.catalog import catalog, content
from course.catalog.questions import Question, read_questions
from course.errors import CourseError
from course.grading.declared import read_checks
from course.grading.exercise import Exercise

TOOLS = ("ruff check", "ruff format", "mypy --strict", "import contracts", "pytest")
"""What a checkpoint runs, by name."""


@dataclass(frozen=True)
class CheckFact:
    """A visible check: its task, the task's title, and the sentence that learners read."""

    task: str
    task_title: str
    title: str


@lru_cache(maxsize=1)
def titles() -> dict[int, str]:
    """The titles of the chapters, by their numbers."""
    return {chapter.number: chapter.title for chapter in catalog().chapters}


@lru_cache(maxsize=64)
def checks(chapter: int) -> dict[str, CheckFact]:
    """The visible checks of a chapter's exercise by their names; none when it has none."""
    try:
        exercise = Exercise.load(chapter)
        if exercise.check_file is None:
            return {}
        found, _ = read_checks(exercise.check_file.read_text(encoding="utf-8"))
    except (CourseError, OSError):
        return {}
    tasks = {task.id: task.title for task in exercise.tasks}
    return {
        check.name: CheckFact(check.task, tasks[check.task], check.docstring.strip().splitlines()[0])
        for check in found
        if check.task in tasks and check.docstring.strip()
    }


@lru_cache(maxsize=64)
def questions(chapter: int) -> dict[str, Question]:
    """The questions of a chapter by their ids; none when there are none."""
    try:
        return read_questions(content().quiz_file(catalog().chapter(chapter)))
    except CourseError:
        return {}
