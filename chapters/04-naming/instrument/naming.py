"""The naming audit: every name of an API, what its own rules say of it, and a better form."""

from collections.abc import Sequence
from dataclasses import dataclass

from .proposals import propose
from .rules import RULES_FILE, JudgedName, Kind, Name, Rules, Surface, Verdict, alone, names_of, undeprecated

__all__ = ["RULES_FILE", "Kind", "NamingAudit", "Rules", "Surface", "Verdict", "audit"]


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
