"""`await course.session_lanes(api, "POST", path, json={…})`: one request to a new app with an empty database."""

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx2
from asgi_lifespan import LifespanManager
from fastapi import FastAPI

from course.errors import CourseError
from course.project.client import FACTORY, MODULE, current_app

from .data import Kind, Run
from .drawing import lanes_view, verdict
from .recorder import Recorder

SETTING = "APP_DATABASE_URL"

type Given = tuple[str, str, dict[str, Any]]
"""A request that comes before the one that is drawn: method, path, JSON."""


class SessionLanes:
    """The picture of one request, or of several below each other."""

    def __init__(self, *runs: tuple[str, Run]) -> None:
        self.runs = runs

    def beside(self, after: "SessionLanes") -> "SessionLanes":
        """Return both in one picture, this one as "before"."""
        return SessionLanes(("before", self.runs[0][1]), ("after", after.runs[0][1]))

    @property
    def verdict(self) -> str:
        """What the client was told, and what it took: one line for each request."""
        return "\n".join(" ".join(verdict(run)[::2]) for _, run in self.runs)

    def __repr__(self) -> str:
        return lanes_view(self.runs).text

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:  # noqa: ANN401 - as IPython calls it
        return lanes_view(self.runs)._repr_mimebundle_()


async def session_lanes(
    api: httpx2.AsyncClient,
    method: str,
    path: str,
    *,
    json: Any = None,  # noqa: ANN401 - whatever is JSON
    given: Sequence[Given] = (),
    url: str | None = None,
) -> SessionLanes:
    """Send one request and draw its session: statements, transactions, and the state of each mapped object.

    The app of `api` is made anew, with an empty SQLite file, or with the database of `url` (APP_DATABASE_URL); the
    requests of `given` come first, and must succeed. CourseError when one of them fails.
    """
    given_app = await current_app(api)
    make: Callable[[], FastAPI] = getattr(sys.modules[MODULE], FACTORY, lambda: given_app)
    run = Run(f"{method} {path}")
    with tempfile.TemporaryDirectory() as folder:
        address = url or f"sqlite+aiosqlite:///{Path(folder, 'shop.db')}"
        with patch.dict(os.environ, {SETTING: address}):
            async with LifespanManager(make()) as manager:
                for before in given:
                    await _prepare(manager.app, *before)
                with Recorder(run).listening():
                    await _send(_told(manager.app, run), method, path, json)
    return SessionLanes(("", run))


async def _prepare(app: Any, method: str, path: str, json: dict[str, Any]) -> None:  # noqa: ANN401 - ASGI
    answer = await _send(app, method, path, json)
    if not answer.is_success:
        raise CourseError(f"{method} {path} should come first, and was answered {answer.status_code}.")


async def _send(app: Any, method: str, path: str, json: Any) -> httpx2.Response:  # noqa: ANN401 - ASGI
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://api") as client:
        return await client.request(method, path, json=json)


def _told(app: Any, run: Run) -> Any:  # noqa: ANN401 - ASGI
    """The app, with somebody at its door who hears when the answer leaves, and with what it crashed."""

    async def told(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        async def heard(message: Any) -> None:  # noqa: ANN401 - ASGI
            if message["type"] == "http.response.start":
                run.status = message["status"]
                run.note(Kind.ANSWER, str(run.status))
            await send(message)

        await app(scope, receive, heard)

    return told
