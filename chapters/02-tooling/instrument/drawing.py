"""Which tool caught which bug: one row a bug, one column a tool, and what each said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from course.pictures.frame import Folded, Items, Note, picture
from course.pictures.table import Column, Group, Row, Table
from course.pictures.theme import Bit, Line, count
from course.pictures.view import View

type State = Literal["caught", "missed", "passes"]

_FACES: dict[State, tuple[str, str]] = {
    "caught": ("●", "ok"),
    "missed": ("·", "quiet"),
    "passes": ("✓", "ok"),
}
_ALONE = "◉"
_LEGEND = "● caught, ◉ caught by this one alone, · not seen"


@dataclass(frozen=True)
class Bug:
    """A known bug: what it does, and the line it is in; None when the line is gone."""

    name: str
    line: int | None


@dataclass(frozen=True)
class Finding:
    """What a tool calls a problem, and what it says of it."""

    label: str
    message: str
    line: int | None = None


@dataclass(frozen=True)
class Cell:
    """What one tool made of one bug: `passes` is a test that would notice it, and has no reason to."""

    state: State
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class ToolColumn:
    """One tool: its name, the command, whether it runs the code, a cell for each bug, and what else it found."""

    tool: str
    command: str
    runs: bool
    cells: tuple[Cell, ...]
    elsewhere: tuple[Finding, ...] = ()


def bug_table_view(bugs: Sequence[Bug], columns: Sequence[ToolColumn], title: str) -> View:
    """Show who caught what. Each column has one cell for each bug, in the order of the bugs."""
    rows = [[column.cells[number] for column in columns] for number in range(len(bugs))]
    body = [_row(bug, row) for bug, row in zip(bugs, rows, strict=True)]
    foot = [Row(("", name, *cells), quiet=True) for name, cells in _foot(bugs, columns)]
    first = next((at for at, column in enumerate(columns) if column.runs), len(columns))
    names = [Column(column.tool, divided=at == first) for at, column in enumerate(columns)]
    details = list(_details(bugs, columns))
    commands = [f"{column.tool}: `{column.command}`" for column in columns]
    return picture(
        "bugs",
        title,
        Table([Column("line", numeric=True), "bug", *names], [Group([*body, *foot])], title, head=1),
        Note(_LEGEND, apart=True) if details else None,
        Folded("What they said", Items(details)) if details else None,
        Folded("The commands", Items(commands), silent=True),
        note=_summary(bugs, rows, columns),
    )


def _summary(bugs: Sequence[Bug], rows: Sequence[Sequence[Cell]], columns: Sequence[ToolColumn]) -> str:
    """Say how many are left, and how each of those is noticed."""
    if not bugs:
        return "no bugs are named"
    left = reading = running = 0
    for bug, row in zip(bugs, rows, strict=True):
        by = {column.runs for cell, column in zip(row, columns, strict=True) if cell.state == "caught"}
        left += not _is_gone(bug, row)
        reading += False in by
        running += by == {True}
    if not left:
        return f"{'all ' if len(bugs) > 1 else ''}{count(len(bugs), 'bug')} gone"
    said = [f"{count(left, 'bug')}", f"{reading} caught by reading the code"]
    if any(column.runs for column in columns):
        said.append(f"{running} only by running it")
    return ", ".join([*said, f"{left - reading - running} by nobody"])


def _foot(bugs: Sequence[Bug], columns: Sequence[ToolColumn]) -> Iterator[tuple[str, list[str]]]:
    """The last rows: what each tool caught, and what it found that is none of the bugs."""
    caught = [sum(cell.state == "caught" for cell in column.cells) for column in columns]
    yield "caught", [f"{number} of {len(bugs)}" for number in caught]
    if any(column.elsewhere for column in columns):
        yield "also found", [_labels(column.elsewhere) or "·" for column in columns]


def _details(bugs: Sequence[Bug], columns: Sequence[ToolColumn]) -> Iterator[str]:
    for number, bug in enumerate(bugs):
        place = f"line {bug.line}, " if bug.line is not None else ""
        found = [finding for column in columns for finding in column.cells[number].findings]
        for label, message in dict.fromkeys((finding.label, finding.message) for finding in found):
            yield f"{place}{label}: {message}"


def _labels(findings: Sequence[Finding]) -> str:
    return ", ".join(dict.fromkeys(finding.label for finding in findings))


def _is_gone(bug: Bug, row: Sequence[Cell]) -> bool:
    """A bug is gone when nothing objects, and its line is not there any more or a test about it passes."""
    states = {cell.state for cell in row}
    return "caught" not in states and (bug.line is None or "passes" in states)


def _place(bug: Bug, row: Sequence[Cell]) -> str:
    return "gone" if _is_gone(bug, row) else str(bug.line or "")


def _symbol(cell: Cell, row: Sequence[Cell]) -> str:
    if cell.state == "caught" and sum(other.state == "caught" for other in row) == 1 < len(row):
        return _ALONE
    return _FACES[cell.state][0]


def _row(bug: Bug, row: Sequence[Cell]) -> Row:
    unseen = not _is_gone(bug, row) and all(cell.state == "missed" for cell in row)
    return Row(
        (_place(bug, row), bug.name, *(_cell(cell, row) for cell in row)), lit="warn" if unseen else ""
    )


def _cell(cell: Cell, row: Sequence[Cell]) -> Line:
    symbol, tone = _symbol(cell, row), _FACES[cell.state][1]
    if cell.state == "missed":
        return Bit("", "muted", tone, symbol, tip="not seen")
    said = "passes" if cell.state == "passes" else _labels(cell.findings)
    tip = "a test about it passes" if cell.state == "passes" else "\n".join(f.message for f in cell.findings)
    return Bit(said, "ring" if symbol == _ALONE else "chip", tone, symbol, tip)
