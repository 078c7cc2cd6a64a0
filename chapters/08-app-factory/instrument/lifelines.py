"""`await course.lifelines(api)`: start the app, ask it something, stop it, and see what the services outside see."""

import asyncio
import os
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import httpx2
from asgi_lifespan import LifespanManager

from course.project.client import FACTORY, MODULE, current_app

from .data import Event, Life, Phase, Story
from .drawing import story_view
from .outside import services

SERVICES = ("carrier", "customs")
PATH = "/api/v1/parcels/P7"
SETTLE_SECONDS = 0.02
SETTLE_ROUNDS = 10


@dataclass
class _Now:
    """What the app is doing."""

    life: int = 0
    phase: Phase = Phase.START


class Lifelines:
    """The picture of one story, or of two on the same scale."""

    def __init__(self, *stories: tuple[str, Story]) -> None:
        self.stories = stories

    def beside(self, after: "Lifelines") -> "Lifelines":
        """Return both in one picture, this one as "before", on one scale."""
        return Lifelines(("before", self.stories[0][1]), ("after", after.stories[0][1]))

    def __repr__(self) -> str:
        return story_view(self.stories).text

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:  # noqa: ANN401 - as IPython calls it
        return story_view(self.stories)._repr_mimebundle_()


async def lifelines(api: httpx2.AsyncClient, *, times: int = 1, refusing: str = "") -> Lifelines:
    """Start, ask and stop the app of `api` so many times, and draw each connection that it opens outside.

    A carrier and customs are played on this machine; the app finds them in APP_CARRIER and APP_CUSTOMS. Nobody answers
    at the one named by `refusing`. The app comes from `create_app()`, a new one each time, or is the module's `app`.
    What the app leaves behind is cleaned up.
    """
    given = await current_app(api)
    make: Callable[[], Any] = getattr(sys.modules[MODULE], FACTORY, lambda: given)
    events: list[Event] = []
    now = _Now()
    lives: list[Life] = []

    def note(service: str, connection: int, opens: bool) -> None:
        events.append(Event(now.life, now.phase, service, connection, opens))

    own = asyncio.all_tasks()
    async with services(SERVICES, note, refusing=refusing) as addresses:
        environment = {f"APP_{name.upper()}": address for name, address in addresses.items()}
        with patch.dict(os.environ, environment):
            for number in range(times):
                now.life, now.phase = number, Phase.START
                lives.append(await _live(make, now))
        ended = len(events)
        await _clean_up(own)
    often = f"{times} times" if times > 1 else "once"
    title = f"Started and stopped {often}"
    if refusing:
        title += f", while nobody answers at {refusing}"
    return Lifelines(("", Story(title, SERVICES, tuple(lives), tuple(events[:ended]))))


async def _live(make: Callable[[], Any], now: _Now) -> Life:
    """Start an app, ask it once, stop it."""
    try:
        manager = LifespanManager(make())
        await manager.__aenter__()
    except Exception as error:  # whatever keeps an app from starting is what we show
        await _settle()
        return Life(error=type(error).__name__)
    await _settle()
    now.phase = Phase.SERVE
    transport = httpx2.ASGITransport(app=manager.app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://api") as client:
        status = (await client.get(PATH)).status_code
    await _settle()
    now.phase = Phase.STOP
    await manager.__aexit__(None, None, None)
    await _settle()
    return Life(status=status)


async def _settle() -> None:
    """Let the services see what has happened: it is all on this loop, so a few rounds of it are enough."""
    await asyncio.sleep(SETTLE_SECONDS)
    for _ in range(SETTLE_ROUNDS):
        await asyncio.sleep(0)


async def _clean_up(own: set[asyncio.Task[Any]]) -> None:
    """Cancel what the app left running in this kernel, and drop its connections without a word."""
    left = {task for task in asyncio.all_tasks() - own if _is_of_app(task)}
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left)
    del left
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        await _settle()


def _is_of_app(task: asyncio.Task[Any]) -> bool:
    code = getattr(task.get_coro(), "cr_code", None)
    return bool(code and f"{os.sep}app{os.sep}" in code.co_filename)
