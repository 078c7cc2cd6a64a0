"""The calls of one request: which layer a function belongs to, what is heard of a real request, what the picture says."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from course.errors import CourseError
from course.instruments import of_chapter
from course.pictures.rules import EVIL, broken_rules
from course.pictures.view import View
from course.project.client import open_client

instrument = of_chapter(__file__)
layers, Layers = instrument.layers, instrument.Layers
layers_view, verdict = instrument.drawing.layers_view, instrument.drawing.verdict
Run, layer_of = instrument.data.Run, instrument.data.layer_of
shortened = instrument.recorder.shortened

FILES = {
    "app/__init__.py": "",
    "app/teas/__init__.py": "",
    "app/teas/repository.py": """
import asyncio
from sqlalchemy import text

class TeaRepository:
    def __init__(self, engine):
        self._engine = engine

    async def get(self, number: int) -> int:
        async with self._engine.begin() as connection:
            return await connection.scalar(text("SELECT :number FROM teas"), {"number": number})
""",
    "app/teas/service.py": """
import asyncio

class TeaService:
    def __init__(self, teas):
        self._teas = teas

    async def add_up(self, numbers) -> int:
        return sum([await self._teas.get(number) for number in numbers])

    async def gather(self) -> int:
        return sum(await asyncio.gather(self._wait(), self.nothing(), self.nothing()))

    async def _wait(self) -> int:
        await asyncio.sleep(0)
        return 1

    async def nothing(self) -> int:
        await asyncio.sleep(0)
        return 0
""",
    "app/teas/router.py": """
from fastapi import APIRouter, HTTPException, Request

router = APIRouter()

@router.get("/teas")
async def list_teas(request: Request) -> int:
    return await request.app.state.teas.add_up([1, 2])

@router.get("/gathered")
async def list_gathered(request: Request) -> int:
    return await request.app.state.teas.gather()

@router.get("/lost")
async def get_lost() -> None:
    raise HTTPException(404)

@router.get("/broken")
async def get_broken() -> None:
    raise ValueError
""",
    "app/main.py": """
from contextlib import asynccontextmanager
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from app.teas.repository import TeaRepository
from app.teas.router import router
from app.teas.service import TeaService

@asynccontextmanager
async def lifespan(app):
    engine = create_async_engine("sqlite+aiosqlite://")
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE teas (id)"))
        await connection.execute(text("INSERT INTO teas VALUES (1)"))
    app.state.teas = TeaService(TeaRepository(engine))
    yield
    await engine.dispose()

def create_app() -> FastAPI:
    app = FastAPI(lifespan=lifespan)
    app.include_router(router)
    return app
""",
}


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    async with open_client(tmp_path) as client:
        yield client


def run(*, status: int = 200, statements: int = 2) -> Run:
    """A request through all layers."""
    seen = Run("GET /teas", status)
    route = seen.enter("router", "list_teas", "list_teas")
    service = seen.enter("service", "add_up", "TeaService.add_up")
    for _ in range(statements):
        call = seen.enter("repository", "get", "TeaRepository.get")
        seen.enter("database", "SELECT teas", "SELECT ? FROM teas")
        seen.leave(call)
    seen.leave(service)
    seen.leave(route)
    return seen


HOSTILE = run()
HOSTILE.request = HOSTILE.calls[0].name = HOSTILE.calls[0].whole = HOSTILE.calls[-1].name = EVIL
VIEWS = {
    "good": layers_view([("", run())]),
    "pair": layers_view([("before", run(statements=9)), ("after", run(statements=1))]),
    "crash": layers_view([("", run(status=500))]),
    "nothing": layers_view([("", Run("GET /health", 200))]),
    "evil": layers_view([(EVIL, HOSTILE)]),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_it_keeps_the_rules_of_all_pictures(view: View) -> None:
    assert broken_rules(view) == []


@pytest.mark.parametrize(
    ("module", "qualname", "layer"),
    [
        ("service", "UserService.get", "service"),
        ("issues", "IssueRepository.list_page", "repository"),
        ("sql_repository", "SqlUserRepository.get", "repository"),
        ("router", "get_user", "router"),
        ("feeds", "list_feeds", "router"),
        ("router", "_helper", ""),
        ("router", "get_user.<locals>.inner", ""),
        ("service", "UserService.list_page.<locals>.<lambda>", ""),
        ("dependencies", "get_user_service", ""),
        ("models", "User.name", ""),
    ],
)
def test_a_function_belongs_to_a_layer(module: str, qualname: str, layer: str) -> None:
    assert layer_of(module, qualname) == layer


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (run(), "GET /teas is answered 200: 2 statements (2 times SELECT teas)."),
        (run(statements=1), "GET /teas is answered 200: 1 statement (SELECT teas)."),
        (Run("GET /health", 200), "GET /health is answered 200: 0 statements."),
    ],
)
def test_it_says_what_it_took(of: Run, said: str) -> None:
    assert verdict(of) == Layers(("", of)).verdict == said
    assert said in repr(Layers(("", of)))


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT a FROM (SELECT b FROM c) AS d", "SELECT c"),
        ("SELECT a.x FROM a JOIN (SELECT y FROM b) AS c ON 1", "SELECT a"),
        ("INSERT INTO users (a) VALUES (?)", "INSERT users"),
        ("SELECT 1", "SELECT"),
    ],
)
def test_a_statement_is_its_verb_and_its_table(sql: str, said: str) -> None:
    assert shortened(sql) == said


async def test_it_follows_a_request_through_the_layers(api: httpx2.AsyncClient) -> None:
    seen = await layers(api, "GET", "/teas")
    assert [(call.layer, call.whole or call.name) for call in seen.runs[0][1].calls] == [
        ("router", "list_teas"),
        ("service", "TeaService.add_up"),
        ("repository", "TeaRepository.get"),
        ("database", "SELECT ? FROM teas"),
        ("repository", "TeaRepository.get"),
        ("database", "SELECT ? FROM teas"),
    ]
    assert seen.statements == ["SELECT teas"] * 2
    route, service, first, *_ = seen.runs[0][1].calls
    assert (route.end, service.end, first.end) == (6, 6, 4)


async def test_tasks_may_end_in_any_order(api: httpx2.AsyncClient) -> None:
    calls = (await layers(api, "GET", "/gathered")).runs[0][1].calls
    assert [call.name for call in calls] == ["list_gathered", "gather", "nothing", "nothing"]
    assert all(call.end == 4 for call in calls)


@pytest.mark.parametrize(("path", "status", "tone"), [("/lost", 404, "info"), ("/broken", 500, "bad")])
async def test_a_refusal_is_no_crash(api: httpx2.AsyncClient, path: str, status: int, tone: str) -> None:
    [(_, seen)] = (await layers(api, "GET", path)).runs
    assert (seen.status, instrument.drawing.tone(seen)) == (status, tone)


async def test_two_requests_stand_below_each_other(api: httpx2.AsyncClient) -> None:
    both = (await layers(api, "GET", "/teas")).beside(await layers(api, "GET", "/lost"))
    assert [line.split(":")[0] for line in repr(both).splitlines() if "answered" in line] == [
        "  before",
        "  after",
    ]
    assert both.verdict.count("\n") == 1


async def test_nothing_is_heard_afterwards(api: httpx2.AsyncClient) -> None:
    seen = await layers(api, "GET", "/teas")
    await api.get("/teas")
    assert len(seen.runs[0][1].calls) == 6
    assert "layers" not in {sys.monitoring.get_tool(number) for number in range(6)}
    assert len((await layers(api, "GET", "/teas")).runs[0][1].calls) == 6


async def test_another_client_is_refused() -> None:
    async with httpx2.AsyncClient() as client:
        with pytest.raises(CourseError, match=r"course\.begin"):
            await layers(client, "GET", "/teas")
