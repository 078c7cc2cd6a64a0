"""Boxes and arrows: what hangs on what, placed by whoever draws it, arrows led around the boxes (`routing`).

Boxes and labels are HTML, only the lines between them are an image, in colors that are good on light and dark: so the
picture is the same where JupyterLab trusts a notebook and where it does not, and every mark has its tooltip.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from urllib.parse import quote

from course.pictures.frame import scroll
from course.pictures.routing import Box, Point
from course.pictures.theme import Html, Line, bits, el, join

CORNER = 7.0
BADGE = 26.0  # the room that a number takes
SMALLEST = 0.72  # a narrow notebook shows the drawing so small, and scrolls
REACH = 5.0  # a tooltip shows so far from its line
COLORS = {"quiet": "#7d8590", "info": "#1f7ae0", "bad": "#e5484d", "warn": "#b7791f", "ok": "#2f9e58"}
DASHES = {"": "", "long": "7 4", "short": "2.5 3"}


@dataclass(frozen=True)
class Node:
    """A box: its place, the lines in it, and its tooltip. A `listed` one has a heading; an `alarm` stands out."""

    box: Box
    lines: Sequence[Line]
    tip: str
    tone: str = ""
    listed: bool = False
    alarm: bool = False


@dataclass(frozen=True)
class Area:
    """A frame around boxes that belong together, with its name in the corner."""

    box: Box
    name: str
    tip: str = ""


@dataclass(frozen=True)
class Arrow:
    """An arrow along the corners of its `way`, with its tooltip. One that matters has a number and perhaps a sign.

    `dash` ("long", "short") tells kinds apart without color. A `curved` one is a line without a tip.
    """

    way: Sequence[Point]
    tip: str
    tone: str = "quiet"
    dash: str = ""
    number: int = 0
    sign: str = ""
    curved: bool = False

    @property
    def wide(self) -> float:
        return 2.2 if self.number else 1.4


@dataclass(frozen=True)
class Word:
    """A word that stands by itself, such as how many arrows one line is for; with `right` it ends at `x`."""

    x: float
    y: float
    text: str
    right: bool = False


@dataclass(frozen=True)
class Boxes:
    """The drawing. It is for the eye: words beside it say the same."""

    width: float
    height: float
    label: str
    nodes: Sequence[Node]
    areas: Sequence[Area] = ()
    arrows: Sequence[Arrow] = ()
    words: Sequence[Word] = ()

    def html(self) -> Html:
        """Return the drawing, which scrolls where it is broader than the notebook."""
        place = _Place(self.width, self.height)
        badges = _badges(self.nodes, self.areas, self.arrows)
        drawn = el(
            "div",
            *(place.box(area.box, area.name, "pfc-area", area.tip or area.name) for area in self.areas),
            _lines(self),
            *(place.box(box, "", "", arrow.tip) for arrow in self.arrows for box in _reach(arrow)),
            *(_node(node, place) for node in self.nodes),
            *(_word(word, place) for word in self.words),
            *(_badge(arrow, at, place) for arrow, at in badges.items()),
            cls="pfc-boxes",
            style=f"padding-bottom:{100 * self.height / self.width:.2f}%;font-size:min(12px,{1200 / self.width:.3f}cqw)",
        )
        fit = f"min-width:{SMALLEST * self.width:.0f}px;max-width:{self.width:.0f}px"
        return scroll(el("div", drawn, cls="pfc-fit", style=fit), label=self.label)

    def said(self) -> str:
        """Nothing."""
        return ""


def svg(width: float, height: float, *shapes: str) -> str:
    """Return a drawing as the address of an image."""
    size = f"viewBox='0 0 {width:g} {height:g}' width='{width:g}' height='{height:g}'"
    drawing = f"<svg xmlns='http://www.w3.org/2000/svg' {size}>{''.join(shapes)}</svg>"
    return f"data:image/svg+xml,{quote(drawing, safe=" ='/:;,()-.")}"


def _lines(boxes: Boxes) -> Html:
    marked_last = sorted(boxes.arrows, key=lambda arrow: bool(arrow.number))
    image = svg(boxes.width, boxes.height, *(_arrow(arrow) for arrow in marked_last))
    return Html(f'<img src="{image}" alt="" width="100%" height="100%">')


def _arrow(arrow: Arrow) -> str:
    color = COLORS[arrow.tone]
    dash = f" stroke-dasharray='{DASHES[arrow.dash]}'" if arrow.dash else ""
    line = f"<path d='{_path(arrow)}' fill='none' stroke='{color}' stroke-width='{arrow.wide}'{dash}/>"
    if arrow.curved:
        return line
    (x, y), (bx, by) = arrow.way[-1], _towards(arrow.way[-1], arrow.way[-2], 9)
    dx, dy = (y - by) * 0.5, (bx - x) * 0.5
    return f"{line}<path d='M{x:g} {y:g}L{bx + dx:g} {by + dy:g}L{bx - dx:g} {by - dy:g}z' fill='{color}'/>"


def _path(arrow: Arrow) -> str:
    """A line through the corners, each of them rounded; it ends where the tip begins."""
    if arrow.curved:
        (x, y), (ex, ey) = arrow.way[0], arrow.way[-1]
        half = (y + ey) / 2
        return f"M{x:.1f} {y:g}C{x:.1f} {half:g} {ex:.1f} {half:g} {ex:.1f} {ey:g}"
    points = [*arrow.way[:-1], _towards(arrow.way[-1], arrow.way[-2], 6)]
    steps = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for was, here, then in zip(points, points[1:], points[2:], strict=False):
        radius = min(CORNER, _length(was, here) / 2, _length(here, then) / 2)
        enter, leave = _towards(here, was, radius), _towards(here, then, radius)
        steps.append(f"L{enter[0]:g} {enter[1]:g}Q{here[0]:g} {here[1]:g} {leave[0]:g} {leave[1]:g}")
    return "".join([*steps, f"L{points[-1][0]:g} {points[-1][1]:g}"])


def _reach(arrow: Arrow) -> Iterator[Box]:
    """Where a pointer shows the arrow's tooltip: along its way, or at both ends of a curve."""
    way = list(pairwise(arrow.way))
    if arrow.curved:
        (x, y), (ex, ey) = arrow.way[0], arrow.way[-1]
        way = [((x, y), (x, y + 18)), ((ex, ey - 18), (ex, ey))]
    for (ax, ay), (bx, by) in way:
        across, down = abs(ax - bx), abs(ay - by)
        side, top = (0, REACH) if across else (REACH, 0)
        yield Box(min(ax, bx) - side, min(ay, by) - top, across + 2 * side, down + 2 * top)


@dataclass(frozen=True)
class _Place:
    """Where things stand in percent: a narrow notebook shows the drawing smaller."""

    width: float
    height: float

    def at(self, x: float, y: float) -> str:
        return f"left:{100 * x / self.width:.2f}%;top:{100 * y / self.height:.2f}%"

    def box(self, box: Box, content: str, cls: str, tip: str) -> Html:
        size = f"width:{100 * box.width / self.width:.2f}%;height:{100 * box.height / self.height:.2f}%"
        return el("div", content, cls=cls or None, style=f"{self.at(box.x, box.y)};{size}", title=tip)


def _node(node: Node, place: _Place) -> Html:
    cls = (
        "pfc-node" + " pfc-listed" * node.listed + " pfc-toned" * bool(node.tone) + " pfc-alarm" * node.alarm
    )
    lines = join(*(el("div", bits(line)) for line in node.lines))
    return place.box(node.box, lines, f"{cls} pfc-{node.tone}" if node.tone else cls, node.tip)


def _word(word: Word, place: _Place) -> Html:
    side = " pfc-to-left" if word.right else ""
    return el("span", word.text, cls=f"pfc-over{side}", style=place.at(word.x, word.y), title=word.text)


def _badge(arrow: Arrow, at: Point, place: _Place) -> Html:
    sign = " pfc-signed" if arrow.sign else ""
    said = f"{arrow.sign}{arrow.number}"
    return el("span", said, cls=f"pfc-nr-at pfc-{arrow.tone}{sign}", style=place.at(*at), title=arrow.tip)


def _badges(nodes: Sequence[Node], areas: Sequence[Area], arrows: Sequence[Arrow]) -> Mapping[Arrow, Point]:
    """Where each number stands: on its own arrow, where it hides least."""
    names = [Box(area.box.x, area.box.y, 20 + 8 * len(area.name), 28) for area in areas]
    placed: dict[Arrow, Point] = {}
    for arrow in arrows:
        if not arrow.number:
            continue

        def hidden(at: Point, arrow: Arrow = arrow) -> float:
            over = sum(box.covers(*at, around=13) for box in (*names, *(node.box for node in nodes)))
            badges = sum(_length(at, other) < BADGE for other in placed.values())
            lines = sum(
                _near(at, a, b) for other in arrows if other is not arrow for a, b in pairwise(other.way)
            )
            return 10 * badges + 5 * over + lines

        placed[arrow] = min(_candidates(arrow.way), key=hidden)
    return placed


def _candidates(way: Sequence[Point]) -> Iterator[Point]:
    """Points on an arrow, those on its longest stretch first."""
    for (ax, ay), (bx, by) in sorted(pairwise(way), key=lambda pair: -_length(*pair)):
        if _length((ax, ay), (bx, by)) > BADGE:
            for share in (0.5, 0.35, 0.65, 0.2, 0.8):
                yield ax + (bx - ax) * share, ay + (by - ay) * share
    yield (way[0][0] + way[1][0]) / 2, (way[0][1] + way[1][1]) / 2


def _near(at: Point, a: Point, b: Point) -> bool:
    """Whether a stretch passes under a number that stands here."""
    (x, y), reach = at, BADGE / 2
    across = min(a[0], b[0]) - reach < x < max(a[0], b[0]) + reach
    return across and min(a[1], b[1]) - reach < y < max(a[1], b[1]) + reach


def _length(a: Point, b: Point) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])


def _towards(start: Point, end: Point, far: float) -> Point:
    length = _length(start, end) or 1.0
    return start[0] + (end[0] - start[0]) * far / length, start[1] + (end[1] - start[1]) * far / length
