"""What was noted of one request, in order: no times, only what came when, and what is committed."""

from dataclasses import dataclass, field
from enum import IntEnum


class Phase(IntEnum):
    """Where a request is, seen from its route and from its answer."""

    SETUP = 0
    ROUTE = 1
    AFTER = 2


@dataclass(frozen=True)
class Word:
    """One thing that happened; `tone` is "bad" for what failed."""

    text: str
    tone: str = ""


@dataclass
class Visit:
    """A turn that somebody had: its number in the order of all turns, and what happened in it."""

    number: int
    phase: Phase
    words: list[Word] = field(default_factory=list)


@dataclass
class Actor:
    """A dependency, the route, a background task: whoever has turns. `cached`: it was asked for, and had been there."""

    name: str
    depth: int = 0
    note: str = ""
    cached: bool = False
    visits: list[Visit] = field(default_factory=list)


@dataclass
class Run:
    """One request. `rows` of each table: before it, when its answer left, in the end."""

    request: str
    condition: str = ""
    status: int = 0
    tree: list[Actor] = field(default_factory=list)
    route: Actor = field(default_factory=lambda: Actor("no route"))
    answer: Actor = field(default_factory=lambda: Actor("the answer"))
    tasks: list[Actor] = field(default_factory=list)
    before: dict[str, int] = field(default_factory=dict)
    answered: dict[str, int] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)

    def committed(self, rows: dict[str, int]) -> str:
        """Say what these rows are more, or fewer, than those before the request."""
        tables = sorted(self.before.keys() | rows.keys())
        changes = {table: rows.get(table, 0) - self.before.get(table, 0) for table in tables}
        return ", ".join(f"{table} {change:+}" for table, change in changes.items() if change) or "nothing"

    def happened(self, phase: Phase, *texts: str) -> bool:
        """Whether one of these things happened in a phase."""
        actors = (*self.tree, self.route, *self.tasks)
        visits = (visit for actor in actors for visit in actor.visits if visit.phase is phase)
        return any(word.text.startswith(texts) for visit in visits for word in visit.words)
