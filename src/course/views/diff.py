"""What a `%%write` cell changed."""

from collections.abc import Sequence

from course.views.theme import el, page
from course.views.view import View


def diff_view(
    path: str,
    diff: str = "",
    *,
    created: bool = False,
    changed: bool = True,
    lines: int = 0,
    notes: Sequence[str] = (),
) -> View:
    """Show that a file was written: new, unchanged, or what is different (`diff` is a unified diff)."""
    text = "\n".join([path, diff, *notes])
    return View(page("diff", el("pre", text)), text)
