"""Whether this machine has what the course needs."""

from collections.abc import Sequence
from dataclasses import dataclass

from course.views.theme import el, page, text_table
from course.views.view import View


@dataclass(frozen=True)
class Requirement:
    """One thing the course needs: what, what was found, what is needed, whether that is good, how to mend it."""

    what: str
    found: str
    needed: str
    good: bool
    mend: str = ""
    optional: bool = False


def environment_view(requirements: Sequence[Requirement], title: str = "Environment") -> View:
    """Show each requirement with its verdict, and how to mend those that are not met."""
    text = text_table(
        [("ok" if r.good else "MISSING", r.what, r.found, r.needed, r.mend) for r in requirements]
    )
    return View(page("environment", el("pre", text)), text)
