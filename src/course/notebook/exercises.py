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
    def title(self) -> str:
        return f"Task {self.id}: {self.spec.title}" if self.spec.title else f"Task {self.id}"

    def starters(self) -> dict[str, str]:
        """The files that the task's answer cells write, as they were given: path to text."""
        prefix = f"answer-{self.id.replace('.', '-')}"
        return {
            path: content
            for grade_id, (path, content) in self.exercise.starters.items()
            if grade_id == prefix or grade_id.startswith(f"{prefix}-")
        }


def find_task(task: str) -> Task:
    """Return the task with this id, such as "1.2"; CourseError when there is no such exercise or task."""
    match = _TASK.fullmatch(task.strip()) if isinstance(task, str) else None
    if match is None:
        raise CourseError(f'{task!r} is not a task: name it in quotes, such as course.check("1.2").')
    exercise = Exercise.load(int(match[1]))
    for spec in exercise.tasks:
        if spec.id == task.strip():
            return Task(exercise, spec)
    known = ", ".join(spec.id for spec in exercise.tasks)
    raise CourseError(f"Exercise {match[1]} has no task {task}: its tasks are {known}.")
