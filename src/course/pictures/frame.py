"""The one frame of every picture, and its text twin: a headline, then part after part."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from course.pictures.theme import Html, el, fold, indent, page, prose, sign, title_line
from course.pictures.view import View


class Part(Protocol):
    """What a picture is made of: each of the six general pictures, and the small parts below."""

    def html(self) -> Html:
        """Return what is seen."""
        ...

    def said(self) -> str:
        """Return the same as text; empty for what only helps the eye."""
        ...


def picture(
    kind: str,
    title: str,
    *parts: Part | None,
    note: str = "",
    outcome: tuple[str, str, str] | None = None,
    tone: str = "plain",
    css: str = "",
) -> View:
    """Return a picture: its headline (`outcome` is symbol, word and tone), its parts, and the text twin of both.

    In the text each part stands apart by an empty line, except `Words` and `Note`, which follow at once.
    """
    shown = [part for part in parts if part is not None]
    head = title_line(title.replace("`", ""), note, outcome=outcome, name="figcaption")
    figure = el(
        "figure",
        head,
        *(part.html() for part in shown),
        cls=f"pfc-card pfc-{outcome[2] if outcome else tone}",
    )
    headline = f"{title.replace('`', '')}: {note}" if note else title.replace("`", "")
    text = f"{outcome[0]} {outcome[1]}  {headline}" if outcome else headline
    for part in shown:
        if said := part.said():
            text += ("\n" if isinstance(part, Words | Note) and not part.apart else "\n\n") + said
    text = "\n".join(line.rstrip() for line in text.splitlines())
    return View(page(kind, figure, css=css, label=title.replace("`", "")), text)


def scroll(*children: str | None, label: str) -> Html:
    """Return what may be broader than the notebook: it scrolls by itself, with the keyboard too."""
    return el("div", *children, cls="pfc-scroll", tabindex=0, role="group", aria_label=label)


@dataclass(frozen=True)
class Words:
    """Lines that say what a drawing shows, folded away under it."""

    lines: Sequence[str]
    summary: str = "The same in words"
    by: str = "  "
    apart: bool = False

    def html(self) -> Html:
        return (
            fold(self.summary, el("pre", "\n".join(self.lines), cls="pfc-wrap", tabindex=0))
            if self.lines
            else Html()
        )

    def said(self) -> str:
        return indent("\n".join(self.lines), self.by)


@dataclass(frozen=True)
class Note:
    """A sentence that stands out (`tone`), or a quiet one; with `silent` it is for the eye only.

    In the text it follows what is before it at once, or `apart`.
    """

    sentence: str
    tone: str = ""
    silent: bool = False
    apart: bool = False

    def html(self) -> Html:
        return el("p", prose(self.sentence), cls=f"pfc-box pfc-{self.tone}" if self.tone else "pfc-muted")

    def said(self) -> str:
        return "" if self.silent else indent(self.sentence)


@dataclass(frozen=True)
class Items:
    """Sentences, one below the other; with a sign (symbol and tone) each of them has it before it."""

    sentences: Sequence[str]
    sign: tuple[str, str] = ("", "")
    silent: bool = False

    def html(self) -> Html:
        symbol, tone = self.sign
        before = sign(symbol, "", tone) if symbol else None
        return el(
            "ul",
            *(el("li", before, prose(said)) for said in self.sentences),
            cls="pfc-list" if symbol else "pfc-items",
        )

    def said(self) -> str:
        return "" if self.silent else "\n".join(self.sentences)


@dataclass(frozen=True)
class Legend:
    """What the forms of a drawing mean: sample and sentence, and a last word on its scale. For the eye only."""

    samples: Sequence[tuple[Html, str]]
    scale: str = ""

    def html(self) -> Html:
        shown = [el("span", sample, said) for sample, said in self.samples]
        return el("div", *shown, el("span", self.scale) if self.scale else None, cls="pfc-legend")

    def said(self) -> str:
        return ""


@dataclass(frozen=True)
class Folded:
    """A part that is folded away, for the eye only or with its text."""

    summary: str
    part: Part
    silent: bool = False

    def html(self) -> Html:
        return fold(self.summary, self.part.html())

    def said(self) -> str:
        return "" if self.silent else f"{self.summary}\n{indent(self.part.said())}"
