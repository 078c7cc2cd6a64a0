"""The projects that are run and looked at for a submission: its answers over the ground, and each task apart from the others."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from course.grading.answers import Answers
from course.grading.exercise import AS_GIVEN, Exercise
from course.grading.stage import PLAY
from course.grading.warm import ON_DEMAND
from course.project.files import package_files

_IMPORTED = re.compile(r"^[ \t]*(?:from|import)[ \t]+(\w+)", re.MULTILINE)  # \s would go on over empty lines


def project_files(exercise: Exercise, answers: Answers) -> dict[str, str]:
    """The whole project that is graded: the answers over the state the exercise starts from."""
    files = {**exercise.ground, **answers.files}
    return dict.fromkeys(package_files(list(files)), "") | files


def projects_of(exercise: Exercise, answers: Answers, tasks: Collection[str]) -> dict[str, dict[str, str]]:
    """The projects to run, by name: one of all answers, or one for each task that was attempted.

    The latter where the checks ask for it (`EACH_TASK_ALONE`) and the solution is at hand. What the grader plays is
    the ground's, and asks it.
    """
    if not tasks:
        return {}
    given = {AS_GIVEN: project_files(exercise, Answers({}))} if AS_GIVEN in exercise.fixtures else {}
    if not (exercise.each_task_alone and _can_part(exercise)):
        return given | {"": _with_the_world(exercise, project_files(exercise, answers))}
    return given | {
        task: _with_the_world(exercise, project_files(exercise, _parted(exercise, answers, task)))
        for task in tasks
    }


def apart(exercise: Exercise, answers: Answers, task: str) -> Answers | None:
    """The answers with the reference's version of what the other tasks ask for.

    None where that is no other reading: the solution is not at hand, the other answers are the reference's, or the task
    was judged like this from the beginning.
    """
    if not _can_part(exercise) or (exercise.each_task_alone and "project" not in exercise.fixtures):
        return None
    parted = _parted(exercise, answers, task)
    return None if parted.files == answers.files else parted


def packages_of(files: Mapping[str, str]) -> list[str]:
    """The packages these files import, for the warm parent to choose from."""
    python = (text for path, text in files.items() if path.endswith(".py"))
    return sorted({name for text in python for name in _IMPORTED.findall(text)} & ON_DEMAND.keys())


def _can_part(exercise: Exercise) -> bool:
    return bool(exercise.reference) and all(exercise.starter_paths(task.id) for task in exercise.tasks)


def _parted(exercise: Exercise, answers: Answers, task: str) -> Answers:
    others = {path for one in exercise.tasks if one.id != task for path in exercise.starter_paths(one.id)}
    others -= exercise.starter_paths(task).union(exercise.also_of.get(task, ()))
    files = {path: text for path, text in answers.files.items() if path not in others}
    files |= {path: text for path, text in exercise.reference.items() if path in others}
    return replace(answers, files=files)


def _with_the_world(exercise: Exercise, files: dict[str, str]) -> dict[str, str]:
    if not exercise.played:
        return files
    ground = exercise.ground
    return files | {path: ground[path] + PLAY for path in exercise.played}
