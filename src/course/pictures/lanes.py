"""Lanes: what happens at the same time, a lane each, on one scale.

Drawn in HTML, every mark placed by percent: it is as broad as the notebook lets it, each mark has a tooltip, and what
JupyterLab leaves of a picture that it does not trust is still this picture.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from course.pictures.frame import Legend, scroll
from course.pictures.theme import Html, el, join

type Form = str
"""solid, frame (filled lightly), dash (only outlined), wash, ground (backgrounds), line, dots, dot (a ring), pulse,
tick: two marks that mean different things have different forms, not only tones."""


@dataclass(frozen=True)
class Mark:
    """A stretch of a lane, from `start` to `end` on the panel's scale, or a moment (`dot`, `pulse`, `tick`).

    `tip` is what it is; `label` stands inside where there is room for all of it. `row` of `rows` is for marks of one
    lane that lie over each other. `strong` is what the picture is about.
    """

    start: float
    end: float
    form: Form
    tone: str
    tip: str
    label: str = ""
    row: int = 0
    rows: int = 1
    strong: bool = False


@dataclass(frozen=True)
class Lane:
    """One lane: its name, its marks, those below first, and what stands after it."""

    name: str
    marks: Sequence[Mark]
    tall: bool = False
    after: str = ""


@dataclass(frozen=True)
class Panel:
    """Lanes under a headline, on a scale from 0 to `span`. `ticks` name moments on the axis."""

    name: str
    note: str
    lanes: Sequence[Lane]
    span: float
    ticks: Sequence[tuple[float, str]] = ()


@dataclass(frozen=True)
class Lanes:
    """Panels one below the other; `text` is what they say, `legend` what the forms mean."""

    panels: Sequence[Panel]
    label: str
    legend: Sequence[tuple[Mark, str]] = ()
    scale: str = ""

    def html(self) -> Html:
        """Return the panels and the legend."""
        drawn = scroll(*(piece for panel in self.panels for piece in _panel(panel)), label=self.label)
        return join(drawn, Legend([(sample(mark), said) for mark, said in self.legend], self.scale).html())

    def said(self) -> str:
        """Nothing: what is drawn is said by the words beside it."""
        return ""


def track(marks: Sequence[Mark], span: float, *, tall: bool = False) -> Html:
    """Return marks on a track of this span."""
    return el(
        "span",
        *(_mark(mark, span or 1.0) for mark in marks),
        cls="pfc-track pfc-tall" if tall else "pfc-track",
    )


def sample(mark: Mark) -> Html:
    """Return a mark as its sample in a legend: the mark's own place on a scale from 0 to 1."""
    return el("span", track([mark], 1.0), role="img", aria_label="key")


def _mark(mark: Mark, span: float) -> Html:
    left, width = 100 * mark.start / span, 100 * (mark.end - mark.start) / span
    style = f"left:{left:.2f}%"
    if mark.form not in ("dot", "pulse", "tick"):
        style += f";width:{width:.2f}%"
    if mark.rows > 1:
        high = 100 / mark.rows
        style += f";top:{mark.row * high:.1f}%;bottom:{100 - (mark.row + 1) * high:.1f}%"
    label = el("b", mark.label) if mark.label else None
    strong = "pfc-hot " if mark.strong else ""
    return el("i", label, cls=f"{strong}pfc-{mark.form} pfc-{mark.tone}", style=style, title=mark.tip)


def _panel(panel: Panel) -> Iterator[Html]:
    if panel.name or panel.note:
        name = el("b", panel.name, " ") if panel.name else None
        yield el("div", name, el("span", panel.note, cls="pfc-muted"), cls="pfc-panel")
    for lane in panel.lanes:
        marks = track(lane.marks, panel.span, tall=lane.tall)
        yield el("div", el("span", lane.name), marks, el("span", lane.after), cls="pfc-lane")
    ticks = [_tick(at, said, panel.span) for at, said in panel.ticks]
    yield el("div", el("span"), el("span", *ticks, cls="pfc-track"), cls="pfc-lane pfc-axis")


def _tick(at: float, said: str, span: float) -> Html:
    side = "" if not at else " pfc-to-left" if at > 0.97 * span else " pfc-to-middle"
    return el("i", said, cls=f"pfc-at{side}", style=f"left:{100 * at / (span or 1.0):.2f}%", title=said)
