"""Lesson and exercise sources: which files of `my-api` do they write?

A reader of its own for one thing, the code cells of a MyST source: importing jupytext costs seconds in a kernel.
A test holds it to jupytext's reading of every source.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from course.errors import CourseError

WRITE = "%%write"
BEGIN_SOLUTION = "### BEGIN SOLUTION"
END_SOLUTION = "### END SOLUTION"
TODO = "# TODO"
_FENCE = re.compile(r"^(?P<ticks>`{3,})\{code-cell\}[^\n`]*$")


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


def where_is(path: Path) -> str:
    """Name a source by its chapter's folder and its own name, for sentences: `01-split/lesson.md`."""
    return f"{path.parent.name}/{path.name}"


def code_cells(path: Path) -> tuple[CodeCell, ...]:
    """Return the code cells of a MyST Markdown source in order; CourseError when a cell is not closed or its options do not parse."""
    lines = path.read_text(encoding="utf-8").splitlines()
    cells: list[CodeCell] = []
    number = 0
    while number < len(lines):
        fence = _FENCE.match(lines[number])
        if fence is None:
            number += _skip_other_fence(lines, number)
            continue
        end = _closing(lines, number + 1, fence["ticks"])
        if end is None:
            raise CourseError(f"{where_is(path)}, line {number + 1}: this code cell is never closed.")
        cells.append(_cell(lines[number + 1 : end], path, number + 1))
        number = end + 1
    return tuple(cells)


def split_write(source: str) -> tuple[str, str] | None:
    """Split a `%%write PATH` cell into the path and the file's text (ending in one newline); None for any other cell."""
    first, _, body = source.partition("\n")
    words = first.split()
    if len(words) != 2 or words[0] != WRITE:
        return None
    return words[1], body.rstrip("\n") + "\n" if body.strip() else ""


def written_files(path: Path) -> tuple[Written, ...]:
    """Return what the `%%write` cells of a source write, in order, with solution markers and their TODO lines removed."""
    found = []
    for cell in code_cells(path):
        if written := split_write(cell.source):
            found.append(Written(written[0], without_markers(written[1]), cell.grade_id))
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


def _skip_other_fence(lines: list[str], number: int) -> int:
    """How many lines to go on: past a whole fence that is not a code cell, else one."""
    other = re.match(r"^(`{3,}|~{3,})", lines[number])
    if other is None:
        return 1
    end = _closing(lines, number + 1, other[1])
    return 1 if end is None else end + 1 - number


def _closing(lines: list[str], start: int, ticks: str) -> int | None:
    closing = re.compile(rf"^{re.escape(ticks[0])}{{{len(ticks)},}}\s*$")
    return next((i for i in range(start, len(lines)) if closing.match(lines[i])), None)


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
