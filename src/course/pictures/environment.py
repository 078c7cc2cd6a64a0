"""Whether this machine has what the course needs."""

from collections.abc import Sequence
from dataclasses import dataclass

from course.pictures.theme import Html, count, el, indent, page, prose, sign, table, text_table, title_line
from course.pictures.view import View


@dataclass(frozen=True)
class Requirement:
    """One thing the course needs: what, what was found, what is needed, whether that is good, how to mend it.

    What is `optional` and missing does not stop the course.
    """

    what: str
    found: str
    needed: str
    good: bool
    mend: str = ""
    optional: bool = False


def environment_view(requirements: Sequence[Requirement], title: str = "Environment") -> View:
    """Show each requirement with its verdict, and above them how to mend those that are not met."""
    unmet = [r for r in requirements if not r.good]
    blocking = [r for r in unmet if not r.optional]
    symbol, word, tone = ("✗", "NOT READY", "bad") if blocking else ("✓", "READY", "ok")
    verdict = _verdict(blocking, unmet)
    text = [f"{symbol} {word}  {title}: {verdict}"]
    text += [f"  {r.what}: {r.mend}" for r in unmet if r.mend]
    text += ["", indent(text_table([("", "What", "Found", "Needed"), *(_cells(r) for r in requirements)]))]
    html = page(
        "environment",
        el(
            "div",
            title_line(title, verdict, outcome=(symbol, word, tone)),
            *(_mend(r) for r in unmet if r.mend),
            el(
                "div",
                table(("What", "Verdict", "Found", "Needed"), (_row(r) for r in requirements), title),
                cls="pfc-scroll",
            ),
            cls=f"pfc-card pfc-{tone}",
        ),
        label=f"{title}: {word}",
    )
    return View(html, "\n".join(text).rstrip())


def _verdict(blocking: Sequence[Requirement], unmet: Sequence[Requirement]) -> str:
    if blocking:
        return f"{count(len(blocking), 'thing')} to mend"
    if unmet:
        return f"everything you need is here; {count(len(unmet), 'optional thing')} missing"
    return "everything you need is here"


def _face(requirement: Requirement) -> tuple[str, str, str]:
    if requirement.good:
        return "✓", "good", "ok"
    return ("○", "optional", "quiet") if requirement.optional else ("✗", "mend", "bad")


def _cells(requirement: Requirement) -> tuple[str, str, str, str]:
    symbol, word, _ = _face(requirement)
    return f"{symbol} {word}", requirement.what, requirement.found, requirement.needed


def _row(requirement: Requirement) -> Html:
    symbol, word, tone = _face(requirement)
    return el(
        "tr",
        el("th", requirement.what, scope="row"),
        el("td", sign(symbol, "", tone), " ", word),
        el("td", requirement.found),
        el("td", requirement.needed),
    )


def _mend(requirement: Requirement) -> Html:
    tone = _face(requirement)[2]
    return el(
        "div", el("strong", f"{requirement.what}: "), prose(requirement.mend), cls=f"pfc-box pfc-{tone}"
    )
