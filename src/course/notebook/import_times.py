"""`course.import_times()` and `course.import_cycle()`: what happens when `my-api` is imported."""

from typing import Any

from ipywidgets import HTML

from course.notebook.display import with_static_form
from course.notebook.session import my_api
from course.pictures.import_cycle import import_cycle_view
from course.pictures.import_flame import import_flame_view
from course.pictures.import_order import read_import_order
from course.pictures.import_times import Load, read_import_times
from course.pictures.view import View


class ImportTimes(HTML):  # type: ignore[misc]  # ipywidgets has no types
    """The flame chart: with measured times where a kernel runs, and the same picture each time where none does."""

    def __init__(self, top: Load) -> None:
        self._top = top
        super().__init__(value=import_flame_view(top, measured=True).html)

    def static(self) -> View:
        """What it shows without a kernel; its text is the text twin of both."""
        return import_flame_view(self._top)

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ANN401 - as IPython calls it
        return with_static_form(self, super()._repr_mimebundle_(**options))


def import_times(module: str = "app.main") -> ImportTimes:
    """Measure the import of a module of `my-api` in a fresh interpreter (`python -X importtime`) and draw it.

    Raises CourseError when the module does not import.
    """
    return ImportTimes(read_import_times(my_api(), module))


def import_cycle(module: str = "app.main") -> View:
    """Import a module of `my-api` in a fresh interpreter and draw the circle that stops it, or the order it goes in.

    Raises CourseError when the import fails for another reason.
    """
    return import_cycle_view(read_import_order(my_api(), module))
