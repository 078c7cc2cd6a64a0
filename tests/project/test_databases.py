"""The database of a notebook's app: what a fresh import leaves of it, and one that fits the migrations."""

import gc
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from course.project.client import open_client
from course.project.databases import bring_database, is_as_brought, is_data
from course.project.files import write_file
from course.project.imports import forget_app
from course.project.workspace import Workspace

MODELS = """
from sqlalchemy import Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
"""
GLOBAL = """
from app.models import Base, User
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

engine = create_async_engine("sqlite+aiosqlite:///shop.db")
sessions = async_sessionmaker(engine)
app = FastAPI()


@app.get("/users")
async def users() -> int:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with sessions() as session:
        session.add(User(name="Zoë"))
        await session.commit()
        return len((await session.scalars(select(User))).all())
"""
IN_AN_OBJECT = GLOBAL.replace(
    "app = FastAPI()",
    """class Database:
    def __init__(self) -> None:
        self._engine, self._sessions = engine, sessions


def create_app() -> FastAPI:
    app = FastAPI()
    app.state.database = Database()
    app.add_api_route("/users", users)
    return app
""",
).replace('@app.get("/users")\n', "")


def wait_for_threads(count: int) -> None:
    """Wait until no more are left: a thread says that it is done before it has ended."""
    deadline = time.monotonic() + 10
    while threading.active_count() > count:
        assert time.monotonic() < deadline, threading.enumerate()
        time.sleep(0.01)


def open_files(folder: Path) -> list[str]:
    return [file.path for file in psutil.Process().open_files() if Path(file.path).is_relative_to(folder)]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "path", sys.path.copy())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("main", [GLOBAL, IN_AN_OBJECT], ids=["a global", "in an object"])
async def test_a_fresh_import_leaves_no_connection(project: Path, main: str) -> None:
    write_file(project, "app/models.py", MODELS)
    write_file(project, "app/main.py", main)
    before = threading.active_count()
    async with open_client(project) as api:
        for count in (1, 2, 3):
            assert (await api.get("/users")).json() == count
            write_file(project, "app/models.py", f"{MODELS}\n# {count}\n")
            forget_app()  # as %%write does
    wait_for_threads(before)
    assert open_files(project) == []
    gc.collect()  # a connection that nobody closed would warn


async def test_a_variable_of_the_app_starts_it_anew(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file(
        project,
        "app/main.py",
        """
        import os
        from fastapi import FastAPI

        def create_app() -> FastAPI:
            app, url = FastAPI(), os.environ.get("APP_DATABASE_URL")
            app.add_api_route("/", lambda: url)
            return app
        """.replace("\n        ", "\n"),
    )
    async with open_client(project) as api:
        assert (await api.get("/")).json() is None
        monkeypatch.setenv("APP_DATABASE_URL", "postgresql+asyncpg://elsewhere/shop")
        assert (await api.get("/")).json() == "postgresql+asyncpg://elsewhere/shop"


ENV = """
from alembic import context
from sqlalchemy import create_engine

with create_engine("sqlite:///shop.db").begin() as connection:
    context.configure(connection=connection)
    context.run_migrations()
"""
REVISION = """
from alembic import op

revision: str = "{}"
down_revision: str | None = {}


def upgrade() -> None:
    op.execute("{}")
"""
MIGRATIONS = {
    "alembic.ini": "[alembic]\nscript_location = alembic\n",
    "alembic/env.py": ENV,
    "alembic/versions/0001.py": REVISION.format("0001", None, "CREATE TABLE users (id INTEGER PRIMARY KEY)"),
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path)
    for path, text in MIGRATIONS.items():
        write_file(workspace.project, path, text)
    return workspace


def run_sql(workspace: Workspace, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(workspace.project / "shop.db")) as connection, connection:
        return connection.execute(sql).fetchall()


async def test_a_project_with_migrations_is_brought_a_migrated_database(workspace: Workspace) -> None:
    done = await bring_database(workspace)
    assert (done.brought, done.put_aside, done.problem) == (("shop.db",), (), "")
    assert run_sql(workspace, "SELECT version_num FROM alembic_version") == [("0001",)]
    assert is_as_brought(workspace, "shop.db")
    run_sql(workspace, "INSERT INTO users DEFAULT VALUES")
    assert not is_as_brought(workspace, "shop.db")
    again = await bring_database(workspace)
    assert (again.brought, again.put_aside) == ((), ())
    assert run_sql(workspace, "SELECT count(*) FROM users") == [(1,)]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda workspace: run_sql(workspace, "UPDATE alembic_version SET version_num = 'of another chapter'"),
        lambda workspace: run_sql(workspace, "DROP TABLE alembic_version"),  # made by create_all
        lambda workspace: (workspace.project / "shop.db").write_text("no database"),
    ],
)
async def test_data_that_does_not_fit_goes_to_a_backup(
    workspace: Workspace, spoil: Callable[[Workspace], object]
) -> None:
    await bring_database(workspace)
    spoil(workspace)
    old = (workspace.project / "shop.db").read_bytes()
    done = await bring_database(workspace)
    assert (done.brought, done.put_aside) == (("shop.db",), ("shop.db",))
    assert done.backup is not None
    assert (done.backup / "shop.db").read_bytes() == old
    assert run_sql(workspace, "SELECT version_num FROM alembic_version") == [("0001",)]


async def test_migrations_that_fail_are_a_sentence(workspace: Workspace) -> None:
    write_file(
        workspace.project, "alembic/versions/0002.py", REVISION.format("0002", '"0001"', "SELECT nothing")
    )
    done = await bring_database(workspace)
    assert done.brought == ()
    assert "`alembic upgrade heads` does not succeed" in done.problem
    assert not (workspace.project / "shop.db").exists()


async def test_without_migrations_nothing_is_brought(workspace: Workspace) -> None:
    (workspace.project / "alembic.ini").unlink()
    assert (await bring_database(workspace)).brought == ()


def test_what_counts_as_data() -> None:
    names = (
        "shop.db",
        "shop.db-wal",
        "shop.db-journal",
        "a.sqlite3",
        "app/shop.db",
        "database.py",
        "shop.dbx",
    )
    assert [name for name in names if is_data(name)] == [
        "shop.db",
        "shop.db-wal",
        "shop.db-journal",
        "a.sqlite3",
    ]
