"""The naming audit: every name of an API, what its own rules say of it, and a better form."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from course.pictures.naming_proposals import propose
from course.pictures.naming_rules import (
    RULES_FILE,
    JudgedName,
    Kind,
    Name,
    Rules,
    Surface,
    Verdict,
    alone,
    names_of,
    undeprecated,
)
from course.pictures.theme import Html, count, el, fold, join, page, text_table, title_line
from course.pictures.view import View

__all__ = ["NamingAudit", "audit", "naming_view"]

PREFIX = "/api/v1"
FACES = {
    Verdict.BROKEN: ("✗", "to mend", "bad"),
    Verdict.OLD: ("○", "old, deprecated", "warn"),
    Verdict.FINE: ("✓", "fine", "ok"),
}


@dataclass(frozen=True)
class NamingAudit:
    """All names with their verdicts, and which rules fail over the API as a whole, as pytest would run them."""

    names: tuple[JudgedName, ...]
    rules: int
    failing: tuple[str, ...]

    def having(self, verdict: Verdict, kind: Kind | None = None) -> tuple[JudgedName, ...]:
        """Return the names with this verdict, of one kind or of all."""
        return tuple(j for j in self.names if j.verdict is verdict and kind in (None, j.name.kind))


def audit(surface: Surface, rules: Rules) -> NamingAudit:
    """Judge every name of an API by its own rules; CourseError when a rule crashes."""
    names = names_of(surface, rules)
    judged = tuple(_judge(surface, rules, name, names) for name in names)
    return NamingAudit(judged, len(rules.functions), rules.broken(surface))


def naming_view(audit: NamingAudit, title: str = "Naming audit", source: str = RULES_FILE) -> View:
    """Show how many names of each kind hold to the rules, which do not, and what they could be called."""
    bad, old, fine = (audit.having(verdict) for verdict in (Verdict.BROKEN, Verdict.OLD, Verdict.FINE))
    summary = _summary(audit, bad, old)
    passing = audit.rules - len(audit.failing)
    rules = f"Rules: {passing} of {count(audit.rules, 'test')} in {source} pass"
    symbol, word, tone = ("✗", "TO MEND", "bad") if bad or audit.failing else ("✓", "CLEAN", "ok")
    text = [f"{symbol} {word}  {title}: {summary}", f"  {rules}", "", _indented(_strip_rows(audit))]
    if unnamed := _unnamed(audit, bad):
        text += ["", *(f"Fails over the whole document: {rule}" for rule in unnamed)]
    for heading, group in (("To mend", bad), ("Old names, kept for one version", old)):
        if group:
            text += ["", f"{heading}:", *_text_rows(group)]
    text += ["", "Fine:", *(f"  {line}" for line in _fine(fine))]
    html = page(
        "naming",
        el(
            "div",
            title_line(title, summary, outcome=(symbol, word, tone)),
            el("p", rules, cls="pfc-muted"),
            _strips(audit, title),
            *(el("p", f"Fails over the whole document: {rule}", cls="pfc-box pfc-bad") for rule in unnamed),
            _table("To mend", bad, "bad"),
            _table("Old names, kept for one version", old, "warn"),
            fold(f"Fine: {count(len(fine), 'name')}", el("ul", *(el("li", line) for line in _fine(fine)))),
            cls=f"pfc-card pfc-{tone}",
        ),
        css=CSS,
        label=f"{title}: {summary}",
    )
    return View(html, "\n".join(text))


def _judge(surface: Surface, rules: Rules, name: Name, names: Sequence[Name]) -> JudgedName:
    lone = alone(surface, name)
    now = rules.broken(lone, name.kind)
    if not now and name.kind is not Kind.SCHEMA and (later := rules.broken(undeprecated(lone), name.kind)):
        return JudgedName(name, Verdict.OLD, later)
    if not now:
        return JudgedName(name, Verdict.FINE)
    better = propose(surface, name)
    if better == name.text or rules.broken(undeprecated(alone(surface, name, better)), name.kind):
        better = ""  # a proposal that breaks a rule is none
    taken = any(other.kind is name.kind and other.text == better for other in names)
    return JudgedName(name, Verdict.BROKEN, now, better, taken)


def _summary(audit: NamingAudit, bad: Sequence[JudgedName], old: Sequence[JudgedName]) -> str:
    said = [count(len(audit.names), "name"), f"{len(bad) or 'none'} to mend"]
    if old:
        said.append(f"{len(old)} old and deprecated")
    return ", ".join(said)


def _unnamed(audit: NamingAudit, bad: Sequence[JudgedName]) -> list[str]:
    """Rules that fail although no single name breaks them: a rule of the learner's own about the whole."""
    return [rule for rule in audit.failing if not any(rule in judged.rules for judged in bad)]


def _strip_rows(audit: NamingAudit) -> list[tuple[str, str, str]]:
    return [
        (kind.value, "".join(FACES[j.verdict][0] for j in row), _tally(row))
        for kind, row in _by_kind(audit.names)
    ]


def _tally(row: Sequence[JudgedName]) -> str:
    amounts = ((sum(j.verdict is verdict for j in row), FACES[verdict][1]) for verdict in FACES)
    return ", ".join(f"{amount} {word}" for amount, word in amounts if amount)


def _by_kind(names: Sequence[JudgedName]) -> Iterator[tuple[Kind, list[JudgedName]]]:
    """The names of each kind, those to mend first."""
    order = list(FACES)
    for kind in Kind:
        if row := sorted((j for j in names if j.name.kind is kind), key=lambda j: order.index(j.verdict)):
            yield kind, row


def _strips(audit: NamingAudit, title: str) -> Html:
    rows = []
    for kind, row in _by_kind(audit.names):
        tiles = [el("i", FACES[j.verdict][0], cls=f"pfc-{FACES[j.verdict][2]}", title=_short(j)) for j in row]
        rows.append(
            el(
                "tr",
                el("th", kind.value, scope="row"),
                el("td", el("span", *tiles, cls="pfc-tiles", role="img", aria_label=_tally(row))),
                el("td", _tally(row), cls="pfc-muted"),
            )
        )
    return el("table", el("tbody", *rows), aria_label=f"{title}, by kind", cls="pfc-strips")


def _table(heading: str, group: Sequence[JudgedName], tone: str) -> Html | None:
    if not group:
        return None
    proposed = any(j.proposal for j in group)
    columns = ("Name", "Proposed", "Breaks the rule") if proposed else ("Name", "Would break the rule")
    parts: list[Html] = []
    for kind, row in _by_kind(group):
        parts.append(el("tr", el("th", kind.value, scope="rowgroup", colspan=len(columns), cls="pfc-kind")))
        for j in row:
            cells = [
                el("th", el("code", _short(j), cls=f"pfc-{tone}", title=_places(j) or None), scope="row")
            ]
            if proposed:
                cells.append(el("td", *_proposed(j)))
            parts.append(el("tr", *cells, el("td", ", ".join(j.rules))))
    head = el("thead", el("tr", *(el("th", column, scope="col") for column in columns)))
    table = el("table", el("caption", f"{heading}: {len(group)}"), head, el("tbody", *parts))
    return el("div", table, cls="pfc-scroll", tabindex=0, role="group", aria_label=heading)


def _proposed(j: JudgedName) -> Iterator[Html]:
    if not j.proposal:
        yield el("span", "name it anew", cls="pfc-muted")
        return
    yield join(
        el("span", "→ ", cls="pfc-muted", aria_hidden="true"), el("code", j.proposal.removeprefix(PREFIX))
    )
    if j.proposal_exists:
        yield join(" ", el("span", "exists already", cls="pfc-muted"))


def _text_rows(group: Sequence[JudgedName]) -> Iterator[str]:
    for kind, row in _by_kind(group):
        yield f"  {kind.value}"
        rows = []
        for j in row:
            better = f"→ {j.proposal.removeprefix(PREFIX)}" if j.proposal else "→ name it anew"
            better += ", exists already" if j.proposal_exists else ""
            cells = [_short(j)] + ([better] if j.verdict is Verdict.BROKEN else [])
            rows.append((*cells, ", ".join(j.rules)))
        yield _indented(rows, "    ")


def _fine(fine: Sequence[JudgedName]) -> list[str]:
    return [f"{kind.value}: {', '.join(_short(j) for j in row)}" for kind, row in _by_kind(fine)]


def _short(j: JudgedName) -> str:
    return j.name.text.removeprefix(PREFIX) if j.name.kind is Kind.PATH else j.name.text


def _places(j: JudgedName) -> str:
    return ", ".join(place.replace(PREFIX, "") for place in j.name.places)


def _indented(rows: Sequence[Sequence[str]], by: str = "  ") -> str:
    return "\n".join(by + line for line in text_table(rows).splitlines())


CSS = """
& .pfc-strips{margin-top:10px}
& .pfc-strips th{white-space:nowrap}
& .pfc-strips td,& .pfc-strips th{border-top:0;padding-top:3px;padding-bottom:3px;vertical-align:middle}
& .pfc-tiles{display:flex;flex-wrap:wrap;gap:3px;max-width:31em}
& .pfc-tiles i{display:grid;place-items:center;width:18px;height:18px;border-radius:4px;font-style:normal;font-size:11px;
font-weight:700;color:var(--tone);background:color-mix(in srgb,var(--tone) 13%,transparent);
border:1px solid color-mix(in srgb,var(--tone) 45%,transparent)}
& .pfc-tiles i.pfc-ok{background:none;border-color:var(--line);font-weight:400}
& .pfc-tiles i.pfc-warn{border-style:dashed}
& caption{margin-top:14px}
& .pfc-kind{color:var(--quiet);font-size:12px;padding-top:9px;padding-bottom:2px;font-weight:600}
& .pfc-scroll th code{color:var(--tone);white-space:nowrap;font-weight:600}
& .pfc-scroll td{white-space:nowrap}
& ul{margin:6px 0 0;padding-left:1.4em}
"""
