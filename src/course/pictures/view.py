"""The one shape of every picture: HTML for eyes, text for everything else."""

import re
from dataclasses import dataclass, replace
from html import escape
from importlib import resources

__all__ = ["SHEET", "View", "escape", "with_current_sheet", "with_sheet"]

SHEET = (
    resources.files(__package__).joinpath("lab/course-pictures/static/style.css").read_text(encoding="utf-8")
)
"""The style sheet of all pictures. `with_sheet` says who carries it."""
_CARRIED = re.compile(r"<style>[.pfc]+{--ink[^<]*</style>")


@dataclass(frozen=True)
class View:
    """A picture and its text twin, which says the same.

    `html` takes its colors from JupyterLab's CSS variables (with fallbacks), so it is good in light and dark;
    `text` is what screen readers, GitHub's diff, nbval and the terminal get. Both are the same for the same data.
    """

    html: str
    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self.html}


def with_sheet(view: View) -> View:
    """Return the view with the style sheet of its whole notebook: a notebook's first output carries it, and no other.

    JupyterLab has the sheet from its first second (`lab/` is an extension of one file), whatever outputs are cleared,
    run alone or not trusted. What is read elsewhere (an export, a viewer) gets it from that first output.
    """
    return replace(view, html=f"<style>{SHEET}</style>{view.html}")


def with_current_sheet(html: str) -> str:
    """Return HTML that was made some time ago with the sheet of today, where it carries one."""
    return _CARRIED.sub(lambda _: f"<style>{SHEET}</style>", html)
