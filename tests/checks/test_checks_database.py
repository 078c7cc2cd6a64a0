"""The database file of an app, read by the grader: what is committed, and what a submission may make of it."""

import pytest
from checks_course import SmallExercise

APP = """
import os
import sqlite3

from fastapi import FastAPI

FILE = "shop.db"


def create_app() -> FastAPI:
    {first}
    connection = sqlite3.connect(FILE, check_same_thread=False)
    connection.execute("CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name TEXT, photo BLOB)")
    connection.commit()
    app = FastAPI()

    @app.post("/users", status_code=201)
    def add(name: str) -> str:
        connection.execute("INSERT INTO users (name, photo) VALUES (?, x'00ff')", (name,))
        {last}
        return name

    return app
"""
CHECK = """
from course.checks import Database


@task("1.1", points=2)
async def test_first(api: Api, database: Database) -> None:
    \"\"\"What is said to be there is there.\"\"\"
    await api.post("/users", params={"name": "Zoë"})
    rows = database.rows("shop.db", "SELECT * FROM users WHERE name = ?", "Zoë")
    if rows != [{"id": 1, "name": "Zoë", "photo": "00ff"}]:
        fail(f"201, and the database has {rows}")


@task("1.1", points=2)
async def test_second(api: Api, database: Database) -> None:
    \"\"\"Nobody has talked to this one.\"\"\"
    rows = database.rows("shop.db", "SELECT * FROM users")
    if rows:
        fail(f"from the check before: {rows}")
"""
COMMITS, FORGETS = "connection.commit()", "pass"
WAL = 'sqlite3.connect(FILE).execute("PRAGMA journal_mode = WAL").fetchall()'


def run(small: SmallExercise, first: str, last: str, check: str = CHECK) -> list[tuple[str, str]]:
    small.write({"checks.py": check})
    results = small.results({"app/main.py": APP.format(first=first, last=last)})
    return [(result.outcome, result.message) for result in results.values()]


@pytest.mark.parametrize("first", ["pass", WAL])
def test_what_is_committed_is_read_and_gone_before_the_next_check(small: SmallExercise, first: str) -> None:
    assert run(small, first, COMMITS) == [("PASS", ""), ("PASS", "")]


@pytest.mark.parametrize("first", ["pass", WAL])
def test_what_is_not_committed_is_not_there(small: SmallExercise, first: str) -> None:
    (first_outcome, message), second = run(small, first, FORGETS)
    assert (first_outcome, message, second[0]) == ("FAIL", "201, and the database has []", "PASS")


@pytest.mark.parametrize(
    ("last", "says"),
    [
        ("os.unlink(FILE)", "There is no database shop.db"),
        ('os.unlink(FILE); os.symlink("/etc/passwd", FILE)', "There is no database shop.db"),
        ("os.unlink(FILE); os.mkfifo(FILE)", "There is no database shop.db"),
        ("os.truncate(FILE, 9 * 1024 * 1024)", "shop.db has more than 8 MB"),
        (
            'connection.commit(); open(FILE, "r+b").write(b"SQLite format 3\\0" + b"x" * 5000)',
            "shop.db cannot be read",
        ),
        (
            'connection.execute("ALTER TABLE users RENAME TO people"); connection.commit()',
            "no such table: users",
        ),
    ],
)
def test_what_is_no_database_is_a_sentence(small: SmallExercise, last: str, says: str) -> None:
    (outcome, message), _ = run(small, "pass", last)
    assert outcome in ("FAIL", "ERROR")
    assert says in message


def test_another_program_hears_which_constraint_refuses_it(small: SmallExercise) -> None:
    check = """
from course.checks import Database


@task("1.1", points=2)
async def test_first(api: Api, database: Database) -> None:
    \"\"\"The file says no, and stays as it is.\"\"\"
    said = [database.refusal("shop.db", f"INSERT INTO users (id, name) VALUES ({id}, 'Zoë')") for id in (1, 1, "'x'")]
    fail(f"{said}, and there are {database.rows('shop.db', 'SELECT * FROM users')}")


@task("1.1", points=2)
async def test_second(api: Api, database: Database) -> None:
    \"\"\"No such table.\"\"\"
    database.refusal("shop.db", "DELETE FROM people")
"""
    (_, first), (_, second) = run(small, "pass", COMMITS, check)
    assert first == "['', '', 'datatype mismatch'], and there are []"
    assert second == "shop.db has other tables than the task says: no such table: people."
