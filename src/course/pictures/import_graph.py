"""The import graph of `my-api`, drawn: domains side by side, layers from top to bottom, borders marked."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from course.pictures.boundaries import (
    Crossing,
    JudgedEdge,
    cycles,
    domain_pairs,
    judge,
    numbered,
    place,
    short,
)
from course.pictures.import_drawing import CSS, draw
from course.pictures.imports import ImportEdge, ImportGraph, read_import_graph
from course.pictures.monolith import monolith_view
from course.pictures.theme import Html, count, el, fold, page, prose, title_line
from course.pictures.view import View

__all__ = ["ImportEdge", "ImportGraph", "import_graph_view", "read_import_graph"]


def import_graph_view(graph: ImportGraph, title: str = "Imports") -> View:
    """Show who imports whom: domains as columns, layers as rows, arrows that cross a border marked and explained.

    When all code is in one module, show that module instead: what it defines and which parts of the API share it.
    """
    if graph.outline is not None:
        return monolith_view(graph.outline, title)
    judged = judge(graph)
    marked = numbered(judged)
    summary = _summary(graph, judged)
    knots = _knots(graph, judged)
    domains = list(_domains(graph, judged))
    text = [f"{title}: {summary}", *(f"  {line}" for line in domains)]
    text += ["Marked:" if marked else "No import crosses a border."]
    text += [f"  {_sign(j)} {number}  {_sentence(graph, j)}".rstrip() for number, j in marked]
    text += [f"  {line}" for line in knots]
    html = page(
        "imports",
        el(
            "figure",
            title_line(title, summary, name="figcaption"),
            el(
                "div",
                draw(graph, judged, f"{title}: {summary}"),
                cls="pfc-scroll",
                tabindex=0,
                role="group",
                aria_label="Drawing",
            ),
            el("ol", *(_item(graph, number, j) for number, j in marked), cls="pfc-list") if marked else None,
            *(el("p", prose(line), cls="pfc-box pfc-warn") for line in knots),
            fold("The same in words", el("ul", *(el("li", line) for line in domains), cls="pfc-words")),
            cls="pfc-card pfc-plain",
        ),
        css=CSS,
        label=title,
    )
    return View(html, "\n".join(text))


def _summary(graph: ImportGraph, judged: Sequence[JudgedEdge]) -> str:
    files = len([module for module in graph.modules if module not in graph.packages])
    across = sum(j.marked and _leaves_home(graph, j) for j in judged)
    breaches = sum(j.crossing is Crossing.BREACH for j in judged)
    said = [count(files, "module"), count(len(judged), "import")]
    said.append(f"{across or 'none'} {'cross' if across > 1 else 'crosses'} a border")
    said.append(f"{breaches or 'none'} against the layout")
    return ", ".join(said)


def _leaves_home(graph: ImportGraph, j: JudgedEdge) -> bool:
    return place(graph, j.edge.importer).domain != place(graph, j.edge.imported).domain


def _sign(j: JudgedEdge) -> str:
    return "⚠" if j.crossing is Crossing.BREACH else "→"


def _sentence(graph: ImportGraph, j: JudgedEdge) -> str:
    where = f" (line {', '.join(map(str, j.edge.lines))})" if j.edge.lines else ""
    return f"`{short(graph, j.edge.importer)}` imports `{short(graph, j.edge.imported)}`{where}: {j.why}."


def _item(graph: ImportGraph, number: int, j: JudgedEdge) -> Html:
    breach = j.crossing is Crossing.BREACH
    sign = el("span", f"⚠\ufe0e {number}" if breach else str(number), cls="pfc-sign")
    return el("li", sign, prose(_sentence(graph, j)), cls=f"pfc-{'bad' if breach else 'info'}")


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
