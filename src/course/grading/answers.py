"""What a learner answered, as files: taken from a submitted notebook, or from their project on disk.

Both ways follow one rule. A file is untouched when its text is a starter's or the one the exercise started with;
untouched files are never laid. A task is untouched when all files of its starters are (or are not there at all),
and, where a task has no starters, when nothing was touched.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from course.errors import CourseError
from course.grading.exercise import Exercise
from course.project.cells import nbgrader_of, source_of
from course.project.files import MAX_FILE_BYTES, PACKAGE_ROOTS, inside, read_tree
from course.project.sources import WRITE, split_write

_MAX_NOTES = 8
_MAX_FILES = 200
_LONGEST_NAMED = 80
_WRITES_ANOTHER_WAY = re.compile(r"^[ \t]*%%write(?:file)?\b", re.MULTILINE)
_NAMED_FILES = 3  # so many paths are named before "and 4 more"


@dataclass(frozen=True)
class Answers:
    """The touched files, path -> text; the tasks nobody touched; remarks for the learner."""

    files: dict[str, str]
    untouched: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


def from_notebook(notebook: object, exercise: Exercise) -> Answers:
    """Take the answers out of a submitted notebook, read as plain JSON.

    Every code cell that starts with `%%write` counts, whatever its metadata; for a path written more than once, the
    last text that is not untouched. Never raises: what cannot be read becomes a note.
    """
    writes: dict[str, str] = {}
    notes: list[str] = []
    rule = _Untouched(exercise)
    cells = notebook.get("cells") if isinstance(notebook, Mapping) else None
    if not isinstance(cells, list):
        notes.append("The submission is not a notebook: it has no cells.")
        cells = []
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell, Mapping):
            notes.append(f"Cell {number} is not a cell and was left out.")
            continue
        source = source_of(cell).lstrip()
        if cell.get("cell_type") != "code" or not source.startswith(WRITE):
            notes += _no_answer(cell, source, number, exercise)
            continue
        try:
            path, text = _written(source, number)
        except CourseError as error:
            notes.append(str(error))
            continue
        if not rule(path, text):
            writes[path] = text
    asked = {path for path, _ in exercise.starters.values()} | set(exercise.reference)
    too_many = [path for path in writes if path not in asked][_MAX_FILES:]
    if too_many:
        notes.append(
            f"There are more than {_MAX_FILES} files that nobody asked for: {len(too_many)} were left out."
        )
        writes = {path: text for path, text in writes.items() if path not in set(too_many)}
    if len(notes) > _MAX_NOTES:
        notes[_MAX_NOTES:] = [f"… and {len(notes) - _MAX_NOTES} more remarks like these."]
    return _answers(writes, exercise, notes)


def from_project(project: Path, exercise: Exercise) -> Answers:
    """Take the answers from the project on disk: the exercise's files, and whatever else differs below `app/` and `tests/`."""
    base = exercise.ground
    expected = {path for path, _ in exercise.starters.values()} | set(exercise.reference)
    rule = _Untouched(exercise)
    writes: dict[str, str] = {}
    elsewhere: list[str] = []
    for path, text in read_tree(project).items():
        if rule(path, text):
            continue
        if path in expected:
            writes[path] = text
        elif path.split("/")[0] in PACKAGE_ROOTS and (text.strip() or path in base):
            writes[path] = text
            if path in base:
                elsewhere.append(path)
    notes = []
    if elsewhere:
        is_are = "differs" if len(elsewhere) == 1 else "differ"
        rest = len(elsewhere) - _NAMED_FILES
        named = ", ".join(elsewhere[:_NAMED_FILES]) + (f" and {rest} more" if rest > 0 else "")
        notes.append(
            f"{named} {is_are} from the course's version. Your submission has your version only if a "
            "%%write cell of the exercise notebook writes it."
        )
    return _answers(writes, exercise, notes)


def _no_answer(cell: Mapping[str, Any], source: str, number: int, exercise: Exercise) -> list[str]:
    """A remark on a cell that its writer may take for an answer: what is no `%%write` cell is not graded."""
    if cell.get("cell_type") == "code" and _WRITES_ANOTHER_WAY.search(source):
        return [
            f"Cell {number} writes a file, but does not begin with %%write and its path: it was left out."
        ]
    grade_id = str(nbgrader_of(cell).get("grade_id"))
    if grade_id in exercise.starters and source.strip():
        path = exercise.starters[grade_id][0]
        return [f"Cell {number} should begin with %%write {path}, and does not: it was left out."]
    return []


class _Untouched:
    """The rule: does this text of this path say nothing of the learner's own?"""

    def __init__(self, exercise: Exercise) -> None:
        self._known: dict[str, set[str]] = {}
        for path, text in (*exercise.starters.values(), *exercise.ground.items()):
            self._known.setdefault(path, set()).add(_normal(text))

    def __call__(self, path: str, text: str) -> bool:
        return _normal(text) in self._known.get(path, ())


def _answers(writes: dict[str, str], exercise: Exercise, notes: Iterable[str]) -> Answers:
    untouched = set()
    for task in exercise.tasks:
        paths = exercise.starter_paths(task.id)
        if not writes or (paths and not paths & writes.keys()):
            untouched.add(task.id)
    return Answers(writes, frozenset(untouched), tuple(notes))


def _written(source: str, number: int) -> tuple[str, str]:
    """Split a `%%write` cell; CourseError says which cell names no file, a file elsewhere, or too much text."""
    written = split_write(source)
    if written is None:
        raise CourseError(f"Cell {number} starts with %%write but names no file: it was left out.")
    path, text = written
    try:
        inside(Path("/nonexistent-project"), path)
    except CourseError:
        named = path if len(path) <= _LONGEST_NAMED else f"{path[:_LONGEST_NAMED]}…"
        raise CourseError(
            f"Cell {number} writes {named!r}, outside the project or too long a path: it was left out."
        ) from None
    if len(text) > MAX_FILE_BYTES:
        raise CourseError(f"Cell {number} writes {path} with more than 1 MB: it was left out.")
    return str(PurePosixPath(path)), text


def _normal(text: str) -> str:
    """A text without what no reader sees: line endings, and space at the end of lines and of the file."""
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip()
