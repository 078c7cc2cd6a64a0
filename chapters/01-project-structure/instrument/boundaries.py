"""Which imports cross a border, and which of those are against the rules of the layout."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from course.project.import_graph import ImportEdge, ImportGraph

# From top to bottom, as an import may point. Schemas stand beside the layers: router and service use them.
LAYERS = ("router", "dependencies", "service", "repository", "models")
FOUNDATIONS = frozenset({"core", "common", "shared"})
ENTRY = "main"
INNER = frozenset({"router", "repository", "models", "schemas"})


class Crossing(Enum):
    """What an import does to the borders of the layout."""

    INSIDE = "inside one domain"
    ASSEMBLY = "puts the app together"
    FOUNDATION = "uses what all share"
    SERVICE = "asks another domain"
    BREACH = "against the layout"


@dataclass(frozen=True)
class Place:
    """Where a module lives: its domain (empty: directly in the package) and its name inside it."""

    domain: str
    name: str


@dataclass(frozen=True)
class JudgedEdge:
    """An import with what it crosses and, where that is worth saying, why it matters."""

    edge: ImportEdge
    crossing: Crossing
    why: str = ""

    @property
    def marked(self) -> bool:
        return self.crossing in (Crossing.SERVICE, Crossing.BREACH)


def place(graph: ImportGraph, module: str) -> Place:
    """Return where a module lives: `app.users.service` is `service` in the domain `users`."""
    parts = module.removeprefix(graph.package).strip(".").split(".")
    if parts == [""]:
        return Place("", "__init__")
    if len(parts) > 1:
        return Place(parts[0], ".".join(parts[1:]))
    return Place(parts[0], "__init__") if module in graph.packages else Place("", parts[0])


def short(graph: ImportGraph, module: str) -> str:
    """Return a module's name without the package: `users.service`."""
    return module.removeprefix(f"{graph.package}.")


def judge(graph: ImportGraph) -> tuple[JudgedEdge, ...]:
    """Return every import of the graph with its crossing, in the graph's order."""
    return tuple(_judged(graph, edge) for edge in graph.edges)


def numbered(judged: Sequence[JudgedEdge]) -> list[tuple[int, JudgedEdge]]:
    """Return the imports worth a word with the numbers that they bear, breaches first."""
    marked = sorted((j for j in judged if j.marked), key=lambda j: j.crossing is not Crossing.BREACH)
    return list(enumerate(marked, 1))


def _judged(graph: ImportGraph, edge: ImportEdge) -> JudgedEdge:
    source, target = place(graph, edge.importer), place(graph, edge.imported)
    if source.domain == target.domain and source.domain:
        why = _against_layers(source, target)
        return JudgedEdge(edge, Crossing.BREACH if why else Crossing.INSIDE, why)
    if target == Place("", ENTRY):
        return JudgedEdge(edge, Crossing.BREACH, "`main` puts the app together, so nothing may need it")
    if not source.domain:
        return JudgedEdge(edge, Crossing.ASSEMBLY)
    if target.domain in FOUNDATIONS or not target.domain:
        return JudgedEdge(edge, Crossing.FOUNDATION)
    if source.domain in FOUNDATIONS:
        why = f"`{source.domain}` is what all domains share, so it may not need one of them"
        return JudgedEdge(edge, Crossing.BREACH, why)
    if target.name in INNER:
        why = f"reaches past the service of `{target.domain}` into its {target.name}"
        return JudgedEdge(edge, Crossing.BREACH, why)
    how = f"through its {target.name}" if target.name != "__init__" else "through its package"
    return JudgedEdge(edge, Crossing.SERVICE, how)


def _against_layers(source: Place, target: Place) -> str:
    if source.domain in FOUNDATIONS:
        return ""
    if target.name == "schemas" and source.name in ("repository", "models"):
        return f"the {source.name} should not know what travels over HTTP"
    if source.name not in LAYERS or target.name not in LAYERS:
        return ""
    if LAYERS.index(source.name) > LAYERS.index(target.name):
        return f"points up: the {source.name} should not know its {target.name}"
    if (source.name, target.name) == ("router", "repository"):
        return "skips the service"
    return ""


def domain_pairs(graph: ImportGraph, judged: Sequence[JudgedEdge]) -> list[tuple[str, str]]:
    """Return which domain needs which other one, once each."""
    pairs = dict.fromkeys(
        (place(graph, j.edge.importer).domain, place(graph, j.edge.imported).domain) for j in judged
    )
    return [pair for pair in pairs if all(pair) and pair[0] != pair[1]]
