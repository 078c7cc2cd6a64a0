"""The board's own file: who did what, in the order in which it came."""

import os
import sqlite3
from collections import Counter
from contextlib import closing
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
        self._changes = 0
        self._read()

    def add(self, who: str, events: tuple[Sent, ...]) -> int:
        """Keep what is new of somebody's events; return how many were."""
        self._follow()
        new: list[Heard] = []
        now = datetime.now(UTC)
        with self._connection as connection:
            for sent in events:
                event = sent.model_copy(update={"at": min(sent.at, now)})  # a clock that is ahead
                if self._counts[who] + len(new) >= MOST_OF_ONE:
                    break
                row = (who, event.uid, event.model_dump_json())
                if connection.execute(
                    "INSERT OR IGNORE INTO events (who, uid, event) VALUES (?, ?, ?)", row
                ).rowcount:
                    new.append(Heard(who, event))
        self._heard += new
        self._counts[who] += len(new)
        self._changes += bool(new)
        return len(new)

    @property
    def heard(self) -> tuple[Heard, ...]:
        """Everything, oldest first."""
        self._follow()
        return tuple(self._heard)

    @property
    def version(self) -> int:
        """A number that is another one after every change."""
        self._follow()
        return self._changes

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _read(self) -> None:
        (self._version,) = self._connection.execute("PRAGMA data_version").fetchone()
        rows = self._connection.execute("SELECT who, event FROM events ORDER BY number")
        self._heard = [Heard(who, Sent.model_validate_json(event)) for who, event in rows]
        self._counts = Counter(one.who for one in self._heard)

    def _follow(self) -> None:
        """See what `forget` did in another process: SQLite knows that somebody else has written."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self._read()
            self._changes += 1


@dataclass(frozen=True)
class Kept:
    """What a board still has: of how many people, and the day of the first event."""

    people: int
    since: datetime


def kept(path: Path) -> Kept | None:
    """Return what the board at `path` still has; None when that is nothing."""
    if not path.is_file():
        return None
    asked = "SELECT COUNT(DISTINCT who), MIN(json_extract(event, '$.at')) FROM events"
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            people, first = connection.execute(asked).fetchone()
    except sqlite3.Error:  # what is wrong with it, the board itself will say
        return None
    return Kept(people, datetime.fromisoformat(first)) if people else None


def forget(path: Path) -> int:
    """Empty the board at `path`, also while it is shown; return of how many people it had something.

    Nothing of it stays in the file, either.
    """
    if not path.is_file():
        return 0
    before = kept(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("DELETE FROM events")
        connection.execute("VACUUM")
    return before.people if before else 0
