"""An import graph as boxes and arrows: domains side by side, layers from top to bottom, borders marked."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from course.pictures.boxes import Area, Arrow, Boxes, Node, Word
from course.pictures.routing import Router
from course.pictures.theme import count
from course.project.import_graph import ImportGraph

from .boundaries import FOUNDATIONS, Crossing, JudgedEdge, numbered, place, short
from .layout import GROUND, Drawing, ground_title, lay_out

MOST_ON_GROUND = 2  # more imports of shared code are counted, not drawn
STYLES = {Crossing.SERVICE: ("info", "long"), Crossing.BREACH: ("bad", "short")}


def draw(graph: ImportGraph, judged: Sequence[JudgedEdge], label: str) -> Boxes:
    """Return the drawing; `label` says in one sentence what is to be seen. Marked arrows bear numbers."""
    drawing = lay_out(graph, judged)
    lines = _split(drawing, graph, judged)
    areas = [
        Area(frame, ground_title(graph, drawing) if name == GROUND else name)
        for name, frame in drawing.frames.items()
    ]
    nodes = [Node(box, [_label(graph, drawing, module)], module) for module, box in drawing.boxes.items()]
    arrows = [*_bundles(drawing, lines.bundled), *_arrows(graph, drawing, lines.single, numbered(judged))]
    words = [*_amounts(drawing, lines.bundled), *_counts(drawing, lines.counted)]
    return Boxes(drawing.width, drawing.height, label, nodes, areas, arrows, words)


def _arrows(
    graph: ImportGraph, drawing: Drawing, single: list[JudgedEdge], marked: list[tuple[int, JudgedEdge]]
) -> Iterator[Arrow]:
    modules = list(drawing.boxes)
    router = Router(list(drawing.boxes.values()), drawing.xs, drawing.ys, list(drawing.frames.values()))
    numbers = {j.edge: number for number, j in marked}
    single.sort(key=lambda j: (not _is_straight_down(drawing, j), not j.marked, _distance(drawing, j)))
    for j in single:
        source, target = modules.index(j.edge.importer), modules.index(j.edge.imported)
        way = router.way(source, target, j.edge if j.marked else None)
        tip = f"{short(graph, j.edge.importer)} imports {short(graph, j.edge.imported)}"
        tip = f"{tip}: {j.why}" if j.why else tip
        tone, dash = STYLES.get(j.crossing, ("quiet", ""))
        sign = "⚠\ufe0e" if j.crossing is Crossing.BREACH else ""
        yield Arrow(tuple(way), tip, tone, dash, numbers.get(j.edge, 0), sign)


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


def _bundles(drawing: Drawing, bundled: Counter[str]) -> Iterator[Arrow]:
    """One line from a domain down to what all share, for all of its imports of that."""
    for domain, amount in sorted(bundled.items()):
        frame, ground = drawing.frames[domain], drawing.frames[GROUND]
        way = ((frame.x + 30, frame.y + frame.height), (frame.x + 30, ground.y))
        yield Arrow(way, f"{count(amount, 'import')} of {domain} from what all share")


def _amounts(drawing: Drawing, bundled: Counter[str]) -> Iterator[Word]:
    for domain, amount in sorted(bundled.items()):
        frame, ground = drawing.frames[domain], drawing.frames[GROUND]
        yield Word(frame.x + 39, (frame.y + frame.height + ground.y) / 2 - 7, count(amount, "import"))


def _counts(drawing: Drawing, counted: Counter[str]) -> Iterator[Word]:
    """In words what would only be a tangle: how often shared code is used from here."""
    for owner, amount in sorted(counted.items()):
        box = drawing.frames[GROUND] if owner == GROUND else drawing.boxes[owner]
        said = f"{amount} imports of {'its own modules' if owner == GROUND else 'shared code'}"
        yield Word(box.x + box.width - 12, box.y + 8, said, right=True)
