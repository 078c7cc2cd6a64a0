"""The naming audit drawn: a tile for each name, and below them what is to be fixed and how."""

from collections.abc import Iterator, Sequence

from course.pictures.frame import Folded, Items, Note, picture
from course.pictures.table import Group, Row, Table
from course.pictures.theme import Bit, Line, count
from course.pictures.view import View

from .naming import NamingAudit
from .rules import RULES_FILE, JudgedName, Kind, Verdict

PREFIX = "/api/v1"
FACES = {
    Verdict.BROKEN: ("✗", "to fix", "bad"),
    Verdict.OLD: ("○", "old, deprecated", "warn"),
    Verdict.FINE: ("✓", "fine", "ok"),
}


def naming_view(audit: NamingAudit, title: str = "Naming audit", source: str = RULES_FILE) -> View:
    """Show how many names of each kind hold to the rules, which do not, and what they could be called."""
    bad, old, fine = (audit.having(verdict) for verdict in (Verdict.BROKEN, Verdict.OLD, Verdict.FINE))
    passing = audit.rules - len(audit.failing)
    note = [count(len(audit.names), "name"), f"{len(bad) or 'none'} to fix"]
    strips = [
        Row((kind.value, tuple(map(_tile, row)), Bit(_tally(row), "muted")))
        for kind, row in _by_kind(audit.names)
    ]
    return picture(
        "naming",
        title,
        Note(f"Rules: {passing} of {count(audit.rules, 'test')} in {source} pass"),
        Table(("", "", ""), [Group(strips)], f"{title}, by kind", headed=False),
        *(Note(f"Fails over the whole document: {rule}", "bad", apart=True) for rule in _unnamed(audit, bad)),
        _table("To fix", bad),
        _table("Old names, kept for one version", old),
        Folded(f"Fine: {count(len(fine), 'name')}", Items(_fine(fine))),
        note=", ".join([*note, *([f"{len(old)} old and deprecated"] if old else [])]),
        outcome=("✗", "TO FIX", "bad") if bad or audit.failing else ("✓", "CLEAN", "ok"),
    )


def _tile(judged: JudgedName) -> Bit:
    symbol, word, tone = FACES[judged.verdict]
    return Bit("", "tile", tone, symbol, f"{_short(judged)}: {word}")


def _table(heading: str, group: Sequence[JudgedName]) -> Table | None:
    if not group:
        return None
    proposed = group[0].verdict is Verdict.BROKEN
    columns = ("Name", "Proposed", "Breaks the rule") if proposed else ("Name", "Would break the rule")
    groups = [Group([_row(judged, proposed) for judged in row], kind.value) for kind, row in _by_kind(group)]
    return Table(columns, groups, heading, caption=heading, flat=True)


def _row(judged: JudgedName, proposed: bool) -> Row:
    name = Bit(_short(judged), "code", FACES[judged.verdict][2], tip=_places(judged))
    rules = ", ".join(judged.rules)
    return Row((name, _proposed(judged), rules) if proposed else (name, rules))


def _proposed(judged: JudgedName) -> Line:
    if not judged.proposal:
        return Bit("→ name it anew", "muted")
    better = Bit(judged.proposal.removeprefix(PREFIX), "code")
    return ("→ ", better, Bit(", exists already", "muted")) if judged.proposal_exists else ("→ ", better)


def _unnamed(audit: NamingAudit, bad: Sequence[JudgedName]) -> list[str]:
    """Rules that fail although no single name breaks them: a rule of the learner's own about the whole."""
    return [rule for rule in audit.failing if not any(rule in judged.rules for judged in bad)]


def _tally(row: Sequence[JudgedName]) -> str:
    amounts = ((sum(j.verdict is verdict for j in row), FACES[verdict][1]) for verdict in FACES)
    return ", ".join(f"{amount} {word}" for amount, word in amounts if amount)


def _by_kind(names: Sequence[JudgedName]) -> Iterator[tuple[Kind, list[JudgedName]]]:
    """The names of each kind, those to fix first."""
    order = list(FACES)
    for kind in Kind:
        if row := sorted((j for j in names if j.name.kind is kind), key=lambda j: order.index(j.verdict)):
            yield kind, row


def _fine(fine: Sequence[JudgedName]) -> list[str]:
    return [f"{kind.value}: {', '.join(_short(j) for j in row)}" for kind, row in _by_kind(fine)]


def _short(j: JudgedName) -> str:
    return j.name.text.removeprefix(PREFIX) if j.name.kind is Kind.PATH else j.name.text


def _places(j: JudgedName) -> str:
    return ", ".join(place.replace(PREFIX, "") for place in j.name.places)
