"""The learner's side of the outside world: other people's functions, which ask the grader when and what to answer.

In the graded copy of a project, `play` wraps the public functions of a file of the ground. While a check plays the
world, each call is told to the grader and waits for its word; otherwise the functions do what they always did.

The clock of the app's event loop stands still meanwhile, and goes to the next timer when the grader says so: what an
app does after half a second comes out the same on every machine.
"""

import asyncio
import builtins
import contextlib
import functools
import heapq
import importlib
import inspect
import itertools
import json
import logging
import os
import selectors
import socket
import threading
import time
import traceback
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Any

import anyio.to_thread

from course.grading.database_threads import count_database_threads

type Message = dict[str, Any]

PLAY = "\n\nfrom course.grading.stage import play\n\nplay(globals())\n"
"""What a played file ends with."""

LEFT = 499
"""The status of a request that was let go when its customer left, as nginx has it."""

TURNS = 60
"""So many turns of the event loop in which nobody asks, and nothing moves any more."""

MAX_TEXT = 4000

_current: "Stage | None" = None
_sleep = time.sleep


def play(module: dict[str, Any]) -> None:
    """Let the grader play the public functions that a module defines. Called with the module's `globals()`."""
    for name, function in list(module.items()):
        if inspect.isfunction(function) and function.__module__ == module["__name__"] and name[0] != "_":
            module[name] = _played(name, function)


def _played(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(function)

    def arguments(*args: object, **kwargs: object) -> dict[str, Any]:
        return dict(signature.bind(*args, **kwargs).arguments)

    @functools.wraps(function)
    async def asked(*args: object, **kwargs: object) -> Any:  # noqa: ANN401 - whatever the function answers
        stage = _current
        reply = await stage.ask(name, arguments(*args, **kwargs)) if stage else {"own": True}
        return await function(*args, **kwargs) if "own" in reply else _answer(reply)

    @functools.wraps(function)
    def asked_in_a_thread(*args: object, **kwargs: object) -> Any:  # noqa: ANN401 - as above
        stage = _current
        reply = stage.ask_from_a_thread(name, arguments(*args, **kwargs)) if stage else {"own": True}
        return function(*args, **kwargs) if "own" in reply else _answer(reply)

    return asked if inspect.iscoroutinefunction(function) else asked_in_a_thread


def _answer(reply: Message) -> Any:  # noqa: ANN401 - JSON
    if "raise" not in reply:
        return reply["answer"]
    error = getattr(builtins, reply["raise"])
    raise error(*reply["args"])


class Stage:
    """The channel to the grader, inside the app's event loop."""

    def __init__(self, sock: socket.socket, loop: "StillLoop") -> None:
        self._sock = sock
        self._loop = loop
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Message]] = {}
        self._in_threads = 0
        self._requests: set[asyncio.Task[Any]] = set()
        self._left: set[asyncio.Task[Any]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.shutdown = asyncio.Event()
        """Set when the grader stops the app."""
        self.hung_up = asyncio.Event()
        """Set when the grader listens no more. An app that ends before leaves what it said last unread."""

    async def start(self) -> None:
        """Play from now on: listen to the grader, and send it what the app logs."""
        global _current
        reader, self._writer = await asyncio.open_connection(sock=self._sock, limit=1 << 24)
        self._keep(self._hear_out(reader))
        count_database_threads(self._loop.count)
        logging.getLogger().addHandler(_Log(self))
        logging.disable(logging.NOTSET)
        setattr(time, "sleep", _sleep_in_threads_only(threading.get_ident()))  # noqa: B010 - mypy: not its exact type
        _current = self

    def send(self, message: Message) -> None:
        """Tell the grader something, from any thread."""
        data = json.dumps(message, default=repr).encode() + b"\n"
        if threading.get_ident() == self._loop.thread:
            self._writer.write(data)
        else:
            self._loop.call_soon_threadsafe(self._writer.write, data)

    def reached(self, moment: str, crash: object = None) -> None:
        """Tell the grader that the app has `started` or `stopped`, with the crash that ended it."""
        self.send({"life": moment, "crash": crash})

    async def ask(self, who: str, arguments: dict[str, Any]) -> Message:
        """Ask what `who` answers. When the caller is cancelled, the clean-up waits for the grader's word, too."""
        number = next(self._numbers)
        reply = self._expect(number)
        self.send({"asks": number, "who": who, "arguments": arguments})
        try:
            return await reply
        except asyncio.CancelledError:
            cleaned = self._expect(number)
            self.send({"cancelled": number})
            while not cleaned.done():
                with contextlib.suppress(asyncio.CancelledError):  # anyio cancels again, each turn
                    await asyncio.wait({cleaned})
            raise
        finally:
            self._waiting.pop(number, None)
            self.send({"ended": number})

    def ask_from_a_thread(self, who: str, arguments: dict[str, Any]) -> Message:
        """The same for a function that is not async."""
        if threading.get_ident() == self._loop.thread:
            raise RuntimeError(f"{who} holds the event loop, and with it every customer")
        self._in_threads += 1
        try:
            return asyncio.run_coroutine_threadsafe(self.ask(who, arguments), self._loop).result()
        finally:
            self._in_threads -= 1

    @contextlib.contextmanager
    def request(self) -> Any:  # noqa: ANN401 - a generator of nothing
        """A request of the app, from its first line to its last."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - uvicorn runs each request in a task
        self._requests.add(task)
        self.send({"request": "begins"})
        try:
            yield
        finally:
            self._requests.discard(task)

    def was_left(self) -> bool:
        """Whether the customer of the current request left, so that it was cancelled."""
        task = asyncio.current_task()
        return task in self._left

    def _expect(self, number: int) -> asyncio.Future[Message]:
        self._waiting[number] = self._loop.create_future()
        return self._waiting[number]

    async def _hear_out(self, reader: asyncio.StreamReader) -> None:
        try:
            await self._listen(reader)
        finally:
            self.hung_up.set()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            message: Message = json.loads(line)
            match message["do"]:
                case "reply":
                    reply = self._waiting.get(message["to"])
                    if reply is not None and not reply.done():
                        reply.set_result(message)
                case "still":
                    self._keep(self._still(message["number"]))
                case "advance":
                    self._did(message, self._loop.advance(message["due"], message["limit"]))
                case "set":
                    self._did(message, _set(message))
                case "shutdown":
                    self.shutdown.set()
                case "end":
                    os._exit(1)
                case "leave":
                    self._left |= self._requests
                    for task in self._requests:
                        task.cancel()

    def _did(self, message: Message, said: object) -> None:
        self.send({"did": message["number"], "said": said})

    async def _still(self, number: int) -> None:
        quiet = 0
        while quiet < TURNS:
            await asyncio.sleep(0)
            quiet += 1
            if self._loop.busy_threads() > self._in_threads:
                _sleep(0.0002)  # lets go of the interpreter, which those threads need
                quiet = 0
        self.send({"did": number, "said": True})

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class StillLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock stands still until it is moved."""

    def __init__(self) -> None:
        self._now = 0.0
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._order = itertools.count()
        self._working = 0
        self.thread = threading.get_ident()
        super().__init__(_NeverInTime())

    def time(self) -> float:
        """The time of this loop, in seconds since it began."""
        return self._now

    def call_at(
        self, when: float, callback: Callable[..., object], *args: object, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """As every loop does; the handle is remembered."""
        handle = super().call_at(when, callback, *args, context=context)
        heapq.heappush(self._timers, (when, next(self._order), handle))
        return handle

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]  # noqa: ANN401 - as asyncio
        """As every loop does; that it works is counted."""
        self._working += 1
        future: asyncio.Future[Any] = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._worked)
        return future

    def busy_threads(self) -> int:
        """How many threads do something for this loop. To be asked inside it."""
        return self._working + int(anyio.to_thread.current_default_thread_limiter().borrowed_tokens)

    def advance(self, due: float | None, limit: float) -> float | None:
        """Go to the next timer or to `due`, whichever comes first; None when neither comes before `limit`."""
        while self._timers and (self._timers[0][2].cancelled() or self._timers[0][0] <= self._now):
            heapq.heappop(self._timers)
        times = [time for time in (due, self._timers[0][0] if self._timers else None) if time is not None]
        when = min((time for time in times if time <= limit), default=None)
        if when is not None:
            self._now = max(self._now, when)
        return when

    def count(self, more: int) -> None:
        """So many more threads work for this loop (or fewer), which it did not start itself."""
        self._working += more

    def _worked(self, _: object) -> None:
        self._working -= 1


class _NeverInTime(selectors.DefaultSelector):
    """A selector that waits for something to come, never for a time."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(0 if timeout is not None and timeout <= 0 else None)


class _Log(logging.Handler):
    """Sends every line of the log to the grader, with its traceback."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage

    def emit(self, record: logging.LogRecord) -> None:
        try:
            error = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
            text = record.getMessage()[:MAX_TEXT]
            self._stage.send({"log": text, "trace": error[-MAX_TEXT:], "level": record.levelno})
        except Exception:
            self.handleError(record)


def _set(message: Message) -> str:
    """Give a module's names other values; what went wrong, or nothing."""
    try:
        module = importlib.import_module(message["module"])
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    for name, value in message["values"].items():
        if not hasattr(module, name):
            return f"it has no {name}"
        setattr(module, name, value)
    return ""


def _sleep_in_threads_only(loop_thread: int) -> Callable[[float], None]:
    def sleep(seconds: float) -> None:
        if threading.get_ident() == loop_thread:
            raise RuntimeError("time.sleep holds the event loop, and with it every customer")
        _sleep(seconds)

    return sleep
