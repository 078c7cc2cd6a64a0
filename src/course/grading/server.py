"""The learner's child process: the only place where a submission's code runs.

It imports `app.main` once and then forks: a fresh server on a unix socket for every check, a fresh process for every
probe. It answers the grader over a channel; nothing it says is trusted for more than a message, because the code
under test runs in it.
"""

import asyncio
import contextlib
import gc
import importlib
import os
import random
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import uvicorn
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as AsgiMessage

from course.grading.built import build_app
from course.grading.channel import Channel, ChannelClosedError, ChannelTimeoutError, Json, channel_pair
from course.grading.isolation import Limits, Terms, confine
from course.grading.migrations import Files, make, migrate
from course.grading.place import Place
from course.grading.probes import run_probe
from course.grading.processes import describe_exit, exit_status, fork, point_streams_at
from course.grading.stage import LEFT, Stage, StillLoop
from course.project.crash import CRASH_HEADER, describe
from course.project.hashes import make_hashes_cheap
from course.sandbox import IsolationError

_FOR_EVER = 10**7  # seconds: no connection ends because a played clock went on
_LAST_REQUESTS = 60  # seconds that a shutdown waits for requests on their way

type Message = dict[str, Any]


def run(channel: Channel, place: Place, terms: Terms, output: int) -> None:
    """Be the learner's child until the grader hangs up: import the app, say how that went, then serve and probe."""
    point_streams_at(output)
    try:
        isolation = confine(
            terms,
            work=place.home,
            here=place.project,
            writable=(place.project,),
            keep_fds=(channel.fileno(),),
        )
    except IsolationError as error:
        channel.send({"refused": str(error)})
        return
    channel.send(isolation.to_json())  # before anything of the learner's runs: believed
    project = place.project
    sys.path.insert(0, str(project))
    make_hashes_cheap()
    child = _Child(project, terms.limits, channel)
    imported = child.import_app()
    gc.collect()
    gc.freeze()  # fewer copied pages in the forks
    channel.send(imported)
    with contextlib.suppress(ChannelClosedError):
        while True:
            channel.send(child.answer(channel.receive()))


class _Child:
    def __init__(self, project: Path, limits: Limits, channel: Channel) -> None:
        self._project = project
        self._limits = limits
        self._channel = channel
        self._main: ModuleType | None = None
        self._server: int | None = None
        self._files = Files(project, Path(os.environ["HOME"]))

    def import_app(self) -> Message:
        try:
            self._main = importlib.import_module("app.main")
        except BaseException as error:
            for name in [name for name in sys.modules if name == "app" or name.startswith("app.")]:
                del sys.modules[name]  # a probe may still look at the parts that do import
            return {"crash": describe(error, self._project).to_json()}
        return {"imported": True}

    def answer(self, message: Message) -> Message:
        match message["do"]:
            case "serve":
                listening = self._channel.receive_descriptor()
                world = self._channel.receive_descriptor() if message["world"] else None
                return self._serve(listening, world, message["environment"], message["seconds"])
            case "stop":
                return self._stop()
            case "state":
                return self._state()
            case "probe":
                alone = self._server is None and self._files.has_migrations
                if alone and (failed := self._fresh_files(message["seconds"])):
                    return failed
                return self._in_child(lambda: run_probe(message, self._project), message["seconds"])
            case "migrate":
                done = self._in_child(
                    lambda: migrate(message["arguments"], message["file"], self._project), message["seconds"]
                )
                self._files.want(kept=True)
                return done
            case "forget":
                self._stop()
                self._files.want(kept=False)
                self._files.forget()
                return {"forgotten": True}
        return {"ended": "did not understand the grader"}

    def _serve(
        self, listening: int, world: int | None, environment: dict[str, str], seconds: float
    ) -> Message:
        self._stop()
        handed = [listening] if world is None else [listening, world]
        main = self._main
        failed = self._fresh_files(seconds)
        if main is None or failed:
            for descriptor in handed:
                os.close(descriptor)
            return failed or {"ended": "has no app: app/main.py does not import"}
        ours, theirs = channel_pair()
        self._server = fork(
            lambda: _serve(main, self._project, listening, world, environment, theirs),
            keep=(theirs.fileno(), *handed),
        )
        for descriptor in handed:
            os.close(descriptor)
        theirs.close()
        return self._wait(ours, self._server, seconds)

    def _fresh_files(self, seconds: float) -> Message | None:
        """Remove what the last check's app wrote, and lay a migrated database where the project has migrations.

        Returns how the migration went wrong; None when nothing did.
        """
        self._files.forget()
        if self._main is None or not self._files.has_migrations:
            return None
        if not self._files.is_made:
            made = self._in_child(lambda: make(self._project), seconds)
            if not made.get("ok"):
                return {"migration": made}
            self._files.keep_made()
        self._files.bring()
        return None

    def _stop(self) -> Message:
        if self._server is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._server, signal.SIGKILL)
            exit_status(self._server, seconds=1.0)
            self._server = None
        return {"stopped": True}

    def _state(self) -> Message:
        status = exit_status(self._server, seconds=0.2) if self._server is not None else None
        return {"ended": describe_exit(status)} if status is not None else {"running": True}

    def _in_child(self, work: Callable[[], Message], seconds: float) -> Message:
        """Do something in a fork, so that it leaves nothing behind for the next check."""
        ours, theirs = channel_pair()
        pid = fork(lambda: theirs.send(work()), keep=(theirs.fileno(),))
        theirs.close()
        message = self._wait(ours, pid, seconds)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        exit_status(pid, seconds=1.0)
        return message

    def _wait(self, channel: Channel, pid: int, seconds: float) -> Message:
        try:
            message: Message = channel.receive(seconds)
        except ChannelTimeoutError:
            return {"ended": f"did not get ready within {self._limits.import_seconds:g} s"}
        except ChannelClosedError:
            return {"ended": describe_exit(exit_status(pid, seconds=1.0))}
        finally:
            channel.close()
        return message


def _serve(
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
