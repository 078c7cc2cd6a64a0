"""The learner's child process: the only place where a submission's code runs.

It imports `app.main` once and then forks: a fresh server on a unix socket for every check, a fresh process for every
probe. It answers the grader over a channel; nothing it says is trusted for more than a message, because the code
under test runs in it.
"""

import contextlib
import gc
import importlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from course.grading.channel import Channel, ChannelClosedError, ChannelTimeoutError, channel_pair
from course.grading.isolation import Limits, Terms, confine
from course.grading.migrations import Files, make, migrate
from course.grading.place import Place
from course.grading.probes import run_probe
from course.grading.processes import describe_exit, exit_status, fork, point_streams_at
from course.grading.serving import serve
from course.project.crash import describe
from course.project.hashes import make_hashes_cheap
from course.sandbox import IsolationError

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
            lambda: serve(main, self._project, listening, world, environment, theirs),
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
