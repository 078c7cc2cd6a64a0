"""The session of one request: what the picture says, and what is noted of a real request."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from course import postgresql
from course.errors import CourseError
from course.instruments import of_chapter
from course.pictures.rules import EVIL, broken_rules
from course.pictures.view import View
from course.project.checkpoints import files_after_lesson
from course.project.client import open_client
from course.project.files import write_file

# what a lazy load leaves behind where nobody can await
pytestmark = pytest.mark.filterwarnings("ignore:coroutine 'Connection.cursor' was never awaited")
instrument = of_chapter(__file__)
session_lanes, SessionLanes = instrument.session_lanes, instrument.SessionLanes
lanes_view, verdict = instrument.drawing.lanes_view, instrument.drawing.verdict
Kind, Moment, Run = instrument.data.Kind, instrument.data.Moment, instrument.data.Run
State, Thing = instrument.data.State, instrument.data.Thing
shortened = instrument.recorder.shortened
two_readers, readers_view = instrument.two_readers, instrument.readers.readers_view

MAIN = """
import os
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException
from sqlalchemy import ForeignKey, event, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class Cup(Base):
    __tablename__ = "cups"
    id: Mapped[int] = mapped_column(primary_key=True)
    tea_id: Mapped[int] = mapped_column(ForeignKey("teas.id", deferrable=True, initially="DEFERRED"))

class Tea(Base):
    __tablename__ = "teas"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    cups: Mapped[list[Cup]] = relationship()

def create_app() -> FastAPI:
    engine = create_async_engine(os.environ["APP_DATABASE_URL"])
    sessions = async_sessionmaker(engine, expire_on_commit=False)

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection, record):
        connection.execute("PRAGMA foreign_keys = ON")

    @asynccontextmanager
    async def lifespan(app):
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        yield
        await engine.dispose()

    app = FastAPI(lifespan=lifespan)

    @app.post("/teas/{name}", status_code=201)
    async def create_tea(name: str) -> int:
        async with sessions.begin() as session:
            session.add(tea := Tea(name=name))
            await session.flush()
            return tea.id

    @app.get("/teas/{name}")
    async def get_tea(name: str) -> int:
        async with sessions.begin() as session:
            tea = await session.scalar(select(Tea).where(Tea.name == name))
            if tea is None:
                raise HTTPException(404)
            return len(tea.cups)

    @app.delete("/teas/{name}")
    async def delete_tea(name: str) -> None:
        async with sessions.begin() as session:
            await session.delete(await session.scalar(select(Tea)))

    @app.post("/cups")
    async def create_cup() -> None:
        async with sessions.begin() as session:
            session.add(Cup(tea_id=7))

    return app
"""


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the app above; its own file is not the one that a picture uses."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app/__init__.py").touch()
    (tmp_path / "app/main.py").write_text(MAIN, encoding="utf-8")
    own = f"sqlite+aiosqlite:///{tmp_path / 'own.db'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("APP_DATABASE_URL", own)
        async with open_client(tmp_path) as client:
            yield client
            assert os.environ["APP_DATABASE_URL"] == own


def run(*, status: int = 201, end: Kind | None = Kind.COMMIT, error: str = "") -> Run:
    """A request that inserts a row, and how it ends."""
    tea = Thing("Tea", "1")
    moments = [
        Moment(Kind.STATE, thing=tea, state=State.TRANSIENT),
        Moment(Kind.STATE, thing=tea, state=State.PENDING),
        Moment(Kind.BEGIN),
        Moment(Kind.SQL, "INSERT teas", whole="INSERT INTO teas (name) VALUES (?)"),
        Moment(Kind.STATE, thing=tea, state=State.PERSISTENT),
        *([Moment(end, error=error)] if end else []),
        Moment(Kind.STATE, thing=tea, state=State.DETACHED),
        Moment(Kind.ANSWER, str(status)),
    ]
    return Run("POST /teas", status, moments)


HOSTILE = run(error=EVIL)
HOSTILE.request = HOSTILE.things[0].of = HOSTILE.moments[3].text = HOSTILE.moments[3].whole = EVIL
VIEWS = {
    "good": lanes_view([("", run())]),
    "pair": lanes_view([("before", run(status=500, end=Kind.ROLLBACK)), ("after", run())]),
    "open": lanes_view([("", run(end=None))]),
    "evil": lanes_view([(EVIL, HOSTILE)]),
    "readers": readers_view([("SQLite", "does not wait", 1), (EVIL, "waits", 2)]),
    "nothing": lanes_view([("", Run("GET /health", 200, [Moment(Kind.ANSWER, "200")]))]),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_it_keeps_the_rules_of_all_pictures(view: View) -> None:
    assert broken_rules(view) == []


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (run(), "✓ The client is told 201; 1 statement, committed."),
        (run(end=None), "✓ The client is told 201; 1 statement, left open."),
        (run(status=500, end=Kind.ROLLBACK), "✗ The client is told 500; 1 statement, rolled back."),
        (run(status=0, end=Kind.ROLLBACK), "✗ The client is told nothing; 1 statement, rolled back."),
        (
            run(status=409, error="IntegrityError"),
            "⊘ The client is told 409; 1 statement, nothing committed. Refused: IntegrityError.",
        ),
        (Run("GET /health", 200), "✓ The client is told 200; 0 statements, no transaction."),
    ],
)
def test_it_says_what_the_client_is_told_and_what_it_took(of: Run, said: str) -> None:
    assert " ".join(verdict(of)[::2]) == said
    assert said in repr(SessionLanes(("", of)))


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT a, (SELECT count(*) FROM b\n WHERE (b.x = 1)) AS n FROM c", "SELECT c"),
        ("SELECT a FROM b WHERE id = $1 FOR UPDATE", "SELECT b FOR UPDATE"),
        ("insert into b (a) values (?)", "INSERT b"),
        ('UPDATE "order" SET a = 1', "UPDATE order"),
        ("PRAGMA foreign_keys", "PRAGMA"),
    ],
)
def test_a_statement_is_its_verb_and_its_table(sql: str, said: str) -> None:
    assert shortened(sql) == said


def said(lanes: SessionLanes) -> list[str]:
    """All moments, in words."""
    [(_, seen)] = lanes.runs
    return [line[4:] for line in instrument.drawing._words("", seen)]


async def test_it_follows_an_object_through_its_states(api: httpx2.AsyncClient) -> None:
    assert said(await session_lanes(api, "POST", "/teas/oolong")) == [
        "Tea 1 is transient",
        "Tea 1 is pending",
        "BEGIN",
        "INSERT teas",
        "Tea 1 is persistent",
        "COMMIT",
        "Tea 1 is detached",
        "201",
    ]


async def test_it_sees_what_is_loaded_where_nobody_can_wait(api: httpx2.AsyncClient) -> None:
    lanes = await session_lanes(api, "GET", "/teas/oolong", given=[("POST", "/teas/oolong", {})])
    assert "SELECT cups ✗ MissingGreenlet" in said(lanes)
    assert lanes.verdict == "✗ The client is told 500; 2 statements, rolled back. Refused: MissingGreenlet."


async def test_it_sees_a_constraint_say_no(api: httpx2.AsyncClient) -> None:
    lanes = await session_lanes(api, "POST", "/teas/oolong", given=[("POST", "/teas/oolong", {})])
    words = said(lanes)
    assert words[:2] == ["Tea without a row is transient", "Tea without a row is pending"]
    assert words[3:5] == ["INSERT teas ✗ IntegrityError", "ROLLBACK"]


async def test_a_commit_that_fails_has_committed_nothing(api: httpx2.AsyncClient) -> None:
    lanes = await session_lanes(api, "POST", "/cups")
    assert "COMMIT ✗ IntegrityError" in said(lanes)
    assert "nothing committed" in lanes.verdict


async def test_it_sees_a_row_go(api: httpx2.AsyncClient) -> None:
    words = said(await session_lanes(api, "DELETE", "/teas/x", given=[("POST", "/teas/x", {})]))
    assert words[-4:] == ["DELETE teas", "Tea 1 is deleted", "COMMIT", "200"]


async def test_two_requests_stand_below_each_other(api: httpx2.AsyncClient) -> None:
    before = await session_lanes(api, "GET", "/teas/oolong")
    both = before.beside(await session_lanes(api, "POST", "/teas/oolong"))
    assert "⊘ before: The client is told 404; 1 statement, rolled back." in repr(both)
    assert "✓ after: The client is told 201; 1 statement, committed." in repr(both)
    assert broken_rules(lanes_view(both.runs)) == []


async def test_it_takes_the_database_that_it_is_told(api: httpx2.AsyncClient, tmp_path: Path) -> None:
    await session_lanes(api, "POST", "/teas/oolong", url=f"sqlite+aiosqlite:///{tmp_path / 'there.db'}")
    assert (tmp_path / "there.db").exists()


async def test_nothing_is_heard_afterwards(api: httpx2.AsyncClient) -> None:
    lanes = await session_lanes(api, "POST", "/teas/oolong")
    many = len(lanes.runs[0][1].moments)
    await api.post("/teas/mate")
    assert len(lanes.runs[0][1].moments) == many


async def test_what_comes_first_must_succeed(api: httpx2.AsyncClient) -> None:
    with pytest.raises(CourseError, match="GET /teas/x should come first, and was answered 404"):
        await session_lanes(api, "GET", "/teas/x", given=[("GET", "/teas/x", {})])


@pytest.mark.parametrize(
    ("lock", "waits"), [(", with_for_update=True", "waits"), ("", "does not wait")], ids=["locked", "not"]
)
async def test_two_readers_meet(
    lock: str, waits: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'own.db'}")
    for path, text in files_after_lesson(13).items():
        write_file(tmp_path / "my-api", path, text.replace(", with_for_update=True", lock))
    url = await postgresql.empty_database() if postgresql.is_installed() else None
    async with open_client(tmp_path / "my-api") as client:
        seen = (await two_readers(client, url)).seen
    assert seen[:2] == [("SQLite, as it comes", "does not wait", 1), ("SQLite, your engine", "waits", 2)]
    if url:
        assert seen[2] == ("PostgreSQL, your engine", waits, 2 if lock else 1)
