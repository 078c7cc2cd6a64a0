"""The grader's side of the two children: the learner's app, and the tools."""

import contextlib
import socket
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from course.grading import probes, server, toolbox
from course.grading.channel import Channel, ChannelClosedError, ChannelTimeoutError, Json
from course.grading.failures import AppCrashed, CheckFailed, sentence
from course.grading.isolation import Terms
from course.grading.patience import patient
from course.grading.place import Place
from course.grading.processes import describe_exit, exit_status, fork
from course.project.crash import Crash
from course.sandbox import Isolation, IsolationError

_BACKLOG = 128

type Main = Callable[[Channel, Place, Terms, int], None]


class Child:
    """A child process that answers messages. The first thing it says is what it is confined by.

    Seconds are those of a machine of its own: see `patience`.
    """

    def __init__(self, main: Main, place: Place, terms: Terms, output: int) -> None:
        ours, theirs = socket.socketpair()
        channel = Channel(theirs)
        self.pid = fork(lambda: main(channel, place, terms, output), keep=(theirs.fileno(), output))
        theirs.close()
        self.channel = Channel(ours, max_bytes=2 * probes.MAX_ANSWER_BYTES)
        self.gone = ""

    def isolation(self, seconds: float = 30.0) -> Isolation:
        """What this child is confined by, as it says before it runs anything; IsolationError when it runs nothing."""
        said = self.receive(seconds)
        if "layers" not in said:
            raise IsolationError(str(said.get("refused", "The sandbox did not start.")))
        return Isolation.from_json(said)

    def ask(self, message: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Ask, and return the answer; `{"ended": why}` when there is none."""
        return self._exchange(lambda: self.channel.ask(message, patient(seconds)), seconds)

    def receive(self, seconds: float) -> dict[str, Any]:
        """Wait for a message it sends by itself."""
        return self._exchange(lambda: self.channel.receive(patient(seconds)), seconds)

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

    def __init__(self, place: Place, terms: Terms, output: int) -> None:
        super().__init__(server.run, place, terms, output)
        self._place = place
        self._limits = terms.limits
        self._imported: dict[str, Any] | None = None
        self._served = 0

    def serve(self, world: int | None = None, environment: Mapping[str, str] | None = None) -> str:
        """Start a fresh server and return its socket; AppCrashed when the app does not import or start.

        `world` is the app's end of the connection to who plays its outside world; the variables of `environment` are
        set before the app is made.
        """
        imported = self._import()
        if "crash" in imported:
            raise AppCrashed(f"app/main.py does not import. {sentence(Crash.from_json(imported['crash']))}")
        self._served += 1
        path = str(self._place.grader / f"{self._place.app}-{self._served}.sock")
        answer = self._exchange(
            lambda: self._hand_over(path, world, environment or {}), self._limits.import_seconds + 5
        )
        _refuse_unmigrated(answer)
        if "crash" in answer:
            raise AppCrashed(f"The app does not start. {sentence(Crash.from_json(answer['crash']))}")
        if "ready" not in answer:
            raise AppCrashed(f"The app does not start: its process {_text(answer)}.")
        return path

    def _hand_over(self, path: str, world: int | None, environment: Mapping[str, str]) -> Json:
        """Have a server answer on a socket that we made: what lies at a path of theirs could be anybody's."""
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path)
            listening.listen(_BACKLOG)
            seconds = patient(self._limits.import_seconds)
            self.channel.send(
                {
                    "do": "serve",
                    "seconds": seconds,
                    "world": world is not None,
                    "environment": dict(environment),
                }
            )
            self.channel.send_descriptor(listening.fileno())
            if world is not None:
                self.channel.send_descriptor(world)
        return self.channel.receive(seconds + 5)

    @property
    def folder(self) -> Path:
        """The folder that the app runs in, and may write to."""
        return self._place.project

    def stop(self) -> None:
        """End the server of this check."""
        self.ask({"do": "stop"}, 5)

    def how_it_ended(self) -> str:
        """What became of the server, for a message: `exited with code 1`, or nothing when it still runs."""
        answer = self.ask({"do": "state"}, 5)
        return "" if "running" in answer else _text(answer)

    def probe(self, what: dict[str, Any]) -> Json:
        """Run a probe beside the app (its `name`, `sources` and `arguments`, or a `source`) and return its result."""
        self._import()
        seconds = self._limits.import_seconds
        answer = self.ask({"do": "probe", "seconds": patient(seconds)} | what, seconds + 5)
        _refuse_unmigrated(answer)
        if "result" in answer:
            return answer["result"]
        if "crash" in answer:
            crash = Crash.from_json(answer["crash"])
            if crash.line:
                raise AppCrashed(f"Your code crashed when it was called directly. {sentence(crash)}")
            raise CheckFailed(f"Your code cannot be used as the task asks: {crash.error}.")
        raise AppCrashed(f"Your code was called directly, and its process {_text(answer)}.")

    def migrate(self, arguments: Sequence[str], file: str) -> tuple[bool, str]:
        """Run Alembic over a database file of the project; whether it was content, and what it said."""
        self._import()
        seconds = self._limits.import_seconds
        message = {"do": "migrate", "arguments": list(arguments), "file": file, "seconds": patient(seconds)}
        return _migrated(self.ask(message, seconds + 5))

    def forget(self) -> None:
        """Remove what the app and its migrations wrote."""
        self._import()
        self.ask({"do": "forget"}, 5)

    def _import(self) -> dict[str, Any]:
        if self._imported is None:
            self._imported = self.receive(self._limits.import_seconds)
        if "ended" in self._imported:
            raise AppCrashed(f"While app/main.py was imported, its process {_text(self._imported)}.")
        return self._imported


class ToolChild(Child):
    """The clean child that runs tools over the submission's files, confined once there is something to run."""

    def __init__(self, place: Place, terms: Terms, output: int) -> None:
        super().__init__(toolbox.run, place, terms, output)
        self._seconds = terms.limits.tool_seconds
        self._isolation: Isolation | None = None

    @property
    def used(self) -> Isolation | None:
        """What the tools were confined by; None when none was run."""
        return self._isolation

    def __call__(self, message: dict[str, Any]) -> dict[str, Any]:
        if self._isolation is None:
            with contextlib.suppress(ChannelClosedError):
                self.channel.send({"do": "start"})
            self._isolation = self.isolation()
        return self.ask({**message, "seconds": patient(self._seconds)}, self._seconds + 5)


def _migrated(answer: dict[str, Any]) -> tuple[bool, str]:
    if "crash" in answer:
        return False, sentence(Crash.from_json(answer["crash"]))
    if "ok" in answer:
        return bool(answer["ok"]), str(answer["said"])
    return False, f"Its process {_text(answer)}."


def _refuse_unmigrated(answer: dict[str, Any]) -> None:
    if "migration" in answer:
        _, said = _migrated(answer["migration"])
        raise AppCrashed(f"`alembic upgrade heads` does not succeed on an empty database. {said}"[:1000])


def _text(answer: dict[str, Any]) -> str:
    return str(answer.get("ended", "gave no readable answer"))[:200]
