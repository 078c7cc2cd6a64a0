"""What a learner answered, as files: taken from a submitted notebook, or from their project on disk.

Both ways follow one rule. A file is untouched when its text is a starter's or the one the exercise started with;
untouched files are never laid. A task is untouched when all files of its starters are (or are not there at all),
and, where a task has no starters, when nothing was touched.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from course.errors import CourseError
from course.grading.exercise import Exercise
from course.project.cells import nbgrader_of, source_of
from course.project.files import MAX_FILE_BYTES, PACKAGE_ROOTS, inside, is_too_long, read_tree
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


@dataclass(frozen=True)
class CellWrite:
    """A `%%write` cell of a notebook: its number among all cells, from 1, and the file that it writes."""

    number: int
    path: str
    text: str


def from_notebook(notebook: object, exercise: Exercise) -> Answers:
    """Take the answers out of a submitted notebook, read as plain JSON.

    Every code cell that starts with `%%write` counts, whatever its metadata; for a path written more than once, the
    last text that is not untouched. Never raises: what cannot be read becomes a note.
    """
    rule = _Untouched(exercise)
    cells, notes = cell_writes(notebook)
    writes = {cell.path: cell.text for cell in cells if not rule(cell.path, cell.text)}
    notes += _no_answers(notebook, exercise)
    asked = {path for path, _ in exercise.starters.values()} | set(exercise.reference)
    too_many = set([path for path in writes if path not in asked][_MAX_FILES:])
    if too_many:
        notes.append(
            f"There are more than {_MAX_FILES} files that nobody asked for: {len(too_many)} were left out."
        )
        writes = {path: text for path, text in writes.items() if path not in too_many}
    if len(notes) > _MAX_NOTES:
        notes[_MAX_NOTES:] = [f"… and {len(notes) - _MAX_NOTES} more remarks like these."]
    return _answers(writes, exercise, notes)


def cell_writes(notebook: object) -> tuple[list[CellWrite], list[str]]:
    """Return what the `%%write` cells of a notebook's JSON write, in its order, and remarks on what cannot be read."""
    found: list[CellWrite] = []
    notes: list[str] = []
    cells = notebook.get("cells") if isinstance(notebook, Mapping) else None
    if not isinstance(cells, list):
        notes.append("The submission is not a notebook: it has no cells.")
        cells = []
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell, Mapping):
            notes.append(f"Cell {number} is not a cell and was left out.")
            continue
        source = source_of(cell).lstrip()
        if cell.get("cell_type") != "code":
            continue
        if not source.startswith(WRITE):
            if _WRITES_ANOTHER_WAY.search(source):
                notes.append(
                    f"Cell {number} writes a file, but does not begin with %%write and its path: it was left out."
                )
            continue
        try:
            found.append(CellWrite(number, *_written(source, number)))
        except CourseError as error:
            notes.append(str(error))
    return found, notes


def from_project(project: Path, exercise: Exercise, written: Collection[str] = ()) -> Answers:
    """Take the answers from the project on disk: the exercise's files, and those that the notebook's cells have `written`.

    What else differs from the course's version is not handed in, so it does not count here either: it is named.
    """
    base = exercise.ground
    expected = {path for path, _ in exercise.starters.values()} | set(exercise.reference) | set(written)
    rule = _Untouched(exercise)
    writes: dict[str, str] = {}
    elsewhere: list[str] = []
    for path, text in read_tree(project).items():
        if rule(path, text):
            continue
        if path in expected:
            writes[path] = text
        elif path in base or (path.split("/")[0] in PACKAGE_ROOTS and text.strip()):
            elsewhere.append(path)
    notes = []
    if elsewhere:
        rest = len(elsewhere) - _NAMED_FILES
        named = ", ".join(f"`{path}`" for path in elsewhere[:_NAMED_FILES])
        notes.append(
            f"Not handed in, so not checked: {named}{f' and {rest} more' if rest > 0 else ''}. No `%%write` cell of the "
            "exercise notebook writes it, and the grader takes the course's version."
        )
    return _answers(writes, exercise, notes)


def _no_answers(notebook: object, exercise: Exercise) -> Iterator[str]:
    """Remarks on cells that their writer may take for answers: what is no `%%write` cell is not graded."""
    cells = notebook.get("cells") if isinstance(notebook, Mapping) else None
    for number, cell in enumerate(cells if isinstance(cells, list) else [], start=1):
        source = source_of(cell).lstrip() if isinstance(cell, Mapping) else ""
        if not source or source.startswith(WRITE) or cell.get("cell_type") != "code":
            continue
        grade_id = str(nbgrader_of(cell).get("grade_id"))
        if grade_id in exercise.starters and not _WRITES_ANOTHER_WAY.search(source):
            path = exercise.starters[grade_id][0]
            yield f"Cell {number} should begin with %%write {path}, and does not: it was left out."


class _Untouched:
    """The rule: does this text of this path say nothing of the learner's own?"""

    def __init__(self, exercise: Exercise) -> None:
        self._known: dict[str, set[str]] = {}
        for path, text in (*exercise.starters.values(), *exercise.ground.items()):
            self._known.setdefault(path, set()).add(normal(text))

    def __call__(self, path: str, text: str) -> bool:
        return normal(text) in self._known.get(path, ())


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
    if written is None and source.startswith(f"{WRITE}file"):
        raise CourseError(
            f"Cell {number} starts with %%writefile: only %%write cells count, so it was left out."
        )
    if written is None:
        raise CourseError(f"Cell {number} starts with %%write but names no file: it was left out.")
    path, text = written
    try:
        inside(Path("/nonexistent-project"), path)
    except CourseError as error:
        if is_too_long(path) or PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            named = path if len(path) <= _LONGEST_NAMED else f"{path[:_LONGEST_NAMED]}…"
            raise CourseError(
                f"Cell {number} writes {named!r}, outside the project or too long a path: it was left out."
            ) from None
        raise CourseError(f"Cell {number} was left out. {error}") from None
    if len(text) > MAX_FILE_BYTES:
        raise CourseError(f"Cell {number} writes {path} with more than 1 MB: it was left out.")
    return str(PurePosixPath(path)), text


def normal(text: str) -> str:
    """A text without what no reader sees: line endings, and space at the end of lines and of the file."""
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip()
