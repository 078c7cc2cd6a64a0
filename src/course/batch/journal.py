"""What the batch has done so far, in one SQLite file that survives whatever ends the process.

A row is a submission: the key its verdict stands for, the verdict, and what of it the gradebook has. SQLite commits
are atomic, also under SIGKILL; the ordinary journal works on network homes, where the write-ahead log does not.
"""

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from course.errors import CourseError

_CREATE = """
CREATE TABLE IF NOT EXISTS submissions (
    assignment TEXT NOT NULL,
    student TEXT NOT NULL,
    key TEXT NOT NULL,
    verdict TEXT NOT NULL,
    recorded TEXT NOT NULL DEFAULT '',
    problem TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (assignment, student)
);
CREATE TABLE IF NOT EXISTS assignments (
    assignment TEXT PRIMARY KEY,
    registered TEXT NOT NULL
);
"""


@dataclass(frozen=True)
class Entry:
    """What is known of a submission. `recorded` names what the gradebook was given; empty: nothing yet."""

    key: str
    recorded: str
    problem: str


class Journal:
    """The batch's memory. One process has it at a time: the caller holds a lock."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.executescript(_CREATE)
        except sqlite3.DatabaseError as error:
            raise CourseError(
                f"{path} cannot be used ({error}): remove it, and everything is graded again."
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def entry(self, assignment: str, student: str) -> Entry | None:
        """What is known of a submission; None when it was never graded."""
        row = self._db.execute(
            "SELECT key, recorded, problem FROM submissions WHERE assignment = ? AND student = ?",
            (assignment, student),
        ).fetchone()
        return Entry(*row) if row else None

    def verdict(self, assignment: str, student: str) -> dict[str, Any]:
        """The verdict of a submission that has an entry."""
        row = self._db.execute(
            "SELECT verdict FROM submissions WHERE assignment = ? AND student = ?", (assignment, student)
        ).fetchone()
        found: dict[str, Any] = json.loads(row[0])
        return found

    def keep(
        self, assignment: str, student: str, key: str, verdict: dict[str, Any], problem: str = ""
    ) -> None:
        """Keep a verdict that the gradebook does not have yet, and why it has no points."""
        self._db.execute(
            "INSERT OR REPLACE INTO submissions (assignment, student, key, verdict, problem) VALUES (?, ?, ?, ?, ?)",
            (assignment, student, key, json.dumps(verdict), problem),
        )

    def recorded(self, assignment: str, student: str, recorded: str, problem: str = "") -> None:
        """Remember what the gradebook has of a submission now, and what was wrong with it."""
        self._db.execute(
            "UPDATE submissions SET recorded = ?, problem = ? WHERE assignment = ? AND student = ?",
            (recorded, problem, assignment, student),
        )

    def registered(self, assignment: str) -> str:
        """Which version of an assignment the gradebook knows; empty when none."""
        row = self._db.execute(
            "SELECT registered FROM assignments WHERE assignment = ?", (assignment,)
        ).fetchone()
        return str(row[0]) if row else ""

    def register(self, assignment: str, version: str) -> None:
        """Remember which version of an assignment the gradebook knows."""
        self._db.execute("INSERT OR REPLACE INTO assignments VALUES (?, ?)", (assignment, version))
