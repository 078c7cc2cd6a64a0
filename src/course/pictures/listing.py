"""Listings: lines of code or data, marks in them, and what somebody says of them under the line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from course.pictures.theme import Html, el, join, sign

GAP = "⋯"


@dataclass(frozen=True)
class Mark:
    """A piece of a line, from column to column (from 0, `end` excluded), underlined or, when `filled`, as in marker."""

    start: int
    end: int
    tone: str
    tip: str
    filled: bool = False


@dataclass(frozen=True)
class Remark:
    """What is said under a line, from a column on: who says it (`error`), what, and under which name."""

    column: int
    end: int
    tone: str
    sign: str
    kind: str
    message: str
    code: str = ""


@dataclass(frozen=True)
class CodeLine:
    """A line with its number (0: none), marks in it and remarks under it. `hit` (a tone) makes it stand out."""

    number: int
    text: str
    marks: Sequence[Mark] = ()
    remarks: Sequence[Remark] = ()
    hit: str = ""


@dataclass(frozen=True)
class Listing:
    """Lines under a heading, such as a file's name; None where lines are left out."""

    lines: Sequence[CodeLine | None]
    heading: str = ""

    def html(self) -> Html:
        """Return the lines; long ones scroll."""
        heading = el("p", el("code", self.heading)) if self.heading else None
        numbered = any(line and line.number for line in self.lines)
        lines = el("div", *(row for line in self.lines for row in _rows(line)), cls="pfc-lines")
        plain = "" if numbered else " pfc-plainlines"
        return join(heading, el("div", lines, cls=f"pfc-listing{plain}", tabindex=0))

    def said(self) -> str:
        """Return the lines with their numbers; a caret stands under what a remark is about."""
        width = max((len(str(line.number)) for line in self.lines if line and line.number), default=0)
        said = [f"  {row}" if self.heading else row for line in self.lines for row in _said(line, width)]
        return "\n".join([self.heading, *said] if self.heading else said)


def _rows(line: CodeLine | None) -> Iterator[Html]:
    if line is None:
        yield el("div", el("span", GAP, cls="pfc-no", aria_hidden="true"), cls="pfc-row")
        return
    yield el(
        "div",
        el("span", str(line.number) if line.number else None, cls="pfc-no"),
        el("code", _marked(line) or " ", cls="pfc-src"),
        cls=f"pfc-row pfc-hit pfc-{line.hit}" if line.hit else "pfc-row",
    )
    for remark in line.remarks:
        said = el("span", sign(remark.sign, "", remark.tone), " ", el("strong", remark.kind), cls="pfc-tone")
        code = el("code", _code(remark), cls="pfc-muted") if remark.code else None
        place = f"margin-left:{remark.column}ch"
        body = el("span", said, f" {remark.message}", code, cls=f"pfc-said pfc-{remark.tone}", style=place)
        yield el("div", el("span", cls="pfc-no"), body, cls="pfc-row")


def _marked(line: CodeLine) -> Html:
    pieces: list[str] = []
    at = 0
    for mark in sorted(line.marks, key=lambda mark: mark.start):
        if mark.start < at:
            continue
        cls = f"pfc-{'marked' if mark.filled else 'under'} pfc-{mark.tone}"
        pieces += [
            line.text[at : mark.start],
            el("span", line.text[mark.start : mark.end], cls=cls, title=mark.tip),
        ]
        at = mark.end
    return join(*pieces, line.text[at:])


def _said(line: CodeLine | None, width: int) -> Iterator[str]:
    before = f"{'':{width}}  " if width else ""
    if line is None:
        yield f"{GAP:>{width}}"
        return
    yield f"{line.number:>{width}}  {line.text}".rstrip() if width else line.text
    for mark in line.marks:
        if mark.filled:
            yield f"{before}{' ' * mark.start}{'^' * (mark.end - mark.start)} {mark.tip}"
    for remark in line.remarks:
        yield f"{before}{' ' * remark.column}{'^' * (remark.end - remark.column)}"
        yield f"{before}{remark.kind}: {remark.message}{_code(remark)}"


def _code(remark: Remark) -> str:
    return f"  [{remark.code}]" if remark.code else ""
