"""An app's connections from start to stop: what the picture says, what it draws, and how it is measured."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from course.instruments import of_chapter
from course.pictures.rules import EVIL, broken_rules
from course.pictures.view import View
from course.project.client import open_client

instrument = of_chapter(__file__)
lifelines, Lifelines = instrument.lifelines, instrument.Lifelines
story_view = instrument.drawing.story_view
Event, Life = instrument.data.Event, instrument.data.Life
Phase, Story = instrument.data.Phase, instrument.data.Story

LEAKS = """
import asyncio, os
from fastapi import FastAPI

kept = []

async def connect() -> None:
    for name in {"APP_CARRIER", "APP_CUSTOMS"} & os.environ.keys():
        host, port = os.environ[name].split(":")
        kept.append(await asyncio.open_connection(host, int(port)))

app = FastAPI(on_startup=[connect])
"""
CLOSES = """
import asyncio, os
from contextlib import AsyncExitStack, asynccontextmanager
from fastapi import FastAPI

@asynccontextmanager
async def lifespan(app):
    async with AsyncExitStack() as stack:
        for name in sorted({"APP_CARRIER", "APP_CUSTOMS"} & os.environ.keys()):
            host, port = os.environ[name].split(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            stack.push_async_callback(writer.wait_closed)
            stack.callback(writer.close)
        yield

def create_app() -> FastAPI:
    return FastAPI(lifespan=lifespan)
"""


def event(life: int, phase: str, service: str, connection: int, *, opens: bool = True) -> Event:
    """Return what a service saw."""
    return Event(life, Phase(phase), service, connection, opens)


def story(*, closes: bool, error: str = "", title: str = "Started and stopped 2 times") -> Story:
    """Two lives with a connection each, closed or not; or two starts that fail."""
    events = []
    for life in (0, 1):
        events.append(event(life, "start", "carrier", life))
        if closes:
            events.append(event(life, "start" if error else "stop", "carrier", life, opens=False))
    return Story(title, ("carrier", "customs"), (Life(error, 0 if error else 200),) * 2, tuple(events))


VIEWS = {
    "leaks": story_view([("", story(closes=False))]),
    "closes": story_view([("", story(closes=True))]),
    "pair": story_view([("before", story(closes=False)), ("after", story(closes=True))]),
    "fails": story_view([("", story(closes=False, error="OSError"))]),
    "evil": story_view([(EVIL, story(closes=False, error=EVIL, title=EVIL))]),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_it_keeps_the_rules_of_all_pictures(view: View) -> None:
    assert broken_rules(view) == []


def test_the_words_say_what_happened() -> None:
    leaks, closes, fails = (VIEWS[name].text for name in ("leaks", "closes", "fails"))
    assert "start 2    carrier opens 1 → the app serves (200) → the app stops\n" in leaks
    assert "left open  ⚠ carrier 2" in leaks
    assert "the app stops → carrier closes 1" in closes
    assert "left open  ✓ nothing" in closes
    assert "carrier opens 1 → the start fails: OSError" in fails


def test_what_is_left_open_is_drawn_past_the_end_of_its_app() -> None:
    assert "connection 1 of start 1: left open" in VIEWS["leaks"].html
    assert "left open" not in VIEWS["closes"].html.split("pfc-legend")[0].replace("nothing is left open", "")


def test_a_connection_that_a_later_life_closes_was_left_open() -> None:
    late = story(closes=False)
    late = Story(
        late.title,
        late.services,
        late.lives,
        (*late.events, event(1, "stop", "carrier", 0, opens=False)),
    )
    assert (late.left_open("carrier"), late.left_open("carrier", 0), late.left_open("customs")) == (2, 1, 0)


@pytest.fixture
def project(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that writes an app and returns its project."""

    def write(text: str) -> Path:
        (tmp_path / "app").mkdir()
        (tmp_path / "app/__init__.py").touch()
        (tmp_path / "app/main.py").write_text(text, encoding="utf-8")
        return tmp_path

    return write


async def test_it_sees_what_an_app_leaves_open(project: Callable[[str], Path]) -> None:
    async with open_client(project(LEAKS)) as api:
        [(_, seen)] = (await lifelines(api, times=2)).stories
    assert [seen.left_open(service) for service in seen.services] == [2, 2]
    assert [life.status for life in seen.lives] == [404, 404]
    assert "APP_CARRIER" not in os.environ


async def test_it_sees_the_order_in_which_an_app_closes(project: Callable[[str], Path]) -> None:
    async with open_client(project(CLOSES)) as api:
        await api.get("/")  # the app of the client starts here
        before = asyncio.all_tasks()
        [(_, seen)] = (await lifelines(api)).stories
        assert asyncio.all_tasks() <= before
    assert [(e.service, e.opens) for e in seen.events] == [
        ("carrier", True),
        ("customs", True),
        ("customs", False),
        ("carrier", False),
    ]


async def test_it_sees_a_start_that_fails_halfway(project: Callable[[str], Path]) -> None:
    async with open_client(project(CLOSES)) as api:
        picture = await lifelines(api, refusing="customs")
    [(_, seen)] = picture.stories
    assert seen.lives == (Life(error="ConnectionRefusedError"),)
    assert [(e.service, e.opens) for e in seen.events] == [("carrier", True), ("carrier", False)]
    assert "nobody answers at customs" in repr(picture)


def test_two_stand_side_by_side() -> None:
    before, after = Lifelines(("", story(closes=False))), Lifelines(("", story(closes=True)))
    bundle = before.beside(after)._repr_mimebundle_()
    assert "before:" in bundle["text/plain"]
    assert "after:" in bundle["text/plain"]
    assert "pfc-lane" in bundle["text/html"]
