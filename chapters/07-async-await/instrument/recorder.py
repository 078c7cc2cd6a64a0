"""`await course.timeline(api, …)`: what the event loop does while requests are served, measured step by step."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from contextvars import Context, ContextVar
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any
from unittest.mock import patch

import httpx2
from anyio._core._eventloop import get_async_backend
from ipywidgets import HTML

from course.errors import CourseError
from course.notebook.display import with_static_form
from course.pictures.view import View

from .data import BEATS_PER_SECOND, Kind, Lane, Piece, Timeline
from .drawing import timeline_view

HEART = "/health"
SCHEDSTAT = Path("/proc/thread-self/schedstat")  # Linux: ns on a core, ns in line for one, times on a core

type Work = str | Callable[[], Awaitable[object]]


class TimelinePicture(HTML):  # type: ignore[misc]  # ipywidgets has no types
    """The timeline: with measured times where a kernel runs, and the same picture each time where none does."""

    def __init__(self, *timelines: tuple[str, Timeline]) -> None:
        self.timelines = timelines
        super().__init__(value=timeline_view(timelines, measured=True).html)

    def beside(self, after: "TimelinePicture") -> "TimelinePicture":
        """Return both in one picture, this one as "before", on one scale."""
        return TimelinePicture(("before", self.timelines[0][1]), ("after", after.timelines[0][1]))

    def static(self) -> View:
        """What it shows without a kernel; its text is the text twin of both."""
        return timeline_view(self.timelines)

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ANN401 - as IPython calls it
        return with_static_form(self, super()._repr_mimebundle_(**options))


async def timeline(api: httpx2.AsyncClient, work: Work, *, times: int = 10) -> TimelinePicture:
    """Start the work so many times at once, ask `/health` 50 times a second meanwhile, and draw what ran where.

    `work` is a path to GET, or a function without parameters whose result is awaited, such as
    `lambda: api.post(…)`. What it raises is raised here. CourseError when `/health` does not answer 200.
    A path is asked once before: FastAPI prepares a route when its first request comes, and that is not the subject.
    """
    alive = await api.get(HEART)
    if alive.status_code != 200:
        raise CourseError(
            f"GET {HEART} came back {alive.status_code}: the timeline needs it, to see whether the loop is free."
        )
    start = work if callable(work) else lambda: api.get(work)
    if isinstance(work, str):
        await start()
    title = f"{times} times {f'GET {work}' if isinstance(work, str) else 'the job'} at once"
    recorder = _Recorder(times)
    beats: list[float] = []
    with _no_garbage_collected(), recorder.watching(asyncio.get_running_loop()):
        heart = asyncio.create_task(_beat(api, beats))
        await asyncio.sleep(2 / BEATS_PER_SECOND)
        began = time.perf_counter()
        try:
            await asyncio.gather(*[recorder.run(number, start) for number in range(times)])
        finally:
            heart.cancel()
            await asyncio.wait([heart])
    lanes = tuple(recorder.lane(number, began) for number in range(times))
    return TimelinePicture(("", Timeline(title, lanes, tuple(beat - began for beat in beats))))


async def _beat(api: httpx2.AsyncClient, beats: list[float]) -> None:
    began = time.perf_counter()
    while True:
        due = (int((time.perf_counter() - began) * BEATS_PER_SECOND) + 1) / BEATS_PER_SECOND
        await asyncio.sleep(began + due - time.perf_counter())
        await api.get(HEART)
        beats.append(time.perf_counter())


@contextmanager
def _no_garbage_collected() -> Iterator[None]:
    """A notebook's heap is large: collecting its garbage would hold all threads, and look like the app's doing."""
    was_enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _queued_seconds() -> float:
    """For how long this thread could have run so far, while the machine had no core for it; 0 where nobody counts."""
    try:
        return int(SCHEDSTAT.read_bytes().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


class _Recorder:
    """Notes each step that a request's tasks take on the loop, and what they send to threads."""

    def __init__(self, lanes: int) -> None:
        self._lane: ContextVar[int | None] = ContextVar("lane", default=None)
        self._pieces: list[list[Piece]] = [[] for _ in range(lanes)]
        self._ends = [0.0] * lanes

    async def run(self, number: int, start: Callable[[], Awaitable[object]]) -> None:
        """Run one request in a task of its own, in its own lane."""

        async def request() -> None:
            await start()

        token = self._lane.set(number)
        try:
            task = asyncio.create_task(request())
        finally:
            self._lane.reset(token)
        await task
        self._ends[number] = time.perf_counter()

    def lane(self, number: int, began: float) -> Lane:
        """Return what a request did, in seconds since `began`."""
        pieces = tuple(
            replace(piece, start=piece.start - began, end=piece.end - began)
            for piece in sorted(self._pieces[number], key=lambda piece: piece.start)
        )
        return Lane(f"{number + 1}", pieces[0].start, pieces[-1].end, pieces)

    @contextmanager
    def noting(self, lane: int, kind: Kind) -> Iterator[None]:
        """Note that code of a request runs in the block, and how long it stands in line for a core."""
        start, queued = time.perf_counter(), _queued_seconds()
        try:
            yield
        finally:
            queued = _queued_seconds() - queued
            self._pieces[lane].append(Piece(kind, start, time.perf_counter(), queued))

    @contextmanager
    def watching(self, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        """See every task that a request starts, and every function that it hands to a thread."""
        before = loop.get_task_factory()
        backend = get_async_backend()
        to_thread = backend.run_sync_in_worker_thread
        in_executor = loop.run_in_executor

        def make_task(
            running: asyncio.AbstractEventLoop,
            coroutine: Coroutine[Any, Any, Any] | Generator[Any, None, Any],
            context: Context | None = None,
            **options: Any,  # noqa: ANN401 - as asyncio calls it
        ) -> asyncio.Task[Any]:
            lane = self._lane.get() if context is None else context.get(self._lane)
            watched: Any = coroutine if lane is None else _Steps(coroutine, self, lane)
            return asyncio.Task(watched, loop=running, context=context, **options)

        async def watched_thread(
            function: Callable[..., Any],
            arguments: tuple[Any, ...],
            *rest: Any,  # noqa: ANN401 - passed through
            **options: Any,  # noqa: ANN401 - passed through
        ) -> Any:  # noqa: ANN401 - passed through
            return await to_thread(self._in_thread(function), arguments, *rest, **options)

        def watched_executor(
            executor: Executor | None,
            function: Callable[..., Any],
            *arguments: Any,  # noqa: ANN401 - passed through
        ) -> asyncio.Future[Any]:
            if isinstance(executor, ProcessPoolExecutor):  # what goes there is pickled
                return in_executor(executor, function, *arguments)
            return in_executor(executor, self._in_thread(function), *arguments)

        loop.set_task_factory(make_task)
        try:
            with (
                patch.object(backend, "run_sync_in_worker_thread", watched_thread),
                patch.object(loop, "run_in_executor", watched_executor),
            ):
                yield
        finally:
            loop.set_task_factory(before)

    def _in_thread(self, function: Callable[..., Any]) -> Callable[..., Any]:
        lane = self._lane.get()
        if lane is None:
            return function

        def noted(*arguments: object) -> object:
            with self.noting(lane, Kind.THREAD):
                return function(*arguments)

        return noted


class _Steps(Coroutine[Any, Any, Any]):
    """A coroutine that notes when each of its steps ran: from where the loop resumes it to where it waits again."""

    def __init__(self, inner: Any, recorder: _Recorder, lane: int) -> None:  # noqa: ANN401 - any coroutine
        self._inner, self._recorder, self._step_lane = inner, recorder, lane

    def send(self, value: Any) -> Any:  # noqa: ANN401 - as asyncio calls it
        with self._recorder.noting(self._step_lane, Kind.LOOP):
            return self._inner.send(value)

    def throw(
        self,
        kind: Any,  # noqa: ANN401 - as asyncio calls it
        value: BaseException | object | None = None,
        trace: TracebackType | None = None,
    ) -> Any:  # noqa: ANN401 - as asyncio calls it
        with self._recorder.noting(self._step_lane, Kind.LOOP):
            return self._inner.throw(kind) if value is None else self._inner.throw(kind, value, trace)

    def close(self) -> None:
        self._inner.close()

    def __await__(self) -> Generator[Any, None, Any]:
        wrapped: Generator[Any, None, Any] = self._inner.__await__()
        return wrapped

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - cr_frame and others, which anyio looks at
        return getattr(self._inner, name)
