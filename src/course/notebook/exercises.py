"""From what a learner types, `"1.2"`, to a task of an exercise."""

import re
from dataclasses import dataclass

from course.errors import CourseError
from course.grading.exercise import Exercise, TaskSpec

_TASK = re.compile(r"(\d+)\.\d+")


@dataclass(frozen=True)
class Task:
    """One task with the exercise that it belongs to."""

    exercise: Exercise
    spec: TaskSpec

    @property
    def id(self) -> str:
        return self.spec.id

    @property
    def chapter(self) -> int:
        return self.exercise.chapter.number

    @property
    def paths(self) -> list[str]:
        """The files that the task's answer cells write."""
        return sorted(self.exercise.starter_paths(self.id))


def find_tasks(asked: str) -> tuple[Task, ...]:
    """Return the task "1.2", or all tasks of exercise "1"; CourseError when there is no such exercise or task."""
    if isinstance(asked, str) and (chapter := asked.strip()).isdecimal():
        exercise = Exercise.load(int(chapter))
        return tuple(Task(exercise, spec) for spec in exercise.tasks)
    return (find_task(asked),)


def find_task(task: str) -> Task:
    """Return the task with this id, such as "1.2"; CourseError when there is no such exercise or task."""
    match = _TASK.fullmatch(task.strip()) if isinstance(task, str) else None
    if match is None:
        raise CourseError(f'{task!r} is not a task: name it in quotes, such as course.check("1.2").')
    exercise = Exercise.load(int(match[1]))
    return Task(exercise, exercise.task(match[0]))
