"""The import graph of `my-api`, drawn."""

from course.views.imports import ImportEdge, ImportGraph, read_import_graph
from course.views.theme import el, page
from course.views.view import View

__all__ = ["ImportEdge", "ImportGraph", "import_graph_view", "read_import_graph"]


def import_graph_view(graph: ImportGraph, title: str = "Imports") -> View:
    """Show who imports whom: domains as columns, layers as rows, arrows that cross a domain marked."""
    text = "\n".join(f"{edge.importer} → {edge.imported}" for edge in graph.edges)
    return View(page("imports", el("pre", text)), text)
