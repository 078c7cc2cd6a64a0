"""Whose turn it is today: what is too much for every run is looked at in turn, so that nothing is left out for long."""

from collections.abc import Sequence
from datetime import UTC, date, datetime


def today() -> date:
    """Return the day, the same one all over the world."""
    return datetime.now(UTC).date()


def on[Thing](day: date, things: Sequence[Thing], count: int = 1) -> list[Thing]:
    """Return `count` of the things: those whose turn it is. Each has one within `len(things) / count` days, rounded up."""
    if count >= len(things):
        return list(things)
    first = day.toordinal() * count
    return [things[(first + step) % len(things)] for step in range(count)]
