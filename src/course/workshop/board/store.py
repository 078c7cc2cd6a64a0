"""The board's own file: who did what, in the order in which it came."""

import os
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from course.workshop.board.sent import Sent

MOST_OF_ONE = 20_000
"""Events of one person: more than a week of hard work, and no reason for a full disk."""

_CREATE = """
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY,
    who TEXT NOT NULL,
    uid TEXT NOT NULL,
    event TEXT NOT NULL,
    UNIQUE (who, uid)
)
"""
# The id counts for one person only: nobody can take another's event away by sending its id first.


@dataclass(frozen=True)
class Heard:
    """An event, and whose it is."""

    who: str
    event: Sent


class Store:
    """The events in the SQLite file at `path`, which only its owner can read."""

    def __init__(self, path: Path) -> None:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)
        self._connection = sqlite3.connect(path)
        with self._connection as connection:
            connection.execute(_CREATE)
        rows = self._connection.execute("SELECT who, event FROM events ORDER BY number")
        self._heard = [Heard(who, Sent.model_validate_json(event)) for who, event in rows]
        self._counts: dict[str, int] = {}
        for one in self._heard:
            self._counts[one.who] = self._counts.get(one.who, 0) + 1

    def add(self, who: str, events: tuple[Sent, ...]) -> int:
        """Keep what is new of somebody's events; return how many were."""
        new: list[Heard] = []
        now = datetime.now(UTC)
        with self._connection as connection:
            for sent in events:
                event = sent.model_copy(update={"at": min(sent.at, now)})  # a clock that is ahead
                if self._counts.get(who, 0) + len(new) >= MOST_OF_ONE:
                    break
                row = (who, event.uid, event.model_dump_json())
                if connection.execute(
                    "INSERT OR IGNORE INTO events (who, uid, event) VALUES (?, ?, ?)", row
                ).rowcount:
                    new.append(Heard(who, event))
        self._heard += new
        self._counts[who] = self._counts.get(who, 0) + len(new)
        return len(new)

    @property
    def heard(self) -> tuple[Heard, ...]:
        """Everything, oldest first."""
        return tuple(self._heard)

    @property
    def version(self) -> int:
        """A number that grows with every event."""
        return len(self._heard)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
