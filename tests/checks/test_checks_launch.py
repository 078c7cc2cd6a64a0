"""Apps that checks start and stop: their environment, what startup and shutdown ask of the world, and in which order."""

import pytest
from checks_course import SmallExercise

GROUND = '''
"""A server of somebody else."""


async def connect(url: str) -> int:
    return 0


async def fetch(number: int) -> str:
    return "the real one"


async def close(number: int) -> None: ...
'''
HEAD = """
from course.checks import Launch

PLAYED = ("app/outside.py",)


@task("1.1", points=4)
async def test_it(launch: Launch, world: World, rng: random.Random) -> None:
    \"\"\"It works.\"\"\"
    connect = world.plays("connect", lambda url: 7)
    fetch = world.plays("fetch", lambda number: f"page {number}")
    close = world.plays("close", lambda number: None)
"""
MAIN = """
import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from app import outside


async def poll(number: int) -> None:
    while True:
        await outside.fetch(number)
        await asyncio.sleep(30)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    {body}


def create_app() -> FastAPI:
    app = FastAPI(title=os.getenv("APP_TITLE", "nobody"), lifespan=lifespan)
    app.get("/title")(lambda: app.title)
    return app
"""
GOOD = """
number = await outside.connect("cache://shop")
poller = asyncio.create_task(poll(number))
try:
    yield
finally:
    poller.cancel()
    with suppress(asyncio.CancelledError):
        await poller
    await outside.close(number)
"""
PASS, FAIL, ERROR = "PASS", "FAIL", "ERROR"


def run(small: SmallExercise, body: str, check: str, **files: str) -> tuple[str, str]:
    """Grade an app with this lifespan; outcome and message."""
    indented = "\n".join(f"    {line}" for line in check.strip().splitlines())
    small.write({"checks.py": HEAD + indented + "\n", "given-exercise/app/outside.py": GROUND})
    main = MAIN.format(body="\n    ".join(body.strip().splitlines()))
    result = small.results({"app/main.py": main})["test_it"]
    return result.outcome, f"{result.message} {result.detail}"


LIFE = """
async with launch(world, APP_TITLE="Mine") as api:
    title = (await api.get("/title")).json()
    await world.passes(100)
    if (title, fetch.started, close.started, world.now) != ("Mine", 4, 0, 100.0):
        fail(f"{title} {fetch.started} {close.started} {world.now}")
asked_at = [call.asked_at for call in fetch.calls]
if asked_at != [0.0, 30.0, 60.0, 90.0]:
    fail(f"fetched at {asked_at}")
names = [name for name, _ in world.calls]
if names != ["connect", "fetch", "fetch", "fetch", "fetch", "close"]:
    fail(f"asked: {names}")
await asyncio.sleep(0)
"""


def test_a_life_from_start_to_stop_is_seen(small: SmallExercise) -> None:
    outcome, message = run(small, GOOD, "import asyncio\n" + LIFE.strip())
    assert outcome == PASS, message


def test_what_nobody_closes_is_seen(small: SmallExercise) -> None:
    outcome, message = run(small, GOOD.replace("    await outside.close(number)", ""), LIFE)
    assert (outcome, "'fetch'] " in message) == (FAIL, True), message


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("    await outside.close(number)", "The app's shutdown crashed. It raised KeyError: 'pool'"),
        (
            "    with suppress(asyncio.CancelledError):",
            "The app's shutdown crashed. It raised CancelledError in app/main.py",
        ),
    ],
)
def test_a_shutdown_that_crashes_is_an_error(small: SmallExercise, broken: str, says: str) -> None:
    other = '    raise KeyError("pool")' if "close" in broken else "    with suppress(ValueError):"
    outcome, message = run(small, GOOD.replace(broken, other), LIFE)
    assert (outcome, says in message) == (ERROR, True), message


FAILS = """
from course.checks import raises
world.plays("fetch", raises(ConnectionError("refused")))
crash = await launch.fails(world, why="The supplier is down", look_at="app/main.py")
if "ConnectionError" not in crash or [name for name, _ in world.calls] != ["connect", "fetch", "close"]:
    fail(f"{crash} {world.calls}")
"""
CAREFUL = """
number = await outside.connect("cache://shop")
try:
    await outside.fetch(number)
    yield
finally:
    await outside.close(number)
"""


@pytest.mark.parametrize(
    ("body", "outcome", "says"),
    [
        (CAREFUL, PASS, ""),
        (CAREFUL.replace("finally", "except ValueError"), FAIL, "ConnectionError: refused"),
        (GOOD, FAIL, "The supplier is down, and the app started all the same"),
    ],
)
def test_a_start_that_fails_halfway_is_seen(small: SmallExercise, body: str, outcome: str, says: str) -> None:
    came, message = run(small, body, FAILS)
    assert (came, says in message) == (outcome, True), message


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("await asyncio.Event().wait()\nyield", "The app does not start: nothing moves in its startup"),
        ("yield\nawait asyncio.Event().wait()", "The app does not stop: nothing moves in its shutdown"),
    ],
)
def test_a_life_that_hangs_is_an_error_at_once(small: SmallExercise, body: str, says: str) -> None:
    outcome, message = run(small, body, "async with launch(world) as api:\n    pass")
    assert (outcome, says in message) == (ERROR, True), message


def test_one_start_after_the_other_in_one_check(small: SmallExercise) -> None:
    check = """
titles = []
for title in ("one", "two"):
    async with launch(APP_TITLE=title) as api:
        titles.append((await api.get("/title")).json())
async with launch() as api:
    titles.append((await api.get("/title")).json())
if titles != ["one", "two", "nobody"]:
    fail(f"{titles}")
"""
    outcome, message = run(small, "yield", check)
    assert outcome == PASS, message
