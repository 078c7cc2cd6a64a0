"""`course.import_graph()`: who imports whom in `my-api`, and where an import crosses a border."""

from course.notebook.session import my_api
from course.pictures.view import View
from course.project.import_graph import read_import_graph

from .graph import import_graph_view
from .monolith import monolith_view
from .outline import only_module

__all__ = ["import_graph"]


def import_graph(package: str = "app") -> View:
    """Return the import graph of a package of `my-api`; of a single module, what it defines and what shares it.

    CourseError when there is no such package or a file does not parse.
    """
    project = my_api()
    title = f"Who imports whom in {project.name}"
    graph = read_import_graph(project, package)
    single = only_module(project, graph)
    return monolith_view(single, title) if single else import_graph_view(graph, title)
