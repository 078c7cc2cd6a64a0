"""The empty database that a notebook asks for."""

import asyncio
import atexit
import os
import threading
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from course.errors import CourseError
from course.postgresql.places import given, programs, why_missing
from course.postgresql.server import Server

DRIVER = "postgresql+asyncpg"
NAME = "shop"

_server: list[Server] = []
_on_the_given: list[str] = []
_starting = threading.Lock()


async def empty_database() -> str:
    """Return the SQLAlchemy URL of a database with nothing in it: what the last call gave is dropped.

    Starts this process's server when it does not run yet. CourseError, in one sentence, where there is no PostgreSQL.
    """
    if missing := why_missing():
        raise CourseError(missing)
    if (url := given()) is not None:
        return await _on_a_given_server(url)
    server = await asyncio.to_thread(_running)
    await _renew(_address(server.folder), NAME)
    return f"{DRIVER}://postgres@/{NAME}?host={quote(str(server.folder), safe='/')}"


def _running() -> Server:
    with _starting:
        if _server and _server[0].is_running():
            return _server[0]
        home = programs()
        if home is None:
            raise CourseError(why_missing())
        _server[:] = [Server.start(home, answers)]
        atexit.register(_server[0].stop)
        return _server[0]


def answers(folder: Path) -> bool:
    """Whether the server in this folder takes connections."""
    if not (folder / ".s.PGSQL.5432").exists():
        return False

    async def ask() -> None:
        import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types

        connection = await asyncpg.connect(host=str(folder), user="postgres", database="postgres")
        await connection.close()

    try:
        asyncio.run(ask())
    except Exception:  # it is starting up, in one of many ways
        return False
    return True


def renew(folder: Path, name: str) -> None:
    """Make a database of this name empty, on the server whose socket is in a folder; CourseError when it cannot be."""
    asyncio.run(_renew(_address(folder), name))


def _address(folder: Path) -> str:
    return f"postgresql://postgres@/postgres?host={quote(str(folder), safe='/')}"


async def _on_a_given_server(url: str) -> str:
    """An empty database of this process's own, on somebody's server; it is dropped at the end."""
    import sqlalchemy

    address = sqlalchemy.make_url(url)
    name = f"course_{os.getpid()}_{os.urandom(4).hex()}" if not _on_the_given else _on_the_given[0]
    maintenance = address.set(drivername="postgresql").render_as_string(hide_password=False)
    await _renew(maintenance, name)
    if not _on_the_given:
        _on_the_given.append(name)
        atexit.register(_drop, maintenance, name)
    return address.set(drivername=DRIVER, database=name).render_as_string(hide_password=False)


async def _renew(maintenance: str, name: str) -> None:
    import asyncpg

    try:
        connection = await asyncpg.connect(maintenance)
        try:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        finally:
            await connection.close()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        raise CourseError(f"PostgreSQL gives no database: {error or type(error).__name__}.") from error


def _drop(maintenance: str, name: str) -> None:
    async def drop() -> None:
        import asyncpg

        connection = await asyncpg.connect(maintenance, timeout=5)
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.close()

    with suppress(Exception):  # the server may be gone before us
        asyncio.run(drop())
