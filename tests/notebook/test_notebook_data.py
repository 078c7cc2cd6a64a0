"""What becomes of a learner's data where a notebook begins, and the database that migrations make."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from small_course import Notebook

from course.project.workspace import Workspace

ENV = """
from alembic import context
from sqlalchemy import create_engine

with create_engine("sqlite:///shop.db").begin() as connection:
    context.configure(connection=connection)
    context.run_migrations()
"""
REVISION = """
from alembic import op

revision, down_revision = "0001", None


def upgrade() -> None:
    op.execute("CREATE TABLE users (id INTEGER PRIMARY KEY)")
"""
MIGRATIONS = {
    "alembic.ini": "[alembic]\nscript_location = alembic\n",
    "alembic/env.py": ENV,
    "alembic/versions/0001.py": REVISION,
}
IS_THERE = "`shop.db` is there, made by the migrations (`alembic upgrade heads`)."


def give(content: Path) -> None:
    for path, text in MIGRATIONS.items():
        file = content / "chapters/01-split/given" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def users(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT count(*) FROM users").fetchone()[0])


async def test_data_is_put_aside_and_named(notebook: Notebook, workspace: Workspace) -> None:
    await notebook.run("api = await course.begin(1)")
    (workspace.project / "shop.db").write_bytes(b"SQLite format 3\0\xff")
    again = await notebook.run("api = await course.begin(1)")
    assert "shop.db" not in again.text  # one goes on with what one has
    shown = await notebook.run("api = await course.begin(0)")
    assert "Your version" not in shown.text
    assert "Your data is in `.course/backup/" in shown.text
    (kept,) = (workspace.state / "backup").rglob("shop.db")
    assert kept.read_bytes() == b"SQLite format 3\0\xff"
    assert not (workspace.project / "shop.db").exists()


async def test_a_ground_with_migrations_has_a_migrated_database(
    notebook: Notebook, workspace: Workspace, content: Path
) -> None:
    give(content)
    shown = await notebook.run("api = await course.begin(1)")
    assert shown.text.endswith(IS_THERE)
    assert users(workspace.project / "shop.db") == 0
    again = await notebook.run("api = await course.begin(1)")
    assert "shop.db" not in again.text
    left = await notebook.run("api = await course.begin(0)")
    assert "shop.db" not in left.text  # nobody has written to it
    assert not (workspace.project / "shop.db").exists()


async def test_the_database_of_a_kernel_is_for_postgres_alone(notebook: Notebook) -> None:
    """my-api stands on the database of its ground, whatever the machine says."""
    os.environ["APP_DATABASE_URL"] = "sqlite+aiosqlite:///other.db"
    await notebook.run("api = await course.begin(1)")
    assert "APP_DATABASE_URL" not in os.environ
