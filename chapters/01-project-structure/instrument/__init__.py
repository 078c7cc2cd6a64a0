"""What lesson 01 looks at: who imports whom in `my-api`, one of its files, and a colleague's change to it."""

from course.errors import CourseError
from course.notebook.session import my_api
from course.pictures.view import View
from course.project.import_graph import read_import_graph

from . import colleague
from .graph import import_graph_view
from .monolith import monolith_view
from .outline import only_module
from .reading import file_view

__all__ = ["import_graph", "read_file", "show_the_customer"]


def import_graph(package: str = "app") -> View:
    """Return the import graph of a package of `my-api`; of a single module, what it defines and what shares it.

    CourseError when there is no such package or a file does not parse.
    """
    project = my_api()
    title = f"Who imports whom in {project.name}"
    graph = read_import_graph(project, package)
    single = only_module(project, graph)
    return monolith_view(single, title) if single else import_graph_view(graph, title)


def read_file(path: str) -> View:
    """Return a file of `my-api` to read, its sections folded; CourseError when there is none."""
    file = my_api() / path
    if not file.is_file():
        raise CourseError(f"There is no {path} in my-api.")
    return file_view(path, file.read_text(encoding="utf-8"))


def show_the_customer(*, undo: bool = False) -> View:
    """Make a colleague's change to `app/main.py`, or take it back, and return its diff; CourseError for another file."""
    return colleague.show_the_customer(my_api(), undo=undo)
