"""The outside world of an app, played by the grader: suppliers, mail, other teams' services.

Every call of a played function comes to this process, and its answer, its error and their moment come from here. So
what is asked at the same time, what was given up and what is still running is counted where no submitted line runs.
Nothing depends on how fast a machine is: an answer goes out when nothing moves in the app any more, and only when no
answer is left does the app's clock go on, to its next timer.
"""

import asyncio
import builtins
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from httpx2 import Response

from course.grading.channel import Json
from course.grading.failures import AppCrashed
from course.grading.line import ENDED, Line
from course.grading.roles import NEVER, Answer, Call, Role
from course.grading.stage import LEFT, TURNS

HORIZON = 3600.0
"""Seconds of the app's own clock after which nobody waits for an answer any more."""


class NeverAnswers(AppCrashed):
    """A request whose answer never comes: nothing moves in the app, and it waits for no time either."""


@dataclass(frozen=True)
class Record:
    """One record of the app's log; `trace` is empty without a traceback."""

    level: int
    text: str
    trace: str


class World:
    """The `world` of a check: what is played, what was asked, what the app logged.

    `first` orders the answers that may go out next: its smallest value is the first (it gets a Call). Without it, who
    asked first is answered first.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.first: Callable[[Call], Any] = lambda call: 0
        self.most = 0
        """How many calls of all roles ran at the same time, at most, since the last `plays`."""
        self.log: list[str] = []
        self.records: list[Record] = []
        """What `log` has, with each record's level, text and traceback apart."""
        self.calls: list[tuple[str, Call]] = []
        """Every call of a played function, with its name, in the order in which the app asked."""
        self.sent: list[tuple[float, int]] = []
        """Each part of a body that the app has sent: when, on its clock, and how many bytes."""
        self.line = Line(self._hear, self._over)
        self._reached: dict[str, asyncio.Future[dict[str, Any] | None]] = {}
        self._roles: dict[str, Role] = {}
        self._calls: dict[int, tuple[Role, Call]] = {}
        self._waiting: list[tuple[int, Call, Role]] = []
        self._events = 0
        self._begun = self._expected = 0
        self._changed = asyncio.Event()
        self._by_hand = False

    def close(self) -> None:
        """Hang up."""
        self.line.close()

    # what checks say

    def plays(self, name: str, answer: Answer, *, after: float = 0.0) -> Role:
        """Play a function of the world from now on; return its role, with nobody asked yet."""
        self._roles[name] = Role(name, answer, after)
        self.most = 0
        return self._roles[name]

    async def set(self, module: str, **values: Json) -> None:
        """Give names of a module of the app other values; AppCrashed when it has no such names."""
        if problem := await self._ask("set", {"module": module, "values": values}):
            raise AppCrashed(f"{module.replace('.', '/')}.py cannot be used: {problem}.")

    async def begin(self, request: Coroutine[Any, Any, Response]) -> "Visit":
        """Send a request, and let the app come as far as it comes while its clock stands still."""
        self._by_hand = True
        self._expected += 1
        visit = Visit(self, asyncio.ensure_future(request))
        await self._settle(visit.task)
        return visit

    async def still(self) -> None:
        """Wait until nothing moves in the app any more. Answers no question."""
        await self._until_still(None)

    async def go_on(self) -> None:
        """Answer whoever still asks, at this moment of the clock; no request is waited for."""
        await self._settle(None)

    async def passes(self, seconds: float) -> None:
        """Let so many seconds of the app's clock pass, with no request on its way."""
        end = self.now + seconds
        while not self.line.broken:
            await self._settle(None)
            if self.now >= end:
                return
            self.now = float(await self._ask("advance", {"due": self._next_answer(end), "limit": end}) or end)

    # what those who start and stop the app do

    def reached(self, moment: str) -> "asyncio.Future[dict[str, Any] | None]":
        """The moment `started` or `stopped` of the app's life: the crash that it ended with, or None."""
        return self._reached.setdefault(moment, asyncio.get_running_loop().create_future())

    async def go_on_until(self, moment: "asyncio.Future[Any]") -> None:
        """Let the world go on until this moment; NeverAnswers when it cannot come."""
        await self._go_on(moment)

    # what the transport does

    async def drive[T](self, request: Awaitable[T]) -> T:
        """Answer questions and move the clock until this request has its answer; NeverAnswers when it cannot have one."""
        if self._by_hand:
            return await request
        self._expected += 1
        task = asyncio.ensure_future(request)
        try:
            await self._go_on(task)
            return task.result()
        finally:
            task.cancel()

    # inside

    async def _go_on(self, task: asyncio.Task[Any] | asyncio.Future[Any]) -> None:
        limit = self.now + HORIZON
        while True:
            await self._settle(task)
            if task.done():
                await self._catch_up()
                return
            moved = await self._ask("advance", {"due": self._next_answer(), "limit": limit})
            if not isinstance(moved, int | float) or not self.now <= moved <= limit:
                raise NeverAnswers("nothing moves in the app any more, and it waits for no time")
            self.now = float(moved)

    def _next_answer(self, *others: float) -> float | None:
        dues = [call.due for _, call, _ in self._waiting if call.due is not None]
        return min([*dues, *others], default=None)

    async def _settle(self, task: asyncio.Future[Any] | None) -> None:
        """Answer all that is to be answered at this moment of the clock, one after the other."""
        while True:
            await self._until_still(task)
            ready = [
                entry for entry in self._waiting if entry[1].due is not None and entry[1].due <= self.now
            ]
            if (task is not None and task.done()) or not ready:
                return
            self._release(min(ready, key=lambda entry: (self.first(entry[1]), entry[0])))

    async def _until_still(self, task: asyncio.Future[Any] | None) -> None:
        while not self.line.broken:
            seen = self._events
            if task is not None:
                await self._arrived(task)
            if await self._is_still(task) and (self._events == seen or (task is not None and task.done())):
                return
        if task is not None and self.line.broken == ENDED:
            await asyncio.wait({task})  # it knows better how the app ended
            return
        raise AppCrashed(f"The app cannot be asked any more: {self.line.broken}.")

    async def _catch_up(self) -> None:
        """Hear all that the app said until it is still: an answer may be out before what led to it has arrived."""
        seen = -1
        while seen != self._events and not self.line.broken:
            seen = self._events
            await self._is_still(None)

    async def _is_still(self, task: asyncio.Future[Any] | None) -> bool:
        """Wait for the app to say so, or for the task; what the app has sent is read by then."""
        said = self.line.tell("still", {})
        await asyncio.wait({said} if task is None else {said, task}, return_when=asyncio.FIRST_COMPLETED)
        for _ in range(TURNS):
            if self.line.broken or (task is not None and task.done()):
                break
            await asyncio.sleep(0)
        return not self.line.broken

    async def _arrived(self, task: asyncio.Future[Any]) -> None:
        """Wait until the request is with the app, or done."""
        while self._begun < self._expected and not task.done() and not self.line.broken:
            self._changed.clear()
            task.add_done_callback(lambda _: self._changed.set())
            await self._changed.wait()

    def _release(self, entry: tuple[int, Call, Role]) -> None:
        number, call, role = entry
        self._waiting.remove(entry)
        try:
            answer = role.answer(**call.arguments)
        except Exception as error:
            name = type(error).__name__
            if getattr(builtins, name, None) is not type(error):
                raise
            reply = {"raise": name, "args": [str(argument) for argument in error.args]}
        else:
            if answer is NEVER:
                return
            reply = {"answer": answer}
        call.answered = True
        self.line.send({"do": "reply", "to": number} | reply)

    async def _ask(self, what: str, message: dict[str, Any]) -> Any:  # noqa: ANN401 - its caller looks at it
        return await self.line.tell(what, message)

    def _hear(self, message: dict[str, Any]) -> None:
        match message:
            case {"asks": int(number), "who": str(who), "arguments": dict(arguments)}:
                self._asked(number, who, arguments)
            case {"cancelled": int(number)}:
                _, call = self._calls[number]
                if not call.answered:
                    call.cancelled = True
                self._drop(number)
                self.line.send({"do": "reply", "to": number})
            case {"ended": int(number)}:
                _, call = self._calls[number]
                call.ended, call.ended_at = True, self.now
                self._drop(number)
            case {"request": "begins"}:
                self._begun += 1
            case {"sends": int(size)}:
                self.sent.append((self.now, size))
            case {"life": str(moment), "crash": (dict() | None) as crash}:
                self._reach(moment, crash)
            case {"log": str(text), "trace": str(trace), "level": int(level)}:
                self.log.append(f"{text} {trace}")
                self.records.append(Record(level, text, trace))
                return
        self._events += 1
        self._changed.set()

    def _reach(self, moment: str, crash: dict[str, Any] | None) -> None:
        reached = self.reached(moment)
        if not reached.done():
            reached.set_result(crash)

    def _over(self) -> None:
        self._changed.set()
        for moment in ("started", "stopped"):
            self._reach(moment, None)

    def _asked(self, number: int, who: str, arguments: dict[str, Any]) -> None:
        if number in self._calls:
            raise ValueError("one question twice")
        role = self._roles.get(who)
        if role is None:
            self._calls[number] = (Role(who, lambda: None), Call(arguments, self.now, answered=True))
            self.line.send({"do": "reply", "to": number, "own": True})
            return
        call = Call(arguments, self.now, due=self.now + role.after)
        role.calls.append(call)
        self.calls.append((who, call))
        role.most = max(role.most, role.running)
        self.most = max(self.most, sum(one.running for one in self._roles.values()))
        self._calls[number] = (role, call)
        self._waiting.append((number, call, role))

    def _drop(self, number: int) -> None:
        self._waiting = [entry for entry in self._waiting if entry[0] != number]


@dataclass(eq=False)
class Visit:
    """A request on its way, driven by hand: `answer` lets it go on, `leave` ends it from outside."""

    world: World
    task: asyncio.Future[Response]

    async def answer(self) -> Response:
        """Let the world go on until the answer is there; NeverAnswers when it cannot come."""
        try:
            await self.world._go_on(self.task)  # the two are one
            return self.task.result()
        finally:
            self._end()

    async def leave(self) -> str:
        """Let the customer leave: the request is cancelled. Return what became of it: `is cancelled`, `goes on`, `hangs`."""
        self.world.line.send({"do": "leave"})
        try:
            await self.world._settle(self.task)
            await self.world._catch_up()
            if not self.task.done():
                return "hangs"
            return "is cancelled" if self.task.result().status_code == LEFT else "goes on"
        finally:
            self._end()

    def _end(self) -> None:
        self.world._by_hand = False
        self.task.cancel()
