"""What all pictures share: safe HTML, pieces of lines, and aligned text. The style sheet is in `lab/`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Self

__all__ = [
    "Bit",
    "Html",
    "Line",
    "bits",
    "count",
    "el",
    "fold",
    "indent",
    "join",
    "mark",
    "number",
    "page",
    "points",
    "prose",
    "sign",
    "text_of",
    "text_table",
    "title_line",
]


class Html(str):
    """Markup that is already safe. Any other `str` is escaped when it becomes part of a picture."""

    __slots__ = ()

    def __new__(cls, markup: str = "") -> Self:
        return super().__new__(cls, markup)


def _safe(text: str) -> str:
    return text if isinstance(text, Html) else escape(text)


def join(*children: str | None, by: str = "") -> Html:
    """Put pieces one after the other; plain strings are escaped, None and empty ones left out."""
    return Html(by.join(_safe(child) for child in children if child))


def el(name: str, *children: str | None, **attributes: str | int | bool | None) -> Html:
    """Return an HTML element. `cls` stands for `class`, `aria_label` for `aria-label`; False and None leave out."""
    written = ""
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        attribute = "class" if key == "cls" else key.replace("_", "-")
        written += f" {attribute}" if value is True else f' {attribute}="{escape(str(value))}"'
    return Html(f"<{name}{written}>{join(*children)}</{name}>")


def page(kind: str, *children: str | None, css: str = "", label: str = "") -> str:
    """Return a whole picture: its parts in one scoped box. `css` is for a drawing of its own, `&` its box."""
    body = el(
        "div", *children, cls=f"pfc pfc-{kind}", role="group" if label else None, aria_label=label or None
    )
    return f"<style>.pfc.pfc.pfc.pfc-{kind}{{{css}}}</style>{body}" if css else body


def number(value: float) -> str:
    """Return points as people write them: `2`, `1.5`, `0.125`."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def count(amount: int, one: str, many: str | None = None) -> str:
    """Return `1 check`, `3 checks`."""
    return f"{amount} {one if amount == 1 else many or one + 's'}"


def points(value: float) -> str:
    """Return `1 point`, `2.5 points`."""
    return f"{number(value)} point{'' if value == 1 else 's'}"


def indent(text: str, by: str = "  ") -> str:
    """Return the text with every line moved to the right; empty lines stay empty."""
    return "\n".join(by + line if line.strip() else "" for line in text.splitlines())


def text_table(rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), gap: str = "  ") -> str:
    """Return rows as aligned text; the columns named in `right` are aligned to the right."""
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = (
        gap.join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def mark(symbol: str, word: str, tone: str) -> Html:
    """Return an outcome as symbol and word: it reads the same without its color."""
    return el("span", el("span", symbol, aria_hidden="true"), " ", word, cls=f"pfc-badge pfc-{tone}")


def sign(symbol: str, word: str, tone: str) -> Html:
    """Return only an outcome's symbol; `word` is for those who do not see it (empty: it stands beside anyway)."""
    hidden = {"aria_hidden": "true"} if not word else {"role": "img", "aria_label": word, "title": word}
    return el("span", symbol, cls=f"pfc-mark pfc-{tone}", **hidden)


def title_line(
    title: str, note: str | None = None, *, outcome: tuple[str, str, str] | None = None, name: str = "div"
) -> Html:
    """Return a picture's first line: its outcome (symbol, word and tone, as `mark` takes them), its title, a note."""
    return el(
        name,
        mark(*outcome) if outcome else None,
        el("span", title, cls="pfc-title"),
        el("span", note, cls="pfc-muted") if note else None,
        cls="pfc-head",
    )


def fold(summary: str, *children: str | None, opened: bool = False) -> Html:
    """Return a part that can be opened."""
    return el("details", el("summary", summary), *children, open=opened)


_EMPHASIS = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")


def prose(text: str) -> Html:
    """Return a sentence in which `code` in backticks is set as code, and *words* between stars are emphasized."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return _emphasized(text)
    return join(
        *(el("code", piece) if place % 2 else _emphasized(piece) for place, piece in enumerate(pieces))
    )


def _emphasized(text: str) -> Html:
    return join(*(el("em", piece) if at % 2 else piece for at, piece in enumerate(_EMPHASIS.split(text))))


@dataclass(frozen=True)
class Bit:
    """A piece of a line: what it says and how it is set.

    `form`: "" (prose), "code", "muted", "strong", "badge", "chip" (code in a box), "ring" (such a box that stands
    out), "tile" (a small square that shows only its sign) or "below" (muted, on a line of its own). `sign` stands
    before the text, so that it reads the same without its `tone`; `tip` is what a pointer over it shows.
    """

    text: str
    form: str = ""
    tone: str = ""
    sign: str = ""
    tip: str = ""

    def html(self) -> Html:
        """Return it as it is seen."""
        tone = f"pfc-{self.tone}" if self.tone else ""
        signed = join(sign(self.sign, "", self.tone or "quiet"), " ") if self.sign else None
        match self.form:
            case "badge":
                return mark(self.sign, self.text, self.tone)
            case "chip" | "ring":
                ring = " pfc-ring" if self.form == "ring" else ""
                return el(
                    "span",
                    signed,
                    el("code", self.text),
                    cls=f"pfc-chip{ring} {tone}",
                    title=self.tip or self.text,
                )
            case "tile":
                return el("span", self.sign, cls=f"pfc-tile {tone}", title=self.tip or self.text)
            case "code":
                return join(
                    signed,
                    el(
                        "code",
                        self.text,
                        cls=f"{tone} pfc-tone".strip() if tone else None,
                        title=self.tip or None,
                    ),
                )
            case "muted" | "strong" | "below":
                name = "div" if self.form == "below" else "span"
                return el(
                    name,
                    signed,
                    prose(self.text),
                    cls=f"pfc-{self.form} {tone}".strip(),
                    title=self.tip or None,
                )
            case _:
                return join(
                    signed, el("span", prose(self.text), title=self.tip) if self.tip else prose(self.text)
                )

    def said(self) -> str:
        """Return it as text."""
        if self.form == "tile":
            return self.sign
        return f"{self.sign} {self.text}".strip() if self.sign else self.text


type Line = str | Bit | tuple[str | Bit, ...]
"""What a cell or a line of a picture is made of."""


def bits(line: Line) -> Html:
    """Return a line as it is seen."""
    pieces = line if isinstance(line, tuple) else (line,)
    return join(*(piece.html() if isinstance(piece, Bit) else prose(piece) for piece in pieces))


def text_of(line: Line) -> str:
    """Return a line as text; what is set below follows a colon."""
    said = ""
    for piece in line if isinstance(line, tuple) else (line,):
        if isinstance(piece, Bit) and piece.form == "below" and said:
            said += ": "
        said += piece.said() if isinstance(piece, Bit) else piece
    return said
