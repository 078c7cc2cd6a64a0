"""The import graph of `my-api`: the drawing, each import that is worth a word, and circles."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from course.pictures.frame import Note, Words, picture
from course.pictures.theme import Html, count, el, prose
from course.pictures.view import View
from course.project.import_graph import ImportGraph, cycles

from .boundaries import Crossing, JudgedEdge, domain_pairs, judge, numbered, place, short
from .drawing import draw

NONE = "No import crosses a border."


def import_graph_view(graph: ImportGraph, title: str = "Imports") -> View:
    """Show who imports whom: domains as columns, layers as rows, arrows that cross a border marked and explained."""
    judged = judge(graph)
    knots = _knots(graph, judged)
    summary = _summary(graph, judged, knots)
    return picture(
        "imports",
        title,
        draw(graph, judged, f"{title}: {summary}"),
        _Marked(graph, numbered(judged)),
        *(Note(knot, "warn") for knot in knots),
        Words(list(_domains(graph, judged)), apart=True),
        note=summary,
    )


@dataclass(frozen=True)
class _Marked:
    """The imports that bear a number, each with a sentence."""

    graph: ImportGraph
    marked: Sequence[tuple[int, JudgedEdge]]

    def html(self) -> Html:
        items = (self._item(number, j) for number, j in self.marked)
        none = el("p", NONE, cls="pfc-muted")
        return el("ol", *items, cls="pfc-list pfc-numbered") if self.marked else none

    def said(self) -> str:
        lines = [f"  {_sign(j)} {number}  {_sentence(self.graph, j)}".rstrip() for number, j in self.marked]
        return "\n".join(["Marked:", *lines]) if lines else NONE

    def _item(self, number: int, j: JudgedEdge) -> Html:
        breach = j.crossing is Crossing.BREACH
        sign = el("span", f"⚠\ufe0e {number}" if breach else str(number), cls="pfc-sign")
        return el("li", sign, prose(_sentence(self.graph, j)), cls=f"pfc-{'bad' if breach else 'info'}")


def _summary(graph: ImportGraph, judged: Sequence[JudgedEdge], knots: Sequence[str]) -> str:
    files = len([module for module in graph.modules if module not in graph.packages])
    across = sum(j.marked and _leaves_home(graph, j) for j in judged)
    breaches = sum(j.crossing is Crossing.BREACH for j in judged)
    said = [count(files, "module"), count(len(judged), "import")]
    said.append(f"{across or 'none'} {'cross' if across > 1 else 'crosses'} a border")
    said.append(f"{breaches} against the layout" if breaches or not knots else "each of them fits the layout")
    if not breaches and not knots:
        said[-1] = "none against the layout"
    if knots:
        said.append(
            f"and yet ⚠ {count(len(knots), 'cycle')}" if not breaches else f"⚠ {count(len(knots), 'cycle')}"
        )
    return ", ".join(said)


def _leaves_home(graph: ImportGraph, j: JudgedEdge) -> bool:
    return place(graph, j.edge.importer).domain != place(graph, j.edge.imported).domain


def _sign(j: JudgedEdge) -> str:
    return "⚠" if j.crossing is Crossing.BREACH else "→"


def _sentence(graph: ImportGraph, j: JudgedEdge) -> str:
    where = f" (line {', '.join(map(str, j.edge.lines))})" if j.edge.lines else ""
    return f"`{short(graph, j.edge.importer)}` imports `{short(graph, j.edge.imported)}`{where}: {j.why}."


def _domains(graph: ImportGraph, judged: Sequence[JudgedEdge]) -> Iterator[str]:
    """One line for each domain: who imports whom inside it, and what of the shared code it uses."""

    def home(j: JudgedEdge) -> str:
        return place(graph, j.edge.importer).domain

    for domain, edges in groupby(sorted(judged, key=home), key=home):
        said = []
        for importer, imports in groupby(edges, key=lambda j: j.edge.importer):
            near = [short(graph, j.edge.imported).removeprefix(f"{domain}.") for j in imports if not j.marked]
            if near:
                said.append(f"{place(graph, importer).name} → {', '.join(near)}")
        if said:
            yield f"{domain or graph.package}: {'; '.join(said)}"


def _knots(graph: ImportGraph, judged: Sequence[JudgedEdge]) -> list[str]:
    """Modules, and where no module does, domains that import each other in a circle."""
    said = []
    in_module_cycles: set[str] = set()
    for way in cycles((j.edge.importer, j.edge.imported) for j in judged):
        in_module_cycles.update(place(graph, module).domain for module in way)
        names = " → ".join(f"`{short(graph, module)}`" for module in (*way, way[0]))
        said.append(f"⚠ Cycle of modules: {names}.")
    for way in cycles(domain_pairs(graph, judged)):
        if not in_module_cycles.issuperset(way):
            said.append(f"⚠ Cycle of domains: {' → '.join(f'`{name}`' for name in (*way, way[0]))}.")
    return said
