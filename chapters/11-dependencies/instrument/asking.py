"""`await course.dependency_tree(api, "POST", path, json={…})`: one request to a new app with an empty file."""

import os
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx2
from asgi_lifespan import LifespanManager
from fastapi import FastAPI

from course.errors import CourseError
from course.project.client import FACTORY, MODULE, current_app

from .data import Run
from .drawing import trees_view, verdict
from .recorder import Recorder

FILE = "shop.db"
BASE_URL = "http://api"

type Given = tuple[str, str, dict[str, Any]]
"""A request that comes before the one that is drawn: method, path, JSON."""


class DependencyTrees:
    """The picture of one request, or of several below each other."""

    def __init__(self, *runs: tuple[str, Run]) -> None:
        self.runs = runs

    def beside(self, after: "DependencyTrees") -> "DependencyTrees":
        """Return both in one picture, this one as "before"."""
        return DependencyTrees(("before", self.runs[0][1]), ("after", after.runs[0][1]))

    @property
    def verdict(self) -> str:
        """What the client was told, beside what is committed: one line for each request."""
        return "\n".join(" ".join(verdict(run)[::2]) for _, run in self.runs)

    def __repr__(self) -> str:
        return trees_view(self.runs).text

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:  # noqa: ANN401 - as IPython calls it
        return trees_view(self.runs)._repr_mimebundle_()


async def dependency_tree(
    api: httpx2.AsyncClient,
    method: str,
    path: str,
    *,
    json: Any = None,  # noqa: ANN401 - whatever is JSON
    given: Sequence[Given] = (),
    reader: bool = False,
    replace: dict[str, Callable[..., Any]] | None = None,
) -> DependencyTrees:
    """Send one request and draw its dependencies: in which order they open and close, and when the answer leaves.

    The app of `api` is made anew, with an empty database (APP_DATABASE); the requests of `given` come first, and must
    succeed. With `reader` somebody else reads the file meanwhile, so that no commit can succeed. `replace` overrides
    dependencies, by the names of their functions. CourseError when a request of `given` fails.
    """
    given_app = await current_app(api)
    make: Callable[[], FastAPI] = getattr(sys.modules[MODULE], FACTORY, lambda: given_app)
    run = Run(f"{method} {path}", "while somebody reads the file" if reader else "")
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder, FILE))
        with patch.dict(os.environ, APP_DATABASE=database):
            app = make()
            async with LifespanManager(app) as manager:
                for before in given:
                    await _prepare(manager.app, *before)
                recorder = Recorder(run, app, database, replace or {})
                with recorder.listening(), _reading(database, reader):
                    await _send(_told(manager.app, recorder.answered), method, path, json)
    return DependencyTrees(("", run))


async def _prepare(app: Any, method: str, path: str, json: dict[str, Any]) -> None:  # noqa: ANN401 - ASGI
    answer = await _send(app, method, path, json)
    if not answer.is_success:
        raise CourseError(f"{method} {path} should come first, and was answered {answer.status_code}.")


async def _send(app: Any, method: str, path: str, json: Any) -> httpx2.Response:  # noqa: ANN401 - ASGI
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        return await client.request(method, path, json=json)


def _told(app: Any, answered: Callable[[int], None]) -> Any:  # noqa: ANN401 - ASGI
    """The app, with somebody at its door who hears when the answer leaves."""

    async def told(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        async def heard(message: Any) -> None:  # noqa: ANN401 - ASGI
            if message["type"] == "http.response.start":
                answered(message["status"])
            await send(message)

        await app(scope, receive, heard)

    return told


@contextmanager
def _reading(database: str, reader: bool) -> Iterator[None]:
    """Keep a transaction open that has read."""
    if not reader:
        yield
        return
    with closing(sqlite3.Connection(database)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT * FROM sqlite_master").fetchall()
        yield
