"""Which tool caught which bug: one row a bug, one column a tool, and what each said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from course.pictures.theme import (
    Html,
    count,
    el,
    fold,
    indent,
    join,
    page,
    prose,
    sign,
    text_table,
    title_line,
)
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
    summary = _summary(bugs, rows, columns)
    head = ["line", "bug", *(column.tool for column in columns)]
    body = [
        [f"{_place(bug, row):>4}", bug.name, *(_said(cell, row) for cell in row)]
        for bug, row in zip(bugs, rows, strict=True)
    ]
    foot = [["", name, *cells] for name, cells in _foot(bugs, columns)]
    details = list(_details(bugs, columns))
    text = [f"{title}: {summary}", "", indent(text_table([head, *body, *foot]))]
    legend = _LEGEND if details else ""
    text += ["", f"  {legend}", "", "What they said", *(f"  {line}" for line in details)] if details else []

    table = el(
        "table",
        el("thead", el("tr", *(el("th", name, scope="col") for name in head[:2]), *map(_head, columns))),
        el(
            "tbody",
            *(_row(bug, row, columns) for bug, row in zip(bugs, rows, strict=True)),
            *(_foot_row(name, cells, columns) for name, cells in _foot(bugs, columns)),
        ),
        aria_label=title,
    )
    said = el("ul", *(el("li", prose(line)) for line in details), cls="pfc-said") if details else None
    commands = el("ul", *(el("li", f"{c.tool}: ", el("code", c.command)) for c in columns), cls="pfc-said")
    html = page(
        "bugs",
        el(
            "div",
            title_line(title, summary),
            el("div", table, cls="pfc-scroll", tabindex=0, role="group", aria_label="Table"),
            el("p", legend, cls="pfc-muted pfc-legend") if legend else None,
            fold("What they said", said) if said else None,
            fold("The commands", commands),
            cls="pfc-card pfc-plain",
        ),
        css=_CSS,
        label=title,
    )
    return View(html, "\n".join(text).rstrip())


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


def _said(cell: Cell, row: Sequence[Cell]) -> str:
    word = {"caught": _labels(cell.findings), "missed": "", "passes": "passes"}[cell.state]
    return f"{_symbol(cell, row)} {word}".strip()


def _head(column: ToolColumn) -> Html:
    return el("th", column.tool, scope="col", cls="pfc-runs" if column.runs else None)


def _row(bug: Bug, row: Sequence[Cell], columns: Sequence[ToolColumn]) -> Html:
    unseen = not _is_gone(bug, row) and all(cell.state == "missed" for cell in row)
    return el(
        "tr",
        el("td", _place(bug, row), cls="pfc-num pfc-muted"),
        el("th", prose(bug.name), scope="row"),
        *(_td(cell, row, column) for cell, column in zip(row, columns, strict=True)),
        cls="pfc-unseen pfc-warn" if unseen else None,
    )


def _td(cell: Cell, row: Sequence[Cell], column: ToolColumn) -> Html:
    symbol, tone = _symbol(cell, row), _FACES[cell.state][1]
    side = "pfc-runs" if column.runs else ""
    if cell.state == "missed":
        return el("td", sign(symbol, "not seen", tone), cls=side or None)
    what = "passes" if cell.state == "passes" else join(el("code", _labels(cell.findings)))
    alone = " pfc-lone" if symbol == _ALONE else ""
    chip = el(
        "span", sign(symbol, "alone" if alone else "", tone), " ", what, cls=f"pfc-chip pfc-{tone}{alone}"
    )
    return el("td", chip, cls=side or None)


def _foot_row(name: str, cells: Sequence[str], columns: Sequence[ToolColumn]) -> Html:
    return el(
        "tr",
        el("td"),
        el("th", name, scope="row"),
        *(el("td", cell, cls="pfc-runs" if c.runs else None) for cell, c in zip(cells, columns, strict=True)),
        cls="pfc-foot",
    )


_CSS = (
    "& th,& td{padding:5px 16px 5px 0;white-space:nowrap}"
    "& tbody th{white-space:normal;min-width:15em}"
    "& .pfc-num{padding-right:12px}"
    "& .pfc-runs{border-left:1px solid var(--line);padding-left:16px}"
    "& .pfc-chip{display:inline-block;border-radius:4px;padding:0 8px;line-height:21px;"
    "background:color-mix(in srgb,var(--tone) 11%,transparent)}"
    "& .pfc-lone{outline:1.5px solid var(--tone)}"
    "& .pfc-unseen>*{background:color-mix(in srgb,var(--tone) 9%,transparent)}"
    "& .pfc-unseen th{color:var(--tone);font-weight:600}"
    "& p.pfc-legend{font-size:12px}"
    "& .pfc-foot th,& .pfc-foot td{color:var(--quiet);font-size:12px}"
    "& ul.pfc-said{list-style:none;margin:4px 0 0;padding:0}"
    "& .pfc-said li{margin:0;padding:2px 0;overflow-wrap:anywhere}"
)
