"""What a timeline of the event loop is made of, and what can be said of it in kind, whatever the machine does."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from statistics import median_low

BEATS_PER_SECOND = 50
HELD_SECONDS = 0.1  # a step of this length holds the loop: five beats are missed
SAMPLES = 400


class Kind(StrEnum):
    """Where a request's code ran."""

    LOOP = "loop"
    THREAD = "thread"


@dataclass(frozen=True)
class Piece:
    """A stretch in which code of a request ran. Seconds since the measurement began."""

    kind: Kind
    start: float
    end: float
    queued: float = 0.0
    """Seconds of it in which it stood in line for a core: the machine was busy with others."""

    @property
    def own(self) -> float:
        """The seconds that are its own doing: computing or blocked."""
        return self.end - self.start - self.queued


@dataclass(frozen=True)
class Lane:
    """One request: from its first step to its last, and where its code ran between them. The rest is waiting."""

    name: str
    start: float
    end: float
    pieces: tuple[Piece, ...]

    def of(self, kind: Kind) -> tuple[Piece, ...]:
        """Return the pieces of one kind, in order."""
        return tuple(piece for piece in self.pieces if piece.kind is kind)


@dataclass(frozen=True)
class Timeline:
    """What ran where, and when `/health` answered (`beats`, in order). Seconds since the measurement began."""

    title: str
    lanes: tuple[Lane, ...]
    beats: tuple[float, ...]

    @cached_property
    def total(self) -> float:
        """When the last request was done."""
        return max((lane.end for lane in self.lanes), default=0.0)

    @cached_property
    def first(self) -> float:
        """When the first request was done."""
        return min((lane.end for lane in self.lanes), default=0.0)

    @cached_property
    def held(self) -> tuple[Piece, ...]:
        """The steps that held the loop, in order."""
        steps = (step for lane in self.lanes for step in lane.of(Kind.LOOP))
        return tuple(
            sorted((step for step in steps if step.own >= HELD_SECONDS), key=lambda step: step.start)
        )

    @cached_property
    def silences(self) -> tuple[tuple[float, float], ...]:
        """From beat to beat, the stretches before the first and after the last included."""
        inside = [beat for beat in self.beats if 0 < beat < self.total]
        return tuple(pairwise([0.0, *inside, self.total]))

    @cached_property
    def longest_silence(self) -> float:
        """The longest time without a beat."""
        return max((end - start for start, end in self.silences), default=0.0)

    @property
    def mostly_held(self) -> bool:
        """Whether the loop was held for more than half of the time. A step now and then is what a busy machine does."""
        return self.held_in(0, self.total) > self.total / 2

    def held_in(self, start: float, end: float) -> float:
        """For how many of these seconds somebody held the loop. The rest of a silence is the machine's doing."""
        return sum(max(0.0, min(step.end, end) - max(step.start, start)) for step in self.held)

    @cached_property
    def most_in_threads(self) -> int:
        """How many pieces were in threads at the same time, at most."""
        return max((sum(1 for _ in self._threads_at(piece.start)) for piece in self._threads()), default=0)

    @property
    def uses_threads(self) -> bool:
        """Whether most requests used a thread for something that would have held the loop, nearly."""
        users = sum(any(p.own >= HELD_SECONDS * 0.9 for p in lane.of(Kind.THREAD)) for lane in self.lanes)
        return users > len(self.lanes) / 2

    @cached_property
    def under_way(self) -> int:
        """How many requests made progress at a typical moment (the median) before the first of them was done.

        While the loop is held, that is whoever holds it.
        """
        times = [self.first * (number + 0.5) / SAMPLES for number in range(SAMPLES)]
        return median_low([self._progress_at(time) for time in times]) if self.lanes else 0

    def _progress_at(self, time: float) -> int:
        if any(step.start <= time < step.end for step in self.held):
            threads = {
                lane.name for lane in self.lanes if any(_covers(p, time) for p in lane.of(Kind.THREAD))
            }
            return 1 + len(threads)
        return sum(lane.start <= time < lane.end for lane in self.lanes)

    def _threads(self) -> Iterator[Piece]:
        for lane in self.lanes:
            yield from lane.of(Kind.THREAD)

    def _threads_at(self, time: float) -> Iterator[Piece]:
        return (piece for piece in self._threads() if _covers(piece, time))

    def in_kind(self) -> "Timeline":
        """Return the same story without measured times: one unit a turn, equal steps. The same each time it is told."""
        turns = sum(any(step in self.held for step in lane.pieces) for lane in self.lanes)
        if self.mostly_held and self.under_way <= 1:
            lanes = tuple(
                Lane(
                    lane.name,
                    0,
                    min(at + 1, turns) + 0.2,
                    (Piece(Kind.LOOP, min(at, turns - 1), min(at + 1, turns)),),
                )
                for at, lane in enumerate(self.lanes)
            )
            lanes = tuple(Lane(lane.name, 0, turns + 0.3, lane.pieces) for lane in lanes)
            return Timeline(self.title, lanes, (0.0, turns + 0.12))
        ran = (Piece(Kind.THREAD, 0.08, 0.92), Piece(Kind.THREAD, 0.08, 0.92)) if self.uses_threads else ()
        edges = (Piece(Kind.LOOP, 0.0, 0.03), Piece(Kind.LOOP, 0.97, 1.0))
        lanes = tuple(Lane(lane.name, 0, 1.0, (*edges, *ran)) for lane in self.lanes)
        return Timeline(self.title, lanes, tuple(0.1 + 0.16 * beat for beat in range(6)))


def _covers(piece: Piece, time: float) -> bool:
    return piece.start <= time < piece.end


def as_time(seconds: float) -> str:
    """Return a time as people say it: `474 ms`, `4.7 s`."""
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
