"""Showing things in a notebook, and only there: outside IPython the text twin is printed."""

from collections.abc import Iterable
from typing import Any, Protocol

import httpx2
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from IPython.lib.pretty import RepresentationPrinter

from course.pictures.response import response_view
from course.pictures.theme import el, page, prose
from course.pictures.view import View

# httpx is only looked up by name: it is shown well where a learner imports it, and never imported here.
RESPONSES = (("httpx2", "Response"), ("httpx", "Response"))


def show(view: View) -> None:
    """Display a view at once, wherever it stands in the cell."""
    display(view)  # type: ignore[no-untyped-call]  # IPython leaves it untyped


def message(*lines: str, kind: str = "message") -> View:
    """Return lines of text as a view; what stands between backticks is set as code in HTML."""
    return View(
        page(kind, *(el("p", prose(line)) for line in lines)),
        "\n".join(lines),
    )


def stack(views: Iterable[View]) -> View:
    """Return one view of several, one below the other."""
    shown = [view for view in views if view.text]
    return View("".join(view.html for view in shown), "\n\n".join(view.text for view in shown))


class HasStaticForm(Protocol):
    """A widget that can say what it shows without a kernel."""

    def static(self) -> View: ...


def with_static_form(widget: HasStaticForm, bundle: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """Add a widget's static form to the bundle that shows it live.

    One output then is the widget where a kernel runs, and HTML or text on GitHub, in the editor's diff and in a
    notebook that was opened but not run. `bundle` is what the widget's own `_repr_mimebundle_` returned.
    """
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    live = dict(data) if isinstance(data, dict) else {}
    return live | widget.static()._repr_mimebundle_(), metadata


def register_formatters(shell: InteractiveShell) -> None:
    """Show HTTP responses as pictures with a stable text twin. Registering twice changes nothing."""
    if shell.display_formatter is None:
        return
    formatters = shell.display_formatter.formatters
    for module, name in RESPONSES:
        formatters["text/html"].for_type_by_name(module, name, lambda response: response_view(response).html)
        formatters["text/plain"].for_type_by_name(module, name, _print_response)


def _print_response(response: httpx2.Response, printer: RepresentationPrinter, cycle: bool) -> None:
    printer.text(response_view(response).text)  # type: ignore[no-untyped-call]  # IPython leaves it untyped
