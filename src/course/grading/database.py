"""The database file of the learner's app, read by the grader: copied as it lies there, opened where tools run."""

import base64
import os
import sqlite3
import stat
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.grading.channel import Json
from course.grading.failures import AppCrashed, CheckFailed

MAX_BYTES = 8 * 1024 * 1024
MAX_ROWS = 10_000
_BESIDE = ("", "-journal", "-wal")  # what SQLite may need of a database that is open elsewhere
_HEADER = b"SQLite format 3\0"

type Row = dict[str, Json]


class Database:
    """`database.rows("shop.db", "SELECT …")`: what has been committed, whatever the app answers."""

    def __init__(self, project: Path, tool: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self._project = project
        self._tool = tool

    def rows(self, file: str, sql: str, *parameters: Json) -> list[Row]:
        """The rows of a query, as another program would see them now; bytes come as hexadecimal digits.

        `file` is below the folder that the app runs in. CheckFailed where there is no such database or it has no such
        tables, AppCrashed where it cannot be read.
        """
        answer = self._ask(file, sql, parameters, write=False)
        if "broken" in answer:
            raise CheckFailed(f"{file} refuses what the check asks: {answer['broken']}.")
        return list(answer["rows"])

    def refusal(self, file: str, sql: str, *parameters: Json) -> str:
        """Which constraint refuses a statement of another program, as SQLite says it; empty where none does.

        It is tried on a copy: the file stays as it is. CheckFailed and AppCrashed as for `rows`.
        """
        return str(self._ask(file, sql, parameters, write=False).get("broken", ""))

    def execute(self, file: str, sql: str, *parameters: Json) -> None:
        """Run a statement, such as an INSERT, over a database that no app has open now, and commit it.

        CheckFailed where there is no such database, or it refuses the statement; AppCrashed where it cannot be read.
        """
        answer = self._ask(file, sql, parameters, write=True)
        if "broken" in answer:
            raise CheckFailed(f"{file} refuses what the check writes: {answer['broken']}.")
        for beside in _BESIDE[1:]:
            (self._project / f"{file}{beside}").unlink(missing_ok=True)  # the new file has all that they had
        target = os.open(self._project / file, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_TRUNC)
        with os.fdopen(target, "wb") as opened:
            opened.write(base64.b64decode(answer["file"]))

    def _ask(self, file: str, sql: str, parameters: Sequence[Json], *, write: bool) -> dict[str, Any]:
        files = {
            beside: copy for beside in _BESIDE if (copy := _copy(self._project / f"{file}{beside}", file))
        }
        if not files.get("", b"").startswith(_HEADER):
            raise CheckFailed(f"There is no database {file} in the folder that the app runs in, my-api.")
        answer = self._tool(
            {
                "do": "rows",
                "files": {name: base64.b64encode(data).decode() for name, data in files.items()},
                "sql": sql,
                "parameters": list(parameters),
                "write": write,
            }
        )
        if "refused" in answer:
            raise CheckFailed(f"{file} has other tables than the task says: {answer['refused']}.")
        if not answer.keys() & {"rows", "broken"}:
            raise AppCrashed(
                f"{file} cannot be read: a query {answer.get('ended', 'gave no readable answer')}."
            )
        return answer


@dataclass(frozen=True)
class Migrated:
    """How an Alembic command ended, and what it said: its output, or its crash as a sentence."""

    ok: bool
    said: str


@dataclass(frozen=True)
class Migrate:
    """`migrate("upgrade", "head", file="old.db")`: Alembic in the learner's process, over a file of the project.

    Without a file, over the database that the app's settings name. What it made is there for the next app of this
    check, and gone before the next check.
    """

    run: Callable[[Sequence[str], str], tuple[bool, str]]

    def __call__(self, *arguments: str, file: str = "") -> Migrated:
        return Migrated(*self.run(arguments, file))


def _copy(path: Path, file: str) -> bytes | None:
    """The bytes of a file of the app's; None when there is none. No link is followed, nothing is waited for."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as opened:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        data = opened.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise AppCrashed(f"{file} has more than {MAX_BYTES // (1024 * 1024)} MB.")
    return data


def query(message: dict[str, Any], home: Path) -> dict[str, Any]:
    """Run a query over copies of a database's files, in a process of its own.

    Its answer has `rows`; `refused`, where the tables do not fit; or `broken`, the constraint that refused it.
    """
    with tempfile.TemporaryDirectory(dir=home) as folder:
        place = Path(folder) / "copy.db"
        for beside, data in message["files"].items():
            Path(f"{place}{beside}").write_bytes(base64.b64decode(data))
        with closing(sqlite3.connect(place)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA foreign_keys = ON")
            try:
                found = connection.execute(message["sql"], message["parameters"]).fetchmany(MAX_ROWS)
                if message["write"]:
                    connection.commit()
                    connection.execute("PRAGMA journal_mode = DELETE").fetchall()
            except sqlite3.OperationalError as error:
                return {"refused": str(error)}
            except sqlite3.IntegrityError as error:
                return {"broken": str(error)}
            if message["write"]:
                return {"file": base64.b64encode(place.read_bytes()).decode(), "rows": []}
            return {"rows": [{name: _plain(row[name]) for name in row.keys()} for row in found]}


def _plain(value: str | float | bytes | None) -> Json:
    return value.hex() if isinstance(value, bytes) else value
