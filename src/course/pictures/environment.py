"""Whether this machine has what the course needs."""

from collections.abc import Sequence
from dataclasses import dataclass

from course.pictures.frame import Note, picture
from course.pictures.table import Group, Row, Table
from course.pictures.theme import Bit, count
from course.pictures.view import View


@dataclass(frozen=True)
class Requirement:
    """One thing the course needs: what, what was found, what is needed, whether that is good, how to fix it.

    What is `optional` and missing does not stop the course.
    """

    what: str
    found: str
    needed: str
    good: bool
    fix: str = ""
    optional: bool = False


def environment_view(requirements: Sequence[Requirement], title: str = "Environment") -> View:
    """Show each requirement with its verdict, and above them how to fix those that are not met."""
    unmet = [r for r in requirements if not r.good]
    blocking = [r for r in unmet if not r.optional]
    return picture(
        "environment",
        title,
        *(Note(f"{r.what}: {r.fix}", _face(r)[2]) for r in unmet if r.fix),
        Table(("", "What", "Found", "Needed"), [Group([_row(r) for r in requirements])], title, head=1),
        note=_verdict(blocking, unmet),
        outcome=("✗", "NOT READY", "bad") if blocking else ("✓", "READY", "ok"),
    )


def _row(requirement: Requirement) -> Row:
    symbol, word, tone = _face(requirement)
    return Row((Bit(word, "", tone, symbol), requirement.what, requirement.found, requirement.needed))


def _verdict(blocking: Sequence[Requirement], unmet: Sequence[Requirement]) -> str:
    if blocking:
        return f"{count(len(blocking), 'thing')} to fix"
    if unmet:
        return f"everything you need is here; {count(len(unmet), 'optional thing')} missing"
    return "everything you need is here"


def _face(requirement: Requirement) -> tuple[str, str, str]:
    if requirement.good:
        return "✓", "good", "ok"
    return ("○", "optional", "quiet") if requirement.optional else ("✗", "fix", "bad")
