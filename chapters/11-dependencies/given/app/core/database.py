"""The shop's file, over the standard library's sqlite3. SQLAlchemy takes its place in chapter 13."""

import asyncio
import sqlite3
from typing import Any

from anyio import to_thread

from app.core.tables import TABLES
from app.exceptions import ConflictError, UnavailableError

CONNECTIONS = 5  # open at a time: a database server has such a limit, too
PATIENCE_SECONDS = 0.5  # for one of them, and for a lock


class Connection:
    """One connection to the file. Its calls block, so a thread makes them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def execute(self, sql: str, *values: object) -> list[Any]:
        """Run a statement, return its rows; ConflictError, UnavailableError when it is refused."""
        try:
            return await to_thread.run_sync(
                lambda: self._connection.execute(sql, values).fetchall()
            )
        except sqlite3.IntegrityError as error:
            raise ConflictError("It is there already, or still needed") from error
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise UnavailableError("The database is busy now") from error

    async def close(self) -> None:
        await to_thread.run_sync(self._connection.close)


class Database:
    """A file, and the connections to it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._free = asyncio.Semaphore(CONNECTIONS)

    async def connect(self) -> Connection:
        """Open a connection; whoever does so closes it. UnavailableError when none is free in time."""
        try:
            await asyncio.wait_for(self._free.acquire(), PATIENCE_SECONDS)
        except TimeoutError as error:
            raise UnavailableError("No connection is free now") from error
        try:
            return Connection(await to_thread.run_sync(self._open))
        except BaseException:
            self._free.release()
            raise

    async def close(self, connection: Connection) -> None:
        await connection.close()
        self._free.release()

    async def make_tables(self) -> None:
        connection = await to_thread.run_sync(self._open)
        await to_thread.run_sync(connection.executescript, TABLES)
        await to_thread.run_sync(connection.close)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path,
            timeout=PATIENCE_SECONDS,
            autocommit=True,  # each statement is a transaction of its own
            check_same_thread=False,  # one thread at a time, but not always the same
        )
        connection.execute("PRAGMA foreign_keys = ON")
        return connection
