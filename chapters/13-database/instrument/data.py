"""What was noted of one request, in order: statements, borders of transactions, and what became of each object."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a moment is about."""

    BEGIN = "BEGIN"
    SQL = "SQL"
    COMMIT = "COMMIT"
    ROLLBACK = "ROLLBACK"
    STATE = "state"
    ANSWER = "answer"


class State(StrEnum):
    """Where an object is, seen from its session."""

    TRANSIENT = "transient"
    PENDING = "pending"
    PERSISTENT = "persistent"
    DELETED = "deleted"
    DETACHED = "detached"


@dataclass
class Thing:
    """A mapped object: its class, and its key as soon as it has one."""

    of: str
    key: str = ""

    @property
    def name(self) -> str:
        """What it is called in the picture: `Newsletter 1`."""
        return f"{self.of} {self.key}" if self.key else f"{self.of} without a row"


@dataclass
class Moment:
    """One thing that happened. `error`: what it was refused with; `whole`: all of a statement, without its values."""

    kind: Kind
    text: str = ""
    thing: Thing | None = None
    state: State | None = None
    whole: str = ""
    error: str = ""


@dataclass
class Run:
    """One request: what was sent, what came back, and all moments of it."""

    request: str
    status: int = 0
    moments: list[Moment] = field(default_factory=list)

    @property
    def errors(self) -> list[str]:
        """With what something was refused, in order."""
        return [moment.error for moment in self.moments if moment.error]

    def note(self, kind: Kind, text: str = "") -> None:
        """Add a moment that no object is in."""
        self.moments.append(Moment(kind, text))

    @property
    def things(self) -> list[Thing]:
        """All objects, in the order in which they came up."""
        found: list[Thing] = []
        for moment in self.moments:
            if moment.thing is not None and all(moment.thing is not thing for thing in found):
                found.append(moment.thing)
        return found

    def amount(self, kind: Kind) -> int:
        """How many moments there are of a kind."""
        return sum(moment.kind is kind for moment in self.moments)

    def transactions(self) -> Iterator[tuple[int, int, Kind | None]]:
        """From which moment to which each transaction goes, and how it ends; None when nobody ends it."""
        start: int | None = None
        for at, moment in enumerate(self.moments):
            if moment.kind is Kind.BEGIN:
                start = at
            elif moment.kind in {Kind.COMMIT, Kind.ROLLBACK} and start is not None:
                yield start, at, moment.kind
                start = None
        if start is not None:
            yield start, len(self.moments) - 1, None

    def states(self, thing: Thing) -> Iterator[tuple[int, int, State]]:
        """From which moment to which an object is in which state."""
        of = [
            (at, moment.state)
            for at, moment in enumerate(self.moments)
            if moment.thing is thing and moment.state is not None
        ]
        for (at, state), (until, _) in zip(of, [*of[1:], (len(self.moments), None)], strict=True):
            yield at, until, state
