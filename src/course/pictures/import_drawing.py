"""The SVG of an import graph."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from course.pictures.boundaries import FOUNDATIONS, Crossing, JudgedEdge, numbered, place
from course.pictures.import_layout import GROUND, Drawing, ground_title, lay_out
from course.pictures.imports import ImportGraph
from course.pictures.routing import Box, Point, Router
from course.pictures.theme import Html, el, join

CORNER = 7.0
SMALLEST = 0.72  # a narrow notebook shows the drawing so small, and scrolls
MOST_ON_GROUND = 2  # more imports of shared code are counted, not drawn
BADGE = 26.0  # the room that a number takes
STYLES = {
    Crossing.INSIDE: "pfc-in",
    Crossing.ASSEMBLY: "pfc-in",
    Crossing.FOUNDATION: "pfc-in",
    Crossing.SERVICE: "pfc-ask",
    Crossing.BREACH: "pfc-breach",
}
CSS = """& figure{margin:0}
& svg text{font-family:var(--code);font-size:12px;fill:var(--ink)}
& svg .pfc-name{font-weight:700;font-size:13px}
& svg .pfc-small{font-size:11px;fill:var(--quiet)}
& .pfc-frame{fill:var(--tint);stroke:color-mix(in srgb,var(--ink) 30%,transparent)}
& .pfc-module{fill:var(--card);stroke:color-mix(in srgb,var(--ink) 55%,transparent)}
& .pfc-edge{fill:none;stroke-width:1.3;stroke:var(--edge)}
& .pfc-tip{fill:var(--edge);stroke:none}
& .pfc-in{--edge:color-mix(in srgb,var(--ink) 62%,var(--card))}
& .pfc-ask{--edge:var(--info)}
& .pfc-ask .pfc-edge{stroke-width:2;stroke-dasharray:7 4}
& .pfc-breach{--edge:var(--bad)}
& .pfc-breach .pfc-edge{stroke-width:2.4;stroke-dasharray:2.5 3}
& .pfc-halo{fill:none;stroke:var(--card);stroke-width:6;opacity:.85}
& .pfc-badge-shape{fill:var(--card);stroke:var(--edge);stroke-width:1.6}
& svg .pfc-badge-text{font-size:11px;font-weight:700;fill:var(--edge);text-anchor:middle}
& .pfc-list>li{padding-left:3.4em}
& .pfc-sign{position:absolute;left:0;top:3px;min-width:1.6em;padding:0 5px;text-align:center;font-weight:700;font-size:12px;line-height:18px;color:var(--tone);border:1.5px solid var(--tone);border-radius:10px}
& .pfc-words{margin:6px 0 0;padding-left:1.4em}"""


def draw(graph: ImportGraph, judged: Sequence[JudgedEdge], label: str) -> Html:
    """Return the drawing as SVG; `label` says in one sentence what is to be seen. Marked arrows bear numbers."""
    drawing = lay_out(graph, judged)
    modules = list(drawing.boxes)
    router = Router(list(drawing.boxes.values()), drawing.xs, drawing.ys, list(drawing.frames.values()))
    numbers = {j.edge: number for number, j in numbered(judged)}
    lines = _split(drawing, graph, judged)
    single = lines.single
    single.sort(key=lambda j: (not _is_straight_down(drawing, j), not j.marked, _distance(drawing, j)))
    ways = {
        j: router.way(
            modules.index(j.edge.importer), modules.index(j.edge.imported), j.edge if j.marked else None
        )
        for j in single
    }
    badges = _badges(drawing, {j: way for j, way in ways.items() if j.marked}, list(ways.values()))
    # marked arrows last, so that they lie on top
    arrows = [
        _arrow(j, ways[j], numbers.get(j.edge), badges.get(j)) for j in sorted(ways, key=lambda j: j.marked)
    ]
    frames = (
        _frame(frame, ground_title(graph, drawing) if name == GROUND else name)
        for name, frame in drawing.frames.items()
    )
    boxes = (_module(box, _label(graph, drawing, module)) for module, box in drawing.boxes.items())
    return el(
        "svg",
        *frames,
        *_bundles(drawing, lines.bundled),
        *boxes,
        *_counts(drawing, lines.counted),
        *arrows,
        viewBox=f"0 0 {drawing.width:g} {drawing.height:g}",
        width=f"{drawing.width:g}",
        height=f"{drawing.height:g}",
        style=f"min-width:{SMALLEST * drawing.width:.0f}px",
        role="img",
        aria_label=label,
    )


@dataclass(frozen=True)
class _Lines:
    """What is drawn arrow by arrow, what as one line from a domain to the ground, and what is only counted."""

    single: list[JudgedEdge]
    bundled: Counter[str]
    counted: Counter[str]


def _split(drawing: Drawing, graph: ImportGraph, judged: Sequence[JudgedEdge]) -> _Lines:
    """Keep the picture calm: the borders between domains are its subject, shared code is its ground."""
    lines = _Lines([], Counter(), Counter())
    ground = drawing.frames.get(GROUND)
    calm: dict[str, list[JudgedEdge]] = {}
    for j in judged:
        source, target = drawing.boxes.get(j.edge.importer), drawing.boxes.get(j.edge.imported)
        if source is None or target is None:
            continue
        domain = place(graph, j.edge.importer).domain
        on_ground = ground is not None and ground.covers(target.center, target.middle)
        if j.marked or not on_ground:
            lines.single.append(j)
        elif domain in drawing.frames and domain not in FOUNDATIONS:
            lines.bundled[domain] += 1
        else:
            inside = ground is not None and ground.covers(source.center, source.middle)
            calm.setdefault(GROUND if inside else j.edge.importer, []).append(j)
    for owner, edges in calm.items():
        if len(edges) > MOST_ON_GROUND:
            lines.counted[owner] = len(edges)
        else:
            lines.single.extend(edges)
    return lines


def _distance(drawing: Drawing, j: JudgedEdge) -> float:
    a, b = drawing.boxes[j.edge.importer], drawing.boxes[j.edge.imported]
    return abs(a.center - b.center) + abs(a.middle - b.middle)


def _is_straight_down(drawing: Drawing, j: JudgedEdge) -> bool:
    a, b = drawing.boxes[j.edge.importer], drawing.boxes[j.edge.imported]
    return a.center == b.center and 0 < b.middle - a.middle < 80


def _label(graph: ImportGraph, drawing: Drawing, module: str) -> str:
    home = place(graph, module)
    mixed = GROUND in drawing.frames and ground_title(graph, drawing) == "shared"
    return f"{home.domain}.{home.name}" if home.domain in FOUNDATIONS and mixed else home.name


def _frame(box: Box, title: str) -> Html:
    shape = _rectangle(box, "pfc-frame", 8)
    return join(shape, el("text", title, x=f"{box.x + 12:g}", y=f"{box.y + 20:g}", cls="pfc-name"))


def _module(box: Box, name: str) -> Html:
    text = el("text", name, x=f"{box.center:g}", y=f"{box.middle + 4:g}", text_anchor="middle")
    return join(_rectangle(box, "pfc-module", 5), text)


def _rectangle(box: Box, cls: str, radius: int) -> Html:
    return el(
        "rect",
        x=f"{box.x:g}",
        y=f"{box.y:g}",
        width=f"{box.width:g}",
        height=f"{box.height:g}",
        rx=radius,
        cls=cls,
    )


def _bundles(drawing: Drawing, bundled: Counter[str]) -> list[Html]:
    """One line from a domain down to what all share, with the number of imports it stands for."""
    if GROUND not in drawing.frames:
        return []
    ground = drawing.frames[GROUND]
    drawn = []
    for domain, amount in sorted(bundled.items()):
        frame = drawing.frames[domain]
        x = frame.x + 30
        way = [(x, frame.y + frame.height), (x, ground.y)]
        said = f"{amount} import{'s' if amount != 1 else ''}"
        text = el("text", said, x=f"{x + 9:g}", y=f"{(way[0][1] + way[1][1]) / 2 + 4:g}", cls="pfc-small")
        drawn.append(el("g", _path(way, "pfc-edge"), _tip(way), text, cls="pfc-in"))
    return drawn


def _counts(drawing: Drawing, counted: Counter[str]) -> Iterator[Html]:
    """In words what would only be a tangle: how often shared code is used from here."""
    for owner, amount in sorted(counted.items()):
        box = drawing.frames[GROUND] if owner == GROUND else drawing.boxes[owner]
        said = (
            f"{amount} imports of its own modules" if owner == GROUND else f"{amount} imports of shared code"
        )
        yield el(
            "text",
            said,
            x=f"{box.x + box.width - 12:g}",
            y=f"{box.y + 19:g}",
            text_anchor="end",
            cls="pfc-small",
        )


def _arrow(j: JudgedEdge, way: Sequence[Point], number: int | None, at: Point | None) -> Html:
    halo = badge = None
    if number is not None and at is not None:
        halo = _path(way, "pfc-halo")
        badge = _badge(at, number, breach=j.crossing is Crossing.BREACH)
    return el("g", halo, _path(way, "pfc-edge"), _tip(way), badge, cls=STYLES[j.crossing])


def _path(way: Sequence[Point], cls: str) -> Html:
    """A line through the corners, each of them rounded; it ends where the tip begins."""
    points = [*way[:-1], _towards(way[-1], way[-2], 6)]
    steps = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for was, here, then in zip(points, points[1:], points[2:], strict=False):
        radius = min(CORNER, _length(was, here) / 2, _length(here, then) / 2)
        enter, leave = _towards(here, was, radius), _towards(here, then, radius)
        steps.append(f"L{enter[0]:g} {enter[1]:g}Q{here[0]:g} {here[1]:g} {leave[0]:g} {leave[1]:g}")
    steps.append(f"L{points[-1][0]:g} {points[-1][1]:g}")
    return el("path", d="".join(steps), cls=cls)


def _tip(way: Sequence[Point]) -> Html:
    (x, y), (bx, by) = way[-1], _towards(way[-1], way[-2], 9)
    dx, dy = (y - by) * 0.5, (bx - x) * 0.5
    corners = f"{x:g},{y:g} {bx + dx:g},{by + dy:g} {bx - dx:g},{by - dy:g}"
    return el("polygon", points=corners, cls="pfc-tip")


def _badges(
    drawing: Drawing, marked: Mapping[JudgedEdge, Sequence[Point]], ways: Sequence[Sequence[Point]]
) -> dict[JudgedEdge, Point]:
    """Where each number stands: on its own arrow, where it hides least."""
    placed: dict[JudgedEdge, Point] = {}
    for j, way in marked.items():

        def hidden(at: Point, way: Sequence[Point] = way) -> float:
            boxes = sum(box.covers(*at, around=13) for box in drawing.boxes.values())
            badges = sum(_length(at, other) < BADGE for other in placed.values())
            lines = sum(_near(at, a, b) for other in ways if other is not way for a, b in pairwise(other))
            return 10 * badges + 5 * boxes + lines

        placed[j] = min(_candidates(way), key=hidden)
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


def _badge(at: Point, number: int, *, breach: bool) -> Html:
    x, y = at
    if breach:
        corners = f"{x:g},{y - 13:g} {x + 13:g},{y + 10:g} {x - 13:g},{y + 10:g}"
        shape = el("polygon", points=corners, stroke_linejoin="round", cls="pfc-badge-shape")
        y += 3
    else:
        shape = el("circle", cx=f"{x:g}", cy=f"{y:g}", r=10, cls="pfc-badge-shape")
    return join(shape, el("text", str(number), x=f"{x:g}", y=f"{y + 4:g}", cls="pfc-badge-text"))


def _length(a: Point, b: Point) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])


def _towards(start: Point, end: Point, far: float) -> Point:
    length = _length(start, end) or 1.0
    return start[0] + (end[0] - start[0]) * far / length, start[1] + (end[1] - start[1]) * far / length
