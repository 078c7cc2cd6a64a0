"""The SVG of an import graph."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import hypot

from course.views.boundaries import FOUNDATIONS, Crossing, JudgedEdge, place
from course.views.import_layout import GROUND, Drawing, ground_title, lay_out
from course.views.imports import ImportGraph
from course.views.routing import Box, Point, Router
from course.views.theme import Html, el, join

CORNER = 7.0
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
& .pfc-in{--edge:color-mix(in srgb,var(--ink) 62%,transparent)}
& .pfc-ask{--edge:var(--info)}
& .pfc-ask .pfc-edge{stroke-width:2;stroke-dasharray:7 4}
& .pfc-breach{--edge:var(--bad)}
& .pfc-breach .pfc-edge{stroke-width:2.4;stroke-dasharray:2.5 3}
& .pfc-halo{fill:none;stroke:var(--card);stroke-width:6;opacity:.85}
& .pfc-badge-shape{fill:var(--card);stroke:var(--edge);stroke-width:1.6}
& svg .pfc-badge-text{font-size:11px;font-weight:700;fill:var(--edge);text-anchor:middle}
& .pfc-list>li{padding-left:3.4em}
& .pfc-sign{position:absolute;left:0;top:4px;min-width:1.6em;padding:0 5px;text-align:center;font-weight:700;font-size:12px;line-height:18px;color:var(--tone);border:1.5px solid var(--tone);border-radius:10px}
& .pfc-words{margin:6px 0 0;padding-left:1.4em}"""


def draw(graph: ImportGraph, judged: Sequence[JudgedEdge], label: str) -> Html:
    """Return the drawing as SVG; `label` says in one sentence what is to be seen. Marked arrows bear numbers."""
    drawing = lay_out(graph, judged)
    modules = list(drawing.boxes)
    router = Router(list(drawing.boxes.values()), drawing.xs, drawing.ys)
    numbers = {j.edge: number for number, j in enumerate((j for j in judged if j.marked), 1)}
    bundled, single = _split(drawing, graph, judged)
    single.sort(key=lambda j: (j.marked, _distance(drawing, j), j.edge.importer, j.edge.imported))
    ways = [
        (
            j,
            router.way(
                modules.index(j.edge.importer), modules.index(j.edge.imported), j.edge if j.marked else None
            ),
        )
        for j in single
    ]
    badges: list[Point] = []
    arrows = [_arrow(j, way, numbers.get(j.edge), badges) for j, way in ways]
    frames = (
        _frame(frame, ground_title(graph, drawing) if name == GROUND else name)
        for name, frame in drawing.frames.items()
    )
    boxes = (_module(box, _label(graph, drawing, module)) for module, box in drawing.boxes.items())
    return el(
        "svg",
        *frames,
        *_bundles(drawing, bundled),
        *boxes,
        *arrows,
        viewBox=f"0 0 {drawing.width:g} {drawing.height:g}",
        width=f"{drawing.width:g}",
        height=f"{drawing.height:g}",
        role="img",
        aria_label=label,
    )


def _split(
    drawing: Drawing, graph: ImportGraph, judged: Sequence[JudgedEdge]
) -> tuple[Counter[str], list[JudgedEdge]]:
    """Imports of shared code, counted by domain: they are drawn as one line; and all others."""
    bundled: Counter[str] = Counter()
    single = []
    for j in judged:
        domain = place(graph, j.edge.importer).domain
        if j.crossing is Crossing.FOUNDATION and domain in drawing.frames and domain not in FOUNDATIONS:
            bundled[domain] += 1
        elif j.edge.importer in drawing.boxes and j.edge.imported in drawing.boxes:
            single.append(j)
    return bundled, single


def _distance(drawing: Drawing, j: JudgedEdge) -> float:
    a, b = drawing.boxes[j.edge.importer], drawing.boxes[j.edge.imported]
    return abs(a.center - b.center) + abs(a.middle - b.middle)


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
        way = [(frame.center, frame.y + frame.height), (frame.center, ground.y)]
        said = f"{amount} import{'s' if amount != 1 else ''}"
        text = el(
            "text", said, x=f"{frame.center + 9:g}", y=f"{(way[0][1] + way[1][1]) / 2 + 4:g}", cls="pfc-small"
        )
        drawn.append(el("g", _path(way, "pfc-edge"), _tip(way), text, cls="pfc-in"))
    return drawn


def _arrow(j: JudgedEdge, way: Sequence[Point], number: int | None, badges: list[Point]) -> Html:
    badge = None
    if number is not None:
        at = _badge_place(way, badges)
        badges.append(at)
        badge = _badge(at, number, breach=j.crossing is Crossing.BREACH)
    halo = _path(way, "pfc-halo") if number is not None else None
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


def _badge_place(way: Sequence[Point], taken: Sequence[Point]) -> Point:
    """The middle of the longest stretch whose middle is still free."""
    stretches = sorted(pairwise(way), key=lambda pair: -_length(*pair))
    middles = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in stretches]
    return next((m for m in middles if all(_length(m, other) > 24 for other in taken)), middles[0])


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
