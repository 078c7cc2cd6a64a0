"""The learner's answers as they are now: on disk, and in the notebook that is handed in."""

import os
from collections.abc import Collection

from course.errors import CourseError
from course.grading.answers import Answers, from_project
from course.grading.exercise import Exercise
from course.grading.handed_in import SavedNotebook, differences, read_saved, where_saved
from course.notebook.session import current, progress, workspace
from course.project.files import why_unreadable
from course.project.ground import digest


def answers_here(exercise: Exercise) -> tuple[Answers, SavedNotebook | None]:
    """Return the answers on disk, and the saved notebook; None where there is none."""
    place = where_saved(workspace().root, exercise, os.environ.get("JPY_SESSION_NAME", ""))
    saved = read_saved(place, exercise)
    return from_project(workspace().project, exercise, _written_by_cells(saved)), saved


def refuse_unreadable(paths: Collection[str]) -> None:
    """Raise CourseError for a file of `my-api` that is no readable text."""
    for path in paths:
        if why := why_unreadable(workspace().project / path):
            raise CourseError(f"{path} {why}: save it as UTF-8 in your editor, or run its cell again.")


def handed_in_notes(
    exercise: Exercise, tasks: Collection[str], answers: Answers, saved: SavedNotebook | None
) -> list[str]:
    """Say where what is handed in is not what was checked. The files of other tasks are left to the checks of those."""
    session = current()
    of_tasks = {path for path, _ in exercise.starters.values()}
    others = of_tasks.difference(*(exercise.starter_paths(task) for task in tasks))
    if saved is not None:
        paths = (answers.files.keys() | saved.answers.files.keys()) - others
        differing = differences(saved, answers.files, paths, session.written_ns if session else {})
        return [*differing, *(note for note in saved.answers.notes if note not in " ".join(differing))]
    try:
        written = progress().written()
    except CourseError:
        return []
    return [
        f"`{path}` was changed outside this notebook: put the change into a `%%write {path}` cell, only cells are graded."
        for path, text in answers.files.items()
        if path not in others and digest(text) != written.get(path) and text.strip()
    ]


def _written_by_cells(saved: SavedNotebook | None) -> set[str]:
    """The files that are the learner's answer: of the saved notebook, and of what this kernel ran and is not saved yet."""
    session = current()
    ran = set(session.written_ns) if session is not None else set()
    if saved is not None:
        return ran | {cell.path for cell in saved.cells}
    try:
        return ran | set(progress().written())
    except CourseError:
        return ran
