"""The dependencies of one request: what the picture says, and what is noted of a real request."""

import os
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import fastapi.dependencies.utils
import httpx2
import pytest

from course.errors import CourseError
from course.instruments import of_chapter
from course.pictures.rules import EVIL, broken_rules
from course.pictures.view import View
from course.project.client import open_client

instrument = of_chapter(__file__)
dependency_tree, DependencyTrees = instrument.dependency_tree, instrument.DependencyTrees
trees_view, verdict = instrument.drawing.trees_view, instrument.drawing.verdict
Actor, Phase, Run = instrument.data.Actor, instrument.data.Phase, instrument.data.Run
Visit, Word = instrument.data.Visit, instrument.data.Word

MAIN = """
import os, sqlite3
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException

@asynccontextmanager
async def lifespan(app):
    connection = sqlite3.connect(os.environ["APP_DATABASE"], autocommit=True)
    connection.execute("CREATE TABLE IF NOT EXISTS teas (name TEXT)")
    connection.close()
    yield

async def get_work():
    connection = sqlite3.connect(
        os.environ["APP_DATABASE"], timeout=0.01, autocommit=True, check_same_thread=False
    )
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")
    finally:
        connection.close()

def get_plain():
    yield "plain"

class Service:
    def __init__(self, work: Annotated[sqlite3.Connection, Depends(get_work{scope})]):
        self.work = work

def get_mail():
    return lambda: None

def create_app() -> FastAPI:
    app = FastAPI(lifespan=lifespan)

    @app.post("/teas", status_code=201)
    async def create_tea(
        work: Annotated[sqlite3.Connection, Depends(get_work{scope})],
        service: Annotated[Service, Depends(Service)],
        plain: Annotated[str, Depends(get_plain)],
        mail: Annotated[object, Depends(get_mail)],
        background: BackgroundTasks,
    ) -> str:
        assert work is service.work
        work.execute("INSERT INTO teas VALUES ('oolong')")
        background.add_task(mail)
        return plain

    @app.get("/teas")
    async def list_teas(work: Annotated[sqlite3.Connection, Depends(get_work{scope})]) -> None:
        raise HTTPException(404)

    return app
"""
FUNCTION = ', scope="function"'


def run(after: str, *, status: int = 201, ended: int = 1, told: int = 1) -> Run:
    """A request whose route ran, and what came after its answer."""
    actor = Actor("get_work", 1, 'scope "request"')
    actor.visits = [Visit(1, Phase.SETUP, [Word("BEGIN")]), Visit(4, Phase.AFTER, [Word(after, "bad")])]
    route, answer = Actor("create_tea"), Actor("the answer")
    route.visits = [Visit(2, Phase.ROUTE, [Word("runs")])]
    answer.visits = [Visit(3, Phase.ROUTE, [Word(f"{status} leaves")])]
    tree = [actor, Actor("get_work", 2, "", cached=True)]
    return Run(
        "POST /teas", "", status, tree, route, answer, [], {"teas": 0}, {"teas": told}, {"teas": ended}
    )


HOSTILE = run(EVIL)
HOSTILE.request = HOSTILE.condition = HOSTILE.tree[0].name = HOSTILE.tree[0].note = EVIL
HOSTILE.ended = {EVIL: 2}
VIEWS = {
    "good": trees_view([("", run("closes"))]),
    "pair": trees_view([("before", run("COMMIT fails: busy", ended=0, told=0)), ("after", run("closes"))]),
    "evil": trees_view([(EVIL, HOSTILE)]),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_it_keeps_the_rules_of_all_pictures(view: View) -> None:
    assert broken_rules(view) == []


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (run("closes"), "✓ The client is told 201; committed: teas +1."),
        (run("COMMIT", told=0), "⚠ The client is told 201, and only then is it committed: teas +1."),
        (run("COMMIT fails: busy", told=0, ended=0), "✗ The client is told 201; committed: nothing."),
        (run("ROLLBACK", told=0, ended=0), "✗ The client is told 201; committed: nothing."),
        (run("closes", status=503, told=0, ended=0), "⊘ The client is told 503; committed: nothing."),
        (run("closes", status=503), "✗ The client is told 503; committed: teas +1."),
        (run("closes", status=0, told=0, ended=0), "⊘ The client is told nothing; committed: nothing."),
    ],
)
def test_it_sets_what_is_told_beside_what_is_committed(of: Run, said: str) -> None:
    assert " ".join(verdict(of)[::2]) == said
    assert said in repr(DependencyTrees(("", of)))


async def client(tmp_path: Path, scope: str = "") -> AsyncIterator[httpx2.AsyncClient]:
    """Yield a client of the app above; its own file is not the one that a picture uses."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app/__init__.py").touch()
    (tmp_path / "app/main.py").write_text(MAIN.replace("{scope}", scope), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("APP_DATABASE", str(tmp_path / "own.db"))
        async with open_client(tmp_path) as api:
            yield api
            assert os.environ["APP_DATABASE"] == str(tmp_path / "own.db")


@pytest.fixture
async def late(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async for api in client(tmp_path):
        yield api


@pytest.fixture
async def early(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async for api in client(tmp_path, FUNCTION):
        yield api


def words(actor: Actor, phase: Phase) -> list[str]:
    """What somebody did in a phase."""
    return [word.text for visit in actor.visits if visit.phase is phase for word in visit.words]


async def test_it_notes_order_cache_and_teardown(late: httpx2.AsyncClient) -> None:
    [(_, seen)] = (await dependency_tree(late, "POST", "/teas")).runs
    work, service, again, plain, mail = seen.tree
    assert [actor.name for actor in seen.tree] == ["get_work", "Service", "get_work", "get_plain", "get_mail"]
    assert (work.note, service.note, plain.note) == ('scope "request"', "", 'scope "request"')
    assert (work.cached, service.cached, again.cached) == (False, False, True)
    assert (again.depth, mail.depth) == (2, 1)
    assert words(work, Phase.SETUP) == ["connects", "BEGIN", "ready"]
    assert words(work, Phase.AFTER) == ["COMMIT", "closes", "done"]
    assert (seen.route.name, seen.status, [task.name for task in seen.tasks]) == (
        "create_tea",
        201,
        ["<lambda>"],
    )
    assert (seen.committed(seen.answered), seen.committed(seen.ended)) == ("nothing", "teas +1")
    assert work.visits[0].number < service.visits[0].number < seen.route.visits[0].number
    assert seen.answer.visits[0].number < seen.tasks[0].visits[0].number < work.visits[-1].number


async def test_it_sees_the_commit_before_the_answer(early: httpx2.AsyncClient) -> None:
    [(_, seen)] = (await dependency_tree(early, "POST", "/teas", given=[("POST", "/teas", {})])).runs
    assert words(seen.tree[0], Phase.ROUTE) == ["COMMIT", "closes", "done"]
    assert (seen.before, seen.answered) == ({"teas": 1}, {"teas": 2})


async def test_nobody_can_commit_while_somebody_reads(late: httpx2.AsyncClient) -> None:
    before = await dependency_tree(late, "POST", "/teas", reader=True)
    assert before.verdict == "✗ The client is told 201; committed: nothing."
    both = before.beside(await dependency_tree(late, "GET", "/teas", reader=True))
    assert "while somebody reads the file" in repr(both)
    assert "⊘ after: The client is told 404; committed: nothing." in repr(both)
    assert "✗ gets HTTPException, closes" in repr(both)


async def test_a_client_hears_of_it_before_the_answer(early: httpx2.AsyncClient) -> None:
    seen = await dependency_tree(early, "POST", "/teas", reader=True)
    assert seen.verdict == "⊘ The client is told 500; committed: nothing."


async def test_it_overrides_what_it_is_told_to(early: httpx2.AsyncClient) -> None:
    def fail() -> None:
        raise ConnectionRefusedError

    [(_, seen)] = (await dependency_tree(early, "POST", "/teas", replace={"get_mail": lambda: fail})).runs
    assert seen.tree[-1].note == "replaced"
    assert [word.text for word in seen.tasks[0].visits[0].words] == ["raises ConnectionRefusedError"]


async def test_it_leaves_everything_as_it_was(early: httpx2.AsyncClient) -> None:
    before = fastapi.dependencies.utils.solve_dependencies, sqlite3.connect
    await dependency_tree(early, "POST", "/teas")
    assert (fastapi.dependencies.utils.solve_dependencies, sqlite3.connect) == before


async def test_what_comes_first_must_succeed(early: httpx2.AsyncClient) -> None:
    with pytest.raises(CourseError, match="GET /teas should come first, and was answered 404"):
        await dependency_tree(early, "POST", "/teas", given=[("GET", "/teas", {})])
