# Derived from chapters/08-app-factory/probes/two_apps.py by `course build`: change it there.
"""Run in the learner's process: two apps that live there at the same time. What they share never leaves it otherwise."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from typing import Any
from unittest.mock import patch

import httpx2
from app.config import Settings
from app.main import create_app
from app.rates import bank, cache_server
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

TURNS = 50
PATIENCE_SECONDS = 4
LEAP_SECONDS = 1000
"""More than a poller's pause: after a leap of the loop's clock, each poller does one round."""

type Step = Sequence[Any]


async def two_apps(
    settings: Sequence[Mapping[str, Any]], rates: Mapping[str, Mapping[str, int]], steps: Sequence[Step]
) -> list[Any]:
    """Make an app with each of these settings, and do these steps: start, stop or ask one of them.

    `rates` are what the bank tells each account. A step is ["start", app], ["stop", app] or [method, app, path, body].
    What came of each: what is open after it (addresses and accounts) and whose accounts ask the bank once a pause is
    over, or its error; or the status and the body of the answer. At last, how many tasks are left.
    """
    lives = [_Life(create_app(Settings(**one))) for one in settings]
    done: list[Any] = []
    asked: list[str] = []
    leaps = 0
    loop = asyncio.get_running_loop()
    time, tasks = loop.time, asyncio.all_tasks()

    async def tell(session: int) -> dict[str, int]:
        asked.append(bank.sessions.get(session, "an account that is logged out"))
        return dict(rates.get(asked[-1], {}))

    with (
        patch.object(bank, "fetch_rates", tell),
        patch.object(loop, "time", lambda: time() + leaps * LEAP_SECONDS),
        patch.dict(os.environ, {"APP_ORDERS_PAGE_SIZE": "97"}),  # too late for an app that is made
    ):
        for what, number, *request in steps:
            life = lives[number]
            if what not in ("start", "stop"):
                done.append(await life.ask(what, *request))
                continue
            try:
                await (life.start() if what == "start" else life.stop())
            except Exception as error:
                done.append(f"{type(error).__name__}: {error}")
            else:
                opened = [sorted(cache_server.connections.values()), sorted(bank.sessions.values())]
                asked.clear()
                leaps += 1
                await _turns()
                done.append([*opened, sorted(asked)])
        await _turns()
    return [*done, len(asyncio.all_tasks() - tasks)]


async def _turns() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


class _Life:
    """An app, with its lifespan in a task of its own, as a server runs it."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._state: Mapping[str, Any] = {}

    async def start(self) -> None:
        """Start it, for the first time or once more."""
        self._started, self._stopping = asyncio.Event(), asyncio.Event()
        self._task = asyncio.create_task(self._live())
        started = asyncio.create_task(self._started.wait())
        try:
            await self._until(started)
        finally:
            started.cancel()

    async def stop(self) -> None:
        self._stopping.set()
        await self._until(self._task)

    async def ask(self, method: str, path: str, body: object = None) -> list[Any]:
        """Send one request; its status and body."""
        transport = httpx2.ASGITransport(self._with_state, raise_app_exceptions=False)
        sent: dict[str, Any] = {} if body is None else {"json": body}
        async with httpx2.AsyncClient(transport=transport, base_url="http://api/api/v1") as client:
            answer = await client.request(method, path, **sent)
        try:
            return [answer.status_code, answer.json()]
        except ValueError:
            return [answer.status_code, answer.text]

    async def _live(self) -> None:
        async with self._app.router.lifespan_context(self._app) as state:
            self._state = state or {}
            self._started.set()
            await self._stopping.wait()

    async def _until(self, moment: asyncio.Task[Any]) -> None:
        """Wait for it, or for the end of this life: what ended it is raised."""
        first = asyncio.FIRST_COMPLETED
        done, _ = await asyncio.wait({self._task, moment}, timeout=PATIENCE_SECONDS, return_when=first)
        if not done:
            raise TimeoutError(f"it takes more than {PATIENCE_SECONDS} s")
        if self._task in done:
            self._task.result()

    async def _with_state(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app({**scope, "state": dict(self._state)}, receive, send)
