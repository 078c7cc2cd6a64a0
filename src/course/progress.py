"""What a learner has done: one table of events in one SQLite file, and the questions asked of it.

Events are only ever added. Each has an id of its own, so the same work taken home twice counts once.
The file uses SQLite's ordinary journal: it stays one file, and that works on network homes and read-only media,
where the write-ahead log does not.
"""

import json
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from course.errors import CourseError

SCHEMA = 1
BUSY_SECONDS = 5.0
COLUMNS = ("uid", "at", "kind", "chapter", "item", "outcome", "points", "detail")
PASSED = "PASS"
STUCK_AFTER = 3  # who fails a task so often in a row, in the same way, is stuck

_CREATE = """
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    chapter INTEGER NOT NULL,
    item TEXT NOT NULL DEFAULT '',
    outcome TEXT NOT NULL DEFAULT '',
    points REAL NOT NULL DEFAULT 0,
    detail TEXT NOT NULL DEFAULT '{}'
)
"""
_INDEX = "CREATE INDEX IF NOT EXISTS events_by_kind ON events (kind, chapter, item)"
_INSERT = (
    "INSERT OR IGNORE INTO events (uid, at, kind, chapter, item, outcome, points, detail)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


class Kind(StrEnum):
    """What can be recorded. `item` is a task, a quiz id or a path, as the comments say."""

    BEGIN = "begin"  # item: "lesson" or "exercise"
    WRITE = "write"  # item: path in my-api; detail: sha
    CHECK = "check"  # item: task; detail: of, failures, failing
    GRADE = "grade"  # item: task; detail: of
    HINT = "hint"  # item: task
    SOLUTION = "solution"  # item: task
    QUIZ = "quiz"  # item: quiz id; detail: choice, attempt
    CHECKPOINT = "checkpoint"  # detail: red


@dataclass(frozen=True)
class Event:
    """One thing that happened, in the order of `at`."""

    uid: str
    at: str
    kind: str
    chapter: int
    item: str = ""
    outcome: str = ""
    points: float = 0.0
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return self.outcome == PASSED


@dataclass(frozen=True)
class Place:
    """Where the learner was last."""

    chapter: int
    exercise: bool


@dataclass(frozen=True)
class TaskScore:
    """The best that a task ever got, and whether all its checks passed once."""

    points: float
    passed: bool


@dataclass(frozen=True)
class ChapterProgress:
    """Everything the course map says of one chapter."""

    lesson_begun: bool = False
    exercise_begun: bool = False
    checkpoint_passed: bool = False
    scores: Mapping[str, TaskScore] = field(default_factory=dict)

    @property
    def earned(self) -> float:
        return sum(score.points for score in self.scores.values())


class Progress:
    """The record of one learner, in the SQLite file at `path` (made at the first event).

    Every method opens the file for as long as it needs it: two notebooks of one learner may record at the
    same time. Raises CourseError when the file is damaged, locked for long, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def record(
        self,
        kind: str,
        *,
        chapter: int,
        item: str = "",
        outcome: str = "",
        points: float = 0,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Add one event. Raises CourseError when it cannot be written."""
        at = datetime.now(UTC).isoformat(timespec="microseconds")
        self._insert(
            [(uuid.uuid4().hex, at, kind, chapter, item, outcome, float(points), _json(detail or {}))]
        )

    def events(self, *kinds: str, chapter: int | None = None, item: str | None = None) -> tuple[Event, ...]:
        """Return the events of these kinds (all kinds when none is named), oldest first."""
        clauses, values = [], list[str | int]()
        if kinds:
            clauses.append(f"kind IN ({', '.join('?' * len(kinds))})")
            values += kinds
        if chapter is not None:
            clauses.append("chapter = ?")
            values.append(chapter)
        if item is not None:
            clauses.append("item = ?")
            values.append(item)
        where = " AND ".join(clauses) or "1"
        query = f"SELECT {', '.join(COLUMNS)} FROM events WHERE {where} ORDER BY at, id"  # noqa: S608 - no value in it
        with self._reading() as connection:
            rows = connection.execute(query, values).fetchall() if connection else []
        return tuple(_event(*row) for row in rows)

    def last_place(self) -> Place | None:
        """Return where the learner began last: the place to continue."""
        begun = self.events(Kind.BEGIN)
        return Place(begun[-1].chapter, begun[-1].item == "exercise") if begun else None

    def chapters(self) -> dict[int, ChapterProgress]:
        """Return what was done in each chapter that has any event."""
        events = self.events()
        return {
            number: _chapter_progress([event for event in events if event.chapter == number])
            for number in sorted({event.chapter for event in events})
        }

    def scores(self, chapter: int) -> dict[str, TaskScore]:
        """Return the best score of each task of the chapter that was ever checked."""
        return _scores(self.events(Kind.CHECK, Kind.GRADE, chapter=chapter))

    def has_passed(self, task: str) -> bool:
        """Whether a check of this task, such as `1.2`, ever passed."""
        return any(event.passed for event in self.events(Kind.CHECK, Kind.GRADE, item=task))

    def hints_taken(self, task: str) -> int:
        """How many hints of this task were shown."""
        return len({event.detail.get("hint") for event in self.events(Kind.HINT, item=task)})

    def same_failure_in_a_row(self, task: str) -> int:
        """How many times in a row, up to now, the task failed in exactly the same way."""
        checks = self.events(Kind.CHECK, item=task)
        if not checks or checks[-1].passed:
            return 0
        last, count = checks[-1].detail.get("failures"), 0
        for event in reversed(checks):
            if event.passed or event.detail.get("failures") != last:
                break
            count += 1
        return count

    def written(self) -> dict[str, str]:
        """Return the SHA-256 of what a notebook wrote last to each path of my-api."""
        return {event.item: str(event.detail.get("sha", "")) for event in self.events(Kind.WRITE)}

    def export(self) -> list[dict[str, Any]]:
        """Return every event as JSON-ready data, oldest first: what a learner takes home."""
        return [asdict(event) for event in self.events()]

    def after(self, number: int, *kinds: str, most: int) -> list[tuple[int, dict[str, Any]]]:
        """Return events as `export` does that were added after event `number`, each with its own; all in another file."""
        query = (
            f"SELECT id, {', '.join(COLUMNS)} FROM events WHERE kind IN ({', '.join('?' * len(kinds))})"  # noqa: S608 - no value in it
            " AND id > coalesce((SELECT id FROM events WHERE id = ?), 0) ORDER BY id LIMIT ?"
        )
        with self._reading() as connection:
            rows = connection.execute(query, [*kinds, number, most]).fetchall() if connection else []
        return [(row[0], asdict(_event(*row[1:]))) for row in rows]

    def import_events(self, rows: Iterable[Mapping[str, Any]]) -> int:
        """Add exported events that are not here yet; return how many were new.

        Raises CourseError, and adds nothing, when a row has not the shape that `export` gives.
        """
        try:
            values = [
                (
                    str(row["uid"]),
                    datetime.fromisoformat(row["at"]).astimezone(UTC).isoformat(timespec="microseconds"),
                    str(row["kind"]),
                    int(row["chapter"]),
                    str(row["item"]),
                    str(row["outcome"]),
                    float(row["points"]),
                    _json(dict(row["detail"])),
                )
                for row in rows
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise CourseError(
                "This is not progress that the course exported: export it again where you worked before."
            ) from error
        return self._insert(values)

    def _insert(self, rows: list[tuple[Any, ...]]) -> int:
        try:
            self.path.parent.mkdir(exist_ok=True)
        except OSError as error:
            raise CourseError(self._message("cannot be written", str(error.strerror))) from error
        with self._connection("rwc") as connection:
            connection.execute(_CREATE)
            connection.execute(_INDEX)
            connection.execute(f"PRAGMA user_version = {SCHEMA}")
            before = connection.total_changes
            connection.executemany(_INSERT, rows)
            return connection.total_changes - before

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """A read-only connection, or None while nothing was ever recorded."""
        if not self.path.is_file() or self.path.stat().st_size == 0:
            yield None
            return
        with self._connection("ro") as connection:
            known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone()
            yield connection if known else None

    @contextmanager
    def _connection(self, mode: str) -> Iterator[sqlite3.Connection]:
        """An open file with a transaction around it; every SQLite error leaves as one sentence."""
        try:
            connection = sqlite3.connect(
                f"{self.path.resolve().as_uri()}?mode={mode}", uri=True, timeout=BUSY_SECONDS
            )
        except sqlite3.Error as error:
            raise CourseError(self._message("cannot be opened", str(error))) from error
        try:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > SCHEMA:
                raise CourseError(
                    f"{self._name} was written by a newer version of the course: update the course."
                )
            with connection:
                yield connection
        except sqlite3.OperationalError as error:
            problem = "is in use" if "locked" in str(error) else "cannot be used"
            raise CourseError(self._message(problem, str(error))) from error
        except sqlite3.DatabaseError as error:
            raise CourseError(
                f"{self._name} is damaged ({error}): move it to another folder, and the course starts a new one."
            ) from error
        finally:
            connection.close()

    @property
    def _name(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}"

    def _message(self, problem: str, reason: str) -> str:
        return (
            f"Your progress file {self._name} {problem} ({reason}): "
            "see that the folder is writable and no other program holds the file."
        )


def _event(
    uid: str, at: str, kind: str, chapter: int, item: str, outcome: str, points: float, detail: str
) -> Event:
    return Event(uid, at, kind, chapter, item, outcome, points, json.loads(detail))


def _json(detail: Mapping[str, Any]) -> str:
    return json.dumps(detail, sort_keys=True)


def _scores(events: Iterable[Event]) -> dict[str, TaskScore]:
    best: dict[str, TaskScore] = {}
    for event in events:
        so_far = best.get(event.item, TaskScore(0.0, passed=False))
        best[event.item] = TaskScore(max(so_far.points, event.points), so_far.passed or event.passed)
    return dict(sorted(best.items()))


def _chapter_progress(events: list[Event]) -> ChapterProgress:
    begun = {event.item for event in events if event.kind == Kind.BEGIN}
    return ChapterProgress(
        lesson_begun="lesson" in begun,
        exercise_begun="exercise" in begun,
        checkpoint_passed=any(event.passed for event in events if event.kind == Kind.CHECKPOINT),
        scores=_scores(event for event in events if event.kind in (Kind.CHECK, Kind.GRADE)),
    )
