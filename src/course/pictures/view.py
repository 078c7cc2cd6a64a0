"""The one shape of every picture: HTML for eyes, text for everything else."""

from dataclasses import dataclass
from html import escape

__all__ = ["View", "escape"]


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
