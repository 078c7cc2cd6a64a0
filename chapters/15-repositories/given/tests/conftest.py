import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import ASGITransport, AsyncClient
from sqlalchemy import func, select, table, text
from starlette.types import Receive, Scope, Send

from app.core.database import Database
from app.main import create_app

SERVER = os.environ.get("APP_DATABASE_URL")  # none: a new SQLite file for each test


def in_a_thread[**P, T](call: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
    """Call it where no event loop runs, whichever loop the test has."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(call, *args, **options).result()


def wait_for[T](work: Coroutine[None, None, T]) -> T:
    return in_a_thread(asyncio.run, work)


def migrate() -> None:
    """Bring the database that the settings name to the newest revision."""
    config = Config(str(Path(__file__).parents[1] / "alembic.ini"))
    in_a_thread(command.upgrade, config, "head")


async def empty(url: str) -> None:
    """Leave nothing of the last test in a database on a server."""
    database = Database(url)
    async with database.session() as session:
        await session.execute(text("DROP SCHEMA public CASCADE"))
        await session.execute(text("CREATE SCHEMA public"))
    await database.aclose()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file without a row, migrated once: each test gets a copy."""
    file = tmp_path_factory.mktemp("migrated") / "shop.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("APP_DATABASE_URL", f"sqlite+aiosqlite:///{file}")
        migrate()
    return file


@pytest.fixture(autouse=True)
def database_url(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> str:
    """A migrated database for each test: every app that a test makes finds it in its settings."""
    if SERVER:
        wait_for(empty(SERVER))
        migrate()
        return SERVER
    shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "shop.db")
    url = f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}"
    monkeypatch.setenv("APP_DATABASE_URL", url)
    return url


@pytest.fixture
def count_rows(database_url: str) -> Callable[[str], int]:
    """Count the rows of a table that are committed, whatever the app says."""

    async def count(name: str) -> int:
        database = Database(database_url)
        async with database.session() as session:
            rows = await session.scalar(select(func.count()).select_from(table(name)))
        await database.aclose()
        return rows or 0

    return lambda name: wait_for(count(name))


@pytest.fixture
def app() -> FastAPI:
    """A new app for each test: nothing is left of the last one."""
    return create_app()


@pytest.fixture
def api(app: FastAPI) -> Iterator[TestClient]:
    """A client of the app, which is started before the test and stopped after it."""
    with TestClient(app, base_url="http://test/api/v1") as client:
        yield client


@pytest.fixture
async def async_api(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """A client in the test's own event loop, of an app that has been started there."""
    async with app.router.lifespan_context(app) as opened:

        async def started(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "state": dict(opened or {})}, receive, send)

        transport = ASGITransport(app=started)
        async with AsyncClient(transport=transport, base_url="http://test/api/v1") as client:
            yield client
