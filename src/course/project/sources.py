"""Lesson and exercise sources: which files of `my-api` do they write?

A reader of its own for one thing, the code cells of a MyST source: importing jupytext costs seconds in a kernel.
A test holds it to jupytext's reading of every source.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from course.errors import CourseError
from course.project.fences import fences
from course.project.files import GAP

WRITE = "%%write"
BEGIN_SOLUTION = "### BEGIN SOLUTION"
END_SOLUTION = "### END SOLUTION"
TODO = "# TODO"
_CELL = "{code-cell}"


@dataclass(frozen=True)
class CodeCell:
    """A code cell of a MyST source: its text, its metadata and the line its fence starts on."""

    source: str
    metadata: dict[str, Any]
    line: int

    @property
    def grade_id(self) -> str | None:
        """nbgrader's id of the cell, where it has one."""
        found = self.metadata.get("nbgrader", {}).get("grade_id")
        return str(found) if found else None


@dataclass(frozen=True)
class Written:
    """A file that a `%%write` cell writes: its path in `my-api`, its text, and the cell's nbgrader id."""

    path: str
    content: str
    grade_id: str | None
    marked: str = ""
    """The text with the solution's markers in it."""
    is_answer: bool = False
    """Whether it is released with gaps, for the learner to fill."""


def where_is(path: Path) -> str:
    """Name a source by its chapter's folder and its own name, for sentences: `01-split/lesson.md`."""
    return f"{path.parent.name}/{path.name}"


def code_cells(path: Path) -> tuple[CodeCell, ...]:
    """Return the code cells of a MyST Markdown source in order; CourseError when a cell is not closed or its options do not parse."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CourseError(f"{where_is(path)} cannot be read: {error.strerror or error}.") from error
    cells: list[CodeCell] = []
    for fence in fences(text.splitlines()):
        if fence.info.startswith(_CELL):
            if fence.closing is None:
                raise CourseError(f"{where_is(path)}, line {fence.opening}: this code cell is never closed.")
            cells.append(_cell(list(fence.lines), path, fence.opening))
    return tuple(cells)


def split_write(source: str) -> tuple[str, str] | None:
    """Split a `%%write PATH` cell into the path and the file's text (ending in one newline); None for any other cell."""
    first, _, body = source.partition("\n")
    words = first.split()
    if len(words) != 2 or words[0] != WRITE:
        return None
    return words[1], body.rstrip("\n") + "\n" if body.strip() else ""


def written_files(path: Path) -> tuple[Written, ...]:
    """Return what the `%%write` cells of a source write, in order, with solution markers and their TODO lines removed.

    The source is read again only when it has changed. Raises CourseError like `code_cells`.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise CourseError(f"{where_is(path)} cannot be read: {error.strerror or error}.") from error
    return _written_files(path, status.st_mtime_ns, status.st_size)


def starter_files(path: Path) -> tuple[Written, ...]:
    """Return what the answer cells of an exercise's source write when they are released: with gaps for the solutions.

    Raises CourseError like `code_cells`.
    """
    return tuple(
        Written(file.path, with_gaps(file.marked), file.grade_id, file.marked)
        for file in written_files(path)
        if file.is_answer
    )


@lru_cache(maxsize=128)
def _written_files(path: Path, _mtime: int, _size: int) -> tuple[Written, ...]:
    found = []
    for cell in code_cells(path):
        if written := split_write(cell.source):
            is_answer = bool(cell.metadata.get("nbgrader", {}).get("solution"))
            found.append(
                Written(
                    written[0], without_markers(written[1]), cell.grade_id, written[1], is_answer=is_answer
                )
            )
    return tuple(found)


def without_markers(content: str) -> str:
    """Remove the solution markers, and the TODO line right above a solution, from a file's text."""
    kept: list[str] = []
    for line in content.splitlines(keepends=True):
        text = line.strip()
        if text == BEGIN_SOLUTION:
            while kept and kept[-1].strip().startswith(TODO):
                kept.pop()
        elif text != END_SOLUTION:
            kept.append(line)
    return "".join(kept)


def with_gaps(content: str) -> str:
    """Put `...` where a solution stands, as nbgrader does in a release: what the learner gets of a cell."""
    kept: list[str] = []
    solution = False
    for line in content.splitlines(keepends=True):
        text = line.strip()
        if text == BEGIN_SOLUTION:
            solution = True
            kept.append(line.replace(BEGIN_SOLUTION, GAP))
        elif text == END_SOLUTION:
            solution = False
        elif not solution:
            kept.append(line)
    return "".join(kept)


def _cell(body: list[str], path: Path, line: int) -> CodeCell:
    options: list[str] = []
    if body and body[0].startswith("---"):
        end = next((i for i in range(1, len(body)) if body[i].startswith("---")), len(body))
        options, body = body[1:end], body[end + 1 :]
    else:
        count = next((i for i, text in enumerate(body) if not text.lstrip().startswith(":")), len(body))
        options, body = [text.lstrip()[1:] for text in body[:count]], body[count:]
    if body and not body[0].strip():
        body = body[1:]
    try:
        metadata = (yaml.safe_load("\n".join(options)) if options else None) or {}
    except yaml.YAMLError as error:
        raise CourseError(
            f"{where_is(path)}, line {line}: the cell's options are not YAML: {error}"
        ) from error
    return CodeCell("\n".join(body), metadata, line)
