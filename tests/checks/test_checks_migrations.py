"""SQLAlchemy's database files and Alembic's migrations, in the sandbox: what checks are given, and what they read."""

import textwrap

import pytest
from checks_course import SmallExercise

APP = """
from fastapi import FastAPI
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import create_async_engine


def create_app() -> FastAPI:
    engine = create_async_engine("sqlite+aiosqlite:///shop.db")

    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection, _record):
        cursor = connection.cursor()
        {settings}
        cursor.close()

    app = FastAPI()

    @app.post("/users", status_code=201)
    async def add(name: str) -> str:
        connection = await engine.connect()
        await connection.execute(text("CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name TEXT)"))
        await connection.commit()
        for _ in range({rows}):
            await connection.execute(text("INSERT INTO users (name) VALUES (:name)"), {{"name": name}})
        {last}
        app.state.held = connection
        return name

    return app
"""
CHECK = """
from course.checks import Database


@task("1.1", points=2)
async def test_first(api: Api, database: Database, world: World) -> None:
    \"\"\"Read.\"\"\"
    await api.post("/users", params={"name": "Zoë" * 100})
    rows = database.rows("shop.db", "SELECT count(*) AS n FROM users")
    if rows != [{"n": 0}]:
        fail(f"it has {rows[0]['n']}")
"""
WAL = 'cursor.execute("PRAGMA journal_mode = WAL")'
SPILLS = (
    'cursor.execute("PRAGMA cache_size = 2")'  # a transaction writes into the file before it is committed
)
COMMITS = "await connection.commit()"


@pytest.mark.parametrize("settings", [WAL, SPILLS, "pass"], ids=["wal", "a journal that is hot", "journal"])
@pytest.mark.parametrize(
    ("last", "says"), [(COMMITS, "it has 500"), ("pass", "")], ids=["commits", "forgets"]
)
def test_what_sqlalchemy_committed_is_read(small: SmallExercise, settings: str, last: str, says: str) -> None:
    small.write({"checks.py": CHECK})
    app = APP.format(settings=settings, rows=500, last=last)
    (result,) = small.results({"app/main.py": app}).values()
    assert (result.message, result.outcome) == (says, "FAIL" if says else "PASS")


ENV = """
import asyncio
import os

from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool


def migrate(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


async def run():
    url = os.environ.get("APP_DATABASE_URL", "sqlite+aiosqlite:///shop.db")
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()
    await engine.dispose()


asyncio.run(run())
"""
FIRST = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))


def downgrade():
    op.drop_table("users")
"""
SECOND = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"


def upgrade():
    op.add_column("users", sa.Column("slug", sa.Text))
    op.execute("UPDATE users SET slug = lower(name)")


def downgrade():
    op.drop_column("users", "slug")
"""
PROJECT = {
    "alembic.ini": "[alembic]\nscript_location = alembic\n",
    "alembic/env.py": ENV,
    "alembic/versions/0001_users.py": FIRST,
    "alembic/versions/0002_slug.py": SECOND,
    "app/main.py": APP.format(settings="pass", rows=1, last=COMMITS),
}
MIGRATED = """
from course.checks import Database, Launch, Migrate


@task("1.1", points=1)
async def test_first(api: Api, database: Database) -> None:
    \"\"\"An app finds its tables.\"\"\"
    if (rows := database.rows("shop.db", "SELECT version_num, (SELECT count(*) FROM users) AS n FROM alembic_version")) != [
        {"version_num": "0002", "n": 0}
    ]:
        fail(f"{rows}")
    await api.post("/users", params={"name": "Zoë"})
    if len(database.rows("shop.db", "SELECT * FROM users")) != 1:
        fail("no row")


@task("1.1", points=1)
async def test_second(database: Database, migrate: Migrate, api: Api) -> None:
    \"\"\"What is migrated by hand is there for the next app, and it is another file.\"\"\"
    if database.rows("shop.db", "SELECT * FROM users"):
        fail("the first check's row")


@task("1.2", points=2)
async def test_third(database: Database, migrate: Migrate, launch: Launch) -> None:
    \"\"\"Rows of old are migrated.\"\"\"
    if not (done := migrate("upgrade", "0001", file="old.db")).ok:
        fail(done.said)
    database.execute("old.db", "INSERT INTO users (name) VALUES (?)", "ZOE")
    if not (done := migrate("upgrade", "head", file="old.db")).ok:
        fail(done.said)
    async with launch(APP_DATABASE_URL="sqlite+aiosqlite:///old.db") as api:
        await api.get("/")
        if (rows := database.rows("old.db", "SELECT name, slug FROM users")) != [{"name": "ZOE", "slug": "zoe"}]:
            fail(f"{rows}")
    if "0002" not in migrate("heads").said:
        fail("no head")
    if (done := migrate("upgrade", "0007", file="old.db")).ok or "0007" not in done.said:
        fail(f"a revision that is not there: {done}")
"""


def run(small: SmallExercise, second: str = SECOND) -> list[tuple[str, str]]:
    """Grade the project with this second migration."""
    given = {f"given-exercise/{path}": textwrap.dedent(text) for path, text in PROJECT.items()}
    small.write({"checks.py": MIGRATED} | given)
    return [
        (one.outcome, one.message)
        for one in small.results(PROJECT | {"alembic/versions/0002_slug.py": second}).values()
    ]


def test_checks_get_a_migrated_database_and_may_migrate(small: SmallExercise) -> None:
    assert run(small) == [("PASS", "")] * 3


def test_a_check_may_migrate_before_any_app_has_started(small: SmallExercise) -> None:
    """The database of fresh apps is made then, and takes nothing of the check's own along."""
    third = MIGRATED[MIGRATED.index('@task("1.2"') :]
    given = {f"given-exercise/{path}": textwrap.dedent(text) for path, text in PROJECT.items()}
    small.write({"checks.py": MIGRATED[: MIGRATED.index("@task")] + third} | given)
    assert [result.outcome for result in small.results(PROJECT).values()] == ["PASS"]


def test_a_migration_that_fails_is_a_sentence(small: SmallExercise) -> None:
    (outcome, message), *_ = run(small, SECOND.replace("lower(name)", "lower(nom)"))
    assert outcome == "ERROR"
    assert "`alembic upgrade heads` does not succeed on an empty database" in message
    assert "alembic/versions/0002_slug.py" in message
