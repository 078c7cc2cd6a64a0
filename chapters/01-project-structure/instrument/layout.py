"""Where the boxes of an import graph stand: domains side by side, layers from top to bottom."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from course.pictures.routing import Box
from course.project.import_graph import ImportGraph

from .boundaries import ENTRY, FOUNDATIONS, LAYERS, JudgedEdge, Place, domain_pairs, place

CHARACTER = 7.3  # width of one character of 12 px code
TITLE_CHARACTER = 8.2  # and of a domain's name
HEIGHT, ROW_GAP, LANE_GAP, PAD, TITLE = 30.0, 38.0, 28.0, 26.0, 30.0
GUTTER, MARGIN, BAND_GAP = 58.0, 28.0, 44.0
MOST_PERMUTED = 6
GROUND = "<ground>"  # the frame of what all domains share


@dataclass(frozen=True)
class Drawing:
    """Boxes by module, frames by domain, the lines that arrows may follow, and the size of it all."""

    boxes: dict[str, Box]
    frames: dict[str, Box]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    width: float
    height: float


def lay_out(graph: ImportGraph, judged: Sequence[JudgedEdge]) -> Drawing:
    """Place every module that holds code or is imported: entry on top, domains in columns, what all share below."""
    shown = _shown(graph)
    homes = {module: place(graph, module) for module in shown}
    domains = [d for d in dict.fromkeys(h.domain for h in homes.values()) if d and d not in FOUNDATIONS]
    order = _order(domains, domain_pairs(graph, judged))
    bar = [m for m in shown if homes[m] == Place("", ENTRY)]
    band = [m for m in shown if not homes[m].domain and m not in bar and _needs(m, judged, homes, order)]
    ground = [
        m for m in shown if homes[m].domain in FOUNDATIONS or not (homes[m].domain or m in (*bar, *band))
    ]

    rows = [layer for layer in LAYERS if any(h.name == layer and h.domain in order for h in homes.values())]
    boxes: dict[str, Box] = {}
    frames: dict[str, Box] = {}
    xs: list[float] = []
    x = MARGIN
    step = HEIGHT + BAND_GAP
    columns_top = 6 + step * (bool(bar) + bool(band))
    for domain in order:
        members = {homes[m].name: m for m in shown if homes[m].domain == domain}
        placed, frame = _column(domain, members, rows, x, columns_top)
        boxes |= placed
        frames[domain] = frame
        xs += _tracks(frame)
        x = frame.x + frame.width + GUTTER
    bottom = max((f.y + f.height for f in frames.values()), default=columns_top)
    frames = {d: Box(f.x, f.y, f.width, bottom - f.y) for d, f in frames.items()}
    right = max(x - GUTTER, MARGIN + 300)

    if ground:
        names = {_ground_name(homes[m], ground, homes): m for m in ground}
        placed, frame = _floor(names, bottom + BAND_GAP if order else columns_top, MARGIN, right)
        boxes |= placed
        frames[GROUND] = frame
        right = max(right, frame.x + frame.width)
    boxes |= {module: Box(MARGIN, 6, right - MARGIN, HEIGHT) for module in bar}
    boxes |= _band({homes[m].name: m for m in band}, 6 + step * len(bar), MARGIN, right)
    height = max((f.y + f.height for f in frames.values()), default=MARGIN + HEIGHT) + 6
    xs += [8.0, 17.0, right + 11, right + 20]
    return Drawing(boxes, frames, tuple(xs), tuple(_levels(boxes.values())), right + MARGIN, height)


def ground_title(graph: ImportGraph, drawing: Drawing) -> str:
    """What the frame below is called: `core`, or `shared` when it holds more than one such place."""
    frame = drawing.frames[GROUND]
    domains = {
        place(graph, module).domain
        for module, box in drawing.boxes.items()
        if frame.covers(box.center, box.middle)
    }
    return domains.pop() if len(domains) == 1 and "" not in domains else "shared"


def _needs(
    module: str, judged: Sequence[JudgedEdge], homes: dict[str, Place], domains: Sequence[str]
) -> bool:
    """Whether a module imports one of the domains."""
    needed = (homes[j.edge.imported].domain for j in judged if j.edge.importer == module)
    return any(domain in domains for domain in needed)


def _ground_name(home: Place, ground: Sequence[str], homes: dict[str, Place]) -> str:
    mixed = len({homes[module].domain for module in ground}) > 1
    return f"{home.domain}.{home.name}" if mixed and home.domain else home.name


def _shown(graph: ImportGraph) -> list[str]:
    """Modules that are files, and packages that somebody imports or that import something."""
    busy = {end for edge in graph.edges for end in (edge.importer, edge.imported)}
    return [module for module in graph.modules if module not in graph.packages or module in busy]


def _order(domains: Sequence[str], pairs: Sequence[tuple[str, str]]) -> list[str]:
    """The domains, those that need each other as near as can be."""
    if not 2 < len(domains) <= MOST_PERMUTED:
        return list(domains)

    def distance(order: Iterable[str]) -> int:
        at = {domain: place for place, domain in enumerate(order)}
        return sum(abs(at[a] - at[b]) for a, b in pairs if a in at and b in at)

    return list(min(permutations(domains), key=distance))


def _column(
    domain: str, members: dict[str, str], rows: Sequence[str], x: float, y: float
) -> tuple[dict[str, Box], Box]:
    """One domain: its layers in the right lane, its other modules in the left one, from the bottom row down."""
    side = [name for name in members if name not in LAYERS]
    side.sort(key=lambda name: (name != "schemas", name))
    main = [name for name in rows if name in members]
    side_width = max((_width(name) for name in side), default=0.0)
    main_width = max((_width(name) for name in main), default=0.0)
    main_x = x + PAD + (side_width + LANE_GAP if side and main else 0)
    # arrows come down on the layers: beside the domain's name, not through it
    main_x = max(main_x, x + 22 + len(domain) * TITLE_CHARACTER - main_width / 2)
    first = y + TITLE + 10
    step = HEIGHT + ROW_GAP
    boxes = {members[name]: Box(main_x, first + rows.index(name) * step, main_width, HEIGHT) for name in main}
    # schemas stand beside the last layer, so that arrows to them go down like all others
    last = max(len(rows) - 1, 0)
    start = max(last - len(side) + 1, min(last, 2)) if main else 0
    for number, name in enumerate(side):
        boxes[members[name]] = Box(x + PAD, first + (start + number) * step, side_width, HEIGHT)
    width = main_x + main_width + PAD - x if main else side_width + 2 * PAD
    levels = max(len(rows), start + len(side), 1)
    return boxes, Box(x, y, width, TITLE + 10 + levels * step - ROW_GAP + 16)


def _floor(members: dict[str, str], y: float, left: float, right: float) -> tuple[dict[str, Box], Box]:
    """What all share: one broad frame with its modules side by side, in as many rows as they need."""
    rows: list[dict[str, str]] = [{}]
    room = right - left - 2 * PAD
    for name, module in members.items():
        if _row_width([*rows[-1], name]) > room and rows[-1]:
            rows.append({})
        rows[-1][name] = module
    # the name stands in the corner: beside a short row, above a long one
    above = 14 if (right - left - max(_row_width(list(row)) for row in rows)) / 2 > 100 else TITLE
    boxes: dict[str, Box] = {}
    for number, row in enumerate(rows):
        boxes |= _band(row, y + above + number * (HEIGHT + LANE_GAP), left, right)
    return boxes, Box(left, y, right - left, above + len(rows) * (HEIGHT + LANE_GAP) - LANE_GAP + 14)


def _row_width(names: Sequence[str]) -> float:
    return sum(map(_width, names)) + LANE_GAP * (len(names) - 1)


def _band(members: dict[str, str], y: float, left: float, right: float) -> dict[str, Box]:
    """Modules side by side in the middle."""
    x = (left + right - _row_width(list(members))) / 2
    boxes = {}
    for name, module in members.items():
        boxes[module] = Box(x, y, _width(name), HEIGHT)
        x += _width(name) + LANE_GAP
    return boxes


def _width(name: str) -> float:
    return max(len(name) * CHARACTER + 22, 84.0)


def _tracks(frame: Box) -> Iterator[float]:
    """Lines for arrows beside a domain's boxes, and in the gutter to its right."""
    yield from (frame.x + 7, frame.x + 14, frame.x + frame.width - 14, frame.x + frame.width - 7)
    yield from (frame.x + frame.width + offset for offset in (15, 29, 43))
    yield frame.x - 15


def _levels(boxes: Iterable[Box]) -> Iterator[float]:
    """Lines for arrows above and below every row of boxes."""
    for top in sorted({box.y for box in boxes}):
        yield from (top - 13, top - 19, top - 25, top + HEIGHT + 13)
