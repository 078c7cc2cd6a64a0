"""Measures an import of `my-api` in a fresh interpreter, and shows it."""

from typing import Any

from ipywidgets import HTML

from course.notebook.display import with_static_form
from course.notebook.session import my_api
from course.pictures.view import View

from .circle import import_cycle_view
from .flame import import_flame_view
from .order import read_import_order
from .times import Load, heaviest, read_import_times

_slow: dict[str, Load] = {}  # of each module the last import in which one of its own took most of the time


class ImportTimes(HTML):  # type: ignore[misc]  # ipywidgets has no types
    """The flame chart: with measured times where a kernel runs, and the same picture each time where none does."""

    def __init__(self, top: Load, before: Load | None = None) -> None:
        self._top, self._before = top, before
        super().__init__(value=import_flame_view(top, before=before, measured=True).html)

    def static(self) -> View:
        """What it shows without a kernel; its text is the text twin of both."""
        return import_flame_view(self._top, before=self._before)

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ANN401 - as IPython calls it
        return with_static_form(self, super()._repr_mimebundle_(**options))


def import_times(module: str = "app.main") -> ImportTimes:
    """Measure the import of a module of `my-api` in a fresh interpreter (`python -X importtime`) and draw it.

    Once a module of yours no longer takes most of the time, the earlier import stands beside it, on one scale. Raises
    CourseError when the module does not import.
    """
    top = read_import_times(my_api(), module)
    if heaviest(top) is not None:
        _slow[module] = top
        return ImportTimes(top)
    return ImportTimes(top, _slow.get(module))


def import_cycle(module: str = "app.main") -> View:
    """Import a module of `my-api` in a fresh interpreter and draw the circle that stops it, or the order it goes in.

    Raises CourseError when the import fails for another reason.
    """
    return import_cycle_view(read_import_order(my_api(), module))
