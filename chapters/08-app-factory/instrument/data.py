"""What the services outside noted of an app that was started and stopped, in order: no times, only what came when."""

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """What the app was doing when something happened."""

    START = "start"
    SERVE = "serve"
    STOP = "stop"


@dataclass(frozen=True)
class Event:
    """A service saw a connection open or close."""

    life: int
    phase: Phase
    service: str
    connection: int
    opens: bool


@dataclass(frozen=True)
class Life:
    """One life of the app: what kept it from starting, if anything did, and what its request was answered."""

    error: str = ""
    status: int = 0


@dataclass(frozen=True)
class Story:
    """Lives of an app one after the other, and what the services saw meanwhile."""

    title: str
    services: tuple[str, ...]
    lives: tuple[Life, ...]
    events: tuple[Event, ...]

    def connections(self, service: str) -> tuple[tuple[Event, Event | None], ...]:
        """Return how each connection to a service opened and, if it did, closed, in the order of opening."""
        closes = {(e.service, e.connection): e for e in self.events if not e.opens}
        return tuple(
            (event, closes.get((service, event.connection)))
            for event in self.events
            if event.opens and event.service == service
        )

    def left_open(self, service: str, life: int | None = None) -> int:
        """Return how many connections outlived the life that opened them: of one life, or of all."""
        return sum(
            (life is None or opened.life == life) and (closed is None or closed.life != opened.life)
            for opened, closed in self.connections(service)
        )
