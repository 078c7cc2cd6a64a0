"""A plain httpx client that always talks to the app as it is on disk now."""

import asyncio
import importlib
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
from asgi_lifespan import LifespanManager
from fastapi import FastAPI

from course.errors import CourseError
from course.project.crash import describe
from course.project.engines import dispose, engines_of
from course.project.files import IGNORED_FOLDERS
from course.project.imports import forget_app, generation, imported_engines, left_engines

BASE_URL = "http://api"
MODULE = "app.main"
FACTORY = "create_app"
SETTINGS = "APP_"  # how the names of my-api's environment variables begin
MOST_ANSWERED = 100
EXCEPTION = "app_exception"  # in Response.extensions: what the app raised, as a sentence


def open_client(project: Path, *, before_each: Callable[[], None] | None = None) -> httpx2.AsyncClient:
    """Return a client of the project's app, lifespan run and its state visible to requests.

    Whenever a file of the app or an `APP_…` variable changed, the next request first shuts the old app down and starts the new one.
    An app that cannot be imported or started raises CourseError with the last own line; an exception in a route
    is a 500 whose `response.extensions["app_exception"]` names it. `before_each` is called before each request, and may
    refuse it by raising.
    """
    return httpx2.AsyncClient(transport=CurrentApp(project, before_each), base_url=BASE_URL)


async def current_app(client: httpx2.AsyncClient) -> FastAPI:
    """Return the app object that this client talks to now; CourseError for a client of another kind."""
    transport = transport_of(client)
    if not isinstance(transport, CurrentApp):
        raise CourseError("This client does not talk to my-api: use the one that course.begin returned.")
    return await transport.app()


def transport_of(client: httpx2.AsyncClient) -> httpx2.AsyncBaseTransport:
    """Return what a client sends its requests through: httpx2 (< 3, as pinned) has no public way to it."""
    return client._transport


class CurrentApp(httpx2.AsyncBaseTransport):
    """A transport into the app in this process, started afresh when its files changed."""

    def __init__(self, project: Path, before_each: Callable[[], None] | None = None) -> None:
        self._project = project
        self._before_each = before_each
        self._lock = asyncio.Lock()
        self._running: tuple[FastAPI, LifespanManager] | None = None
        self._fingerprint: object = None
        self.answered: deque[str] = deque(maxlen=MOST_ANSWERED)
        """Path and query of the GET requests that were answered with a 2xx, the latest at the end."""

    async def app(self) -> FastAPI:
        """The app as it is on disk now, started."""
        app, _ = await self._current()
        return app

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        _, manager = await self._current()
        app = _Recorder(manager.app)
        response = await httpx2.ASGITransport(app=app, raise_app_exceptions=False).handle_async_request(
            request
        )
        if app.raised is not None:
            response.extensions[EXCEPTION] = what_was_raised(app.raised, self._project)
        if request.method == "GET" and response.is_success:
            self.answered.append(request.url.raw_path.decode("ascii"))
        return response

    async def aclose(self) -> None:
        await self._stop()

    async def _current(self) -> tuple[FastAPI, LifespanManager]:
        if self._before_each is not None:
            self._before_each()
        async with self._lock:
            fingerprint = (generation(), (*_stamps(self._project), *_settings()))
            if self._running is None or fingerprint != self._fingerprint:
                await self._stop()
                self._running = await self._start()
                self._fingerprint = (generation(), fingerprint[1])
            return self._running

    async def _start(self) -> tuple[FastAPI, LifespanManager]:
        place = str(self._project)
        if place not in sys.path:
            sys.path.insert(0, place)
        sys.dont_write_bytecode = (
            True  # a rewrite in the same second and of the same size would be taken for the old
        )
        forget_app()
        await dispose(left_engines())
        try:
            module = importlib.import_module(MODULE)
            app = module.create_app() if hasattr(module, FACTORY) else module.app
            manager = LifespanManager(app)
            await manager.__aenter__()
        except (Exception, SystemExit) as error:
            raise CourseError(f"The app does not start: {what_was_raised(error, self._project)}") from error
        return app, manager

    async def _stop(self) -> None:
        if self._running is not None:
            app, manager = self._running
            self._running = None
            with suppress(Exception):  # a shutdown that fails belongs to the app that is being thrown away
                await manager.__aexit__(None, None, None)
            await dispose([*engines_of([app.state]), *imported_engines(), *left_engines()])


class _Recorder:
    """An ASGI app that remembers what the app below raised."""

    def __init__(self, app: Any) -> None:  # noqa: ANN401 - LifespanManager types its app so
        self._app = app
        self.raised: BaseException | None = None

    async def __call__(self, *scope_receive_send: Any) -> None:  # noqa: ANN401 - passed through untouched
        try:
            await self._app(*scope_receive_send)
        except BaseException as error:
            self.raised = error
            raise


def what_was_raised(error: BaseException, project: Path) -> str:
    """Say what was raised and where, in one line: the last line of the project's own code that led there."""
    crash = describe(error, project.resolve())
    return f"{crash.error} ({crash.path}, line {crash.line}: {crash.code})" if crash.line else crash.error


def _settings() -> list[tuple[str, str]]:
    """What the environment tells my-api: it reads its settings when an app is made."""
    return sorted(item for item in os.environ.items() if item[0].startswith(SETTINGS))


def _stamps(project: Path) -> Iterator[tuple[str, int, int]]:
    for folder, folders, names in os.walk(project):
        folders[:] = sorted(name for name in folders if name not in IGNORED_FOLDERS)
        for name in sorted(names):
            if name.endswith(".py") or name.startswith(".env"):
                with suppress(OSError):
                    status = os.stat(os.path.join(folder, name))
                    yield os.path.join(folder, name), status.st_mtime_ns, status.st_size
