"""The grader's side of the two children: the learner's app, and the tools."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.grading import server, toolbox
from course.grading.channel import Channel, ChannelClosedError, ChannelTimeoutError, Json
from course.grading.checking import AppCrashed, CheckFailed, sentence
from course.grading.crash import Crash
from course.grading.isolation import Limits
from course.grading.processes import describe_exit, exit_status, fork

type Main = Callable[[Channel, Path, Path, Limits, int], None]


@dataclass(frozen=True)
class Place:
    """The folders of one grading run, all below one temporary folder."""

    base: Path

    @property
    def project(self) -> Path:
        return self.base / "project"

    @property
    def home(self) -> Path:
        """HOME and TMPDIR of the learner's processes."""
        return self.base / "home"

    @property
    def tools(self) -> Path:
        """HOME and TMPDIR of the tools."""
        return self.base / "tools"

    @property
    def grader(self) -> Path:
        """The grader's working folder."""
        return self.base / "grader"

    def make(self) -> None:
        for folder in (self.project, self.home, self.tools, self.grader):
            folder.mkdir()


class Child:
    """A child process that answers messages."""

    def __init__(self, main: Main, place: Place, home: Path, limits: Limits, output: int) -> None:
        ours, theirs = socket.socketpair()
        channel = Channel(theirs)
        self.pid = fork(
            lambda: main(channel, place.project, home, limits, output), keep=(theirs.fileno(), output)
        )
        theirs.close()
        self.channel = Channel(ours, max_bytes=2 * server.MAX_ANSWER_BYTES)
        self.gone = ""

    def ask(self, message: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Ask, and return the answer; `{"ended": why}` when there is none."""
        return self._exchange(lambda: self.channel.ask(message, seconds), seconds)

    def receive(self, seconds: float) -> dict[str, Any]:
        """Wait for a message it sends by itself."""
        return self._exchange(lambda: self.channel.receive(seconds), seconds)

    def _exchange(self, exchange: Callable[[], Any], seconds: float) -> dict[str, Any]:
        if self.gone:
            return {"ended": self.gone}
        try:
            answer = exchange()
        except ChannelTimeoutError:
            self.gone = f"did not answer within {seconds:g} s"
        except ChannelClosedError:
            self.gone = describe_exit(exit_status(self.pid, seconds=1.0))
        else:
            return answer if isinstance(answer, dict) else {"ended": "gave no readable answer"}
        return {"ended": self.gone}


class AppChild(Child):
    """The learner's child: started once, imports the app once, serves every check afresh."""

    def __init__(self, place: Place, limits: Limits, output: int) -> None:
        super().__init__(server.run, place, place.home, limits, output)
        self._place = place
        self._limits = limits
        self._imported: dict[str, Any] | None = None
        self._served = 0

    def serve(self) -> str:
        """Start a fresh server and return its socket; AppCrashed when the app does not import or start."""
        imported = self._import()
        if "crash" in imported:
            raise AppCrashed(f"app/main.py does not import. {sentence(Crash.from_json(imported['crash']))}")
        self._served += 1
        path = str(self._place.home / f"{self._served}.sock")
        answer = self.ask({"do": "serve", "socket": path}, self._limits.import_seconds + 5)
        if "crash" in answer:
            raise AppCrashed(f"The app does not start. {sentence(Crash.from_json(answer['crash']))}")
        if "ready" not in answer:
            raise AppCrashed(f"The app does not start: its process {_text(answer)}.")
        return path

    def stop(self) -> None:
        """End the server of this check."""
        self.ask({"do": "stop"}, 5)

    def how_it_ended(self) -> str:
        """What became of the server, for a message: `exited with code 1`, or nothing when it still runs."""
        answer = self.ask({"do": "state"}, 5)
        return "" if "running" in answer else _text(answer)

    def probe(self, source: str) -> Json:
        """Run a snippet beside the app and return its `result`."""
        self._import()
        answer = self.ask({"do": "probe", "source": source}, self._limits.import_seconds + 5)
        if "result" in answer:
            return answer["result"]
        if "crash" in answer:
            crash = Crash.from_json(answer["crash"])
            if crash.line:
                raise AppCrashed(f"Your code crashed when it was called directly. {sentence(crash)}")
            raise CheckFailed(f"Your code cannot be used as the task asks: {crash.error}.")
        raise AppCrashed(f"Your code was called directly, and its process {_text(answer)}.")

    def _import(self) -> dict[str, Any]:
        if self._imported is None:
            self._imported = self.receive(self._limits.import_seconds)
        if "ended" in self._imported:
            raise AppCrashed(f"While app/main.py was imported, its process {_text(self._imported)}.")
        return self._imported


class ToolChild(Child):
    """The clean child that runs tools over the submission's files."""

    def __init__(self, place: Place, limits: Limits, output: int) -> None:
        super().__init__(toolbox.run, place, place.tools, limits, output)
        self._seconds = limits.tool_seconds + 5

    def __call__(self, message: dict[str, Any]) -> dict[str, Any]:
        return self.ask(message, self._seconds)


def _text(answer: dict[str, Any]) -> str:
    return str(answer.get("ended", "gave no readable answer"))[:200]


def socket_fits(folder: Path) -> bool:
    """Whether a unix socket's path may be this long (108 bytes, fewer on macOS)."""
    return len(os.fsencode(str(folder / "home" / "1000.sock"))) < 100
