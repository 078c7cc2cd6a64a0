"""The server of one check: the learner's app under uvicorn, on a unix socket, its clock and crashes told to the grader."""

import asyncio
import contextlib
import os
import random
import socket
import sys
import traceback
from pathlib import Path
from types import ModuleType

import uvicorn
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as AsgiMessage

from course.grading.built import build_app
from course.grading.channel import Channel, ChannelClosedError, Json
from course.grading.stage import LEFT, Stage, StillLoop
from course.project.crash import CRASH_HEADER, describe

_FOR_EVER = 10**7  # seconds: no connection ends because a played clock went on
_LAST_REQUESTS = 60  # seconds that a shutdown waits for requests on their way


def serve(
    main: ModuleType,
    project: Path,
    listening: int,
    world: int | None,
    environment: dict[str, str],
    report: Channel,
) -> None:
    """Be the server of one check: a fresh app, its lifespan run, under uvicorn on a unix socket of the grader's.

    With a `world`, the grader plays what is outside of the app, its clock included. The variables of `environment` are
    set before the app is made.
    """
    os.environ.update(environment)
    random.seed()  # a fork repeats its parent's sequence
    loop = asyncio.new_event_loop() if world is None else StillLoop()
    stage = Stage(socket.socket(fileno=world), loop) if isinstance(loop, StillLoop) else None
    try:
        app = _WatchedApp(build_app(main), project, report, stage)
    except BaseException as error:
        report.send({"crash": describe(error, project).to_json()})
        return
    config = uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,
        access_log=False,
        ws="none",
        timeout_keep_alive=_FOR_EVER,
        timeout_graceful_shutdown=_LAST_REQUESTS,
    )
    server = _Server(config, report, stage)
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(server.serve(sockets=[socket.socket(fileno=listening)]))


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it is ready."""

    def __init__(self, config: uvicorn.Config, report: Channel, stage: Stage | None) -> None:
        super().__init__(config)
        self._report = report
        self._stage = stage

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if self._stage is not None:
            await self._stage.start()
        await super().startup(sockets)
        if self._stage is not None and not self.should_exit:
            self._stage.reached("started")
        with contextlib.suppress(ChannelClosedError):
            self._report.send({"ready": True})
        if self._stage is not None and self.should_exit:
            await self._stage.hung_up.wait()

    async def main_loop(self) -> None:
        if self._stage is None:
            return await super().main_loop()
        await self.on_tick(0)
        await self._stage.shutdown.wait()  # no ticks: the clock is the grader's
        return None

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        if self._stage is not None:
            self._stage.reached("stopped")
            await self._stage.hung_up.wait()


class _WatchedApp:
    """The learner's app, with the crash behind a 500 named in a header of the answer."""

    def __init__(self, app: ASGIApp, project: Path, report: Channel, stage: Stage | None = None) -> None:
        self._app = app
        self._project = project
        self._report = report
        self._stage = stage

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._stage is None or scope["type"] != "http":
            return await self._watch(scope, receive, send)
        with self._stage.request():
            try:
                await self._watch(scope, receive, send)
            except asyncio.CancelledError:
                if not self._stage.was_left():
                    raise
                await send({"type": "http.response.start", "status": LEFT, "headers": []})
                await send({"type": "http.response.body", "body": b""})

    async def _watch(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched_send(message: AsgiMessage) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                # An error handler answers while the exception is still being handled.
                error = sys.exception()
                if message["status"] == 500 and error and not isinstance(error, HTTPException):
                    message = {**message, "headers": [*message.get("headers", ()), self._header(error)]}
            elif self._stage is not None and message["type"] == "http.response.body":
                self._stage.send({"sends": len(message.get("body", b""))})
            await send(message)

        try:
            await self._app(scope, receive, watched_send)
        except BaseException as error:
            if scope["type"] == "lifespan":
                self._lifespan_ended(describe(error, self._project).to_json())
                raise
            if isinstance(error, asyncio.CancelledError | GeneratorExit):
                raise
            traceback.print_exc()  # as uvicorn would have logged it
            if started or scope["type"] != "http":
                return
            headers = [(b"content-type", b"text/plain"), self._header(error)]
            await send({"type": "http.response.start", "status": 500, "headers": headers})
            await send({"type": "http.response.body", "body": b"Internal Server Error"})

    def _lifespan_ended(self, crash: Json) -> None:
        with contextlib.suppress(ChannelClosedError):  # nobody waits for its start any more
            self._report.send({"crash": crash})
        if self._stage is not None:
            self._stage.reached("stopped", crash)

    def _header(self, error: BaseException) -> tuple[bytes, bytes]:
        return CRASH_HEADER.encode(), describe(error, self._project).to_header().encode()
