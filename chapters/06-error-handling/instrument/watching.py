"""`await course.follow(api, "GET", "/api/v1/users/9")`: one request, watched from raise to log."""

import ast
import linecache
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import httpx2
from fastapi import FastAPI

from course.errors import CourseError
from course.notebook.session import workspace
from course.pictures.view import View
from course.project.client import current_app

from .drawing import error_path_view
from .path import ErrorPath, Logged, Place, Raised

SECRETS = ("password",)  # members of a body whose value the picture looks for in the answer and the log
_EVENTS = sys.monitoring.events
_CONTROL_FLOW = (StopIteration, StopAsyncIteration)  # how an `await task` or an `async for` ends


async def follow(api: httpx2.AsyncClient, method: str, path: str, **request: Any) -> View:  # noqa: ANN401 - as httpx2 takes it
    """Send a request and show what was raised, who handled it, what the client got and what the log knows.

    `api` is the client that `course.begin` returned; `request` are httpx2's own arguments (`json`, `headers`). Raises
    CourseError for another client, when the app does not start, or when Python's monitoring is in use by others.
    """
    app = await current_app(api)
    project = workspace().project  # as the client imports from it, links unresolved
    watch = _Watch(project, app)
    with watch.raising(), watch.logging():
        response = await api.request(method, path, **request)
    found = ErrorPath(
        request=f"{response.request.method} {response.request.url.raw_path.decode('ascii', errors='replace')}",
        status=response.status_code,
        reason=response.reason_phrase,
        content_type=response.headers.get("content-type", ""),
        body=response.text.replace(str(project), project.name),  # the same on every machine
        raised=watch.raised(),
        logged=watch.logged(),
        sent=_secrets(request.get("json")),
    )
    return error_path_view(found)


class _Collector(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__()
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)


class _Way:
    """What is noted of one exception while it travels."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.places: list[Place] = []
        self.caught: Place | None = None
        self.handler: CodeType | None = None


class _Watch:
    """Notes what the project's own code raises and catches, and which exception handlers are asked."""

    def __init__(self, project: Path, app: FastAPI) -> None:
        self._root = str(project)
        self._ways: dict[int, _Way] = {}
        self._records: list[logging.LogRecord] = []
        handlers = (getattr(handler, "__code__", None) for handler in app.exception_handlers.values())
        self._handlers = tuple(code for code in handlers if code is not None)

    @contextmanager
    def raising(self) -> Iterator[None]:
        """Watch exceptions through Python's own monitoring (PEP 669), so that no code of the app has to change."""
        monitoring = sys.monitoring
        free = next((tool for tool in (3, 4) if monitoring.get_tool(tool) is None), None)
        if free is None:
            raise CourseError("Python's monitoring is in use by two other tools: restart the kernel.")
        monitoring.use_tool_id(free, "course.follow")
        try:
            monitoring.register_callback(free, _EVENTS.RAISE, self._on_raise)
            monitoring.register_callback(free, _EVENTS.RERAISE, self._on_raise)
            monitoring.register_callback(free, _EVENTS.EXCEPTION_HANDLED, self._on_caught)
            monitoring.register_callback(free, _EVENTS.PY_START, self._on_start)
            monitoring.set_events(free, _EVENTS.RAISE | _EVENTS.RERAISE | _EVENTS.EXCEPTION_HANDLED)
            for code in self._handlers:
                monitoring.set_local_events(free, code, _EVENTS.PY_START)
            yield
        finally:
            monitoring.set_events(free, 0)
            for code in self._handlers:
                monitoring.set_local_events(free, code, 0)
            monitoring.free_tool_id(free)

    @contextmanager
    def logging(self) -> Iterator[None]:
        """Collect the app's log records; they are shown in the picture, so nothing else prints them."""
        collector = _Collector(self._records)
        root = logging.getLogger()
        root.addHandler(collector)
        try:
            yield
        finally:
            root.removeHandler(collector)

    def _on_raise(self, code: CodeType, _offset: int, error: BaseException) -> None:
        if not isinstance(error, Exception) or isinstance(error, _CONTROL_FLOW):
            return
        if not code.co_filename.startswith(self._root):
            return
        way = self._ways.setdefault(id(error), _Way(error))
        way.caught = None
        place = self._place(code, sys._getframe(1))
        before = way.places[-1] if way.places else None
        if before is None or (before.path, before.function) != (place.path, place.function):
            way.places.append(place)

    def _on_caught(self, code: CodeType, _offset: int, error: BaseException) -> None:
        if (
            isinstance(error, Exception)
            and id(error) in self._ways
            and code.co_filename.startswith(self._root)
        ):
            self._ways[id(error)].caught = self._place(code, sys._getframe(1), error)

    def _on_start(self, code: CodeType, _offset: int) -> None:
        values = [sys._getframe(1).f_locals.get(name) for name in code.co_varnames[: code.co_argcount]]
        for error in values:
            if isinstance(error, Exception):
                self._ways.setdefault(id(error), _Way(error)).handler = code

    def raised(self) -> tuple[Raised, ...]:
        """What was raised, in order."""
        return tuple(self._raised(way) for way in self._ways.values())

    def _raised(self, way: _Way) -> Raised:
        error, code = way.error, way.handler
        first, rest = (way.places[0], way.places[1:]) if way.places else (None, [])
        own = code is not None and code.co_filename.startswith(self._root)
        handler = None
        if code is not None:
            path = self._relative(code.co_filename) if own else _library(code.co_filename)
            handler = Place(path, code.co_firstlineno, code.co_name)
        return Raised(
            error=type(error).__name__,
            text=_text(error),
            at=first,
            library="" if first else _library(type(error).__module__),
            passed=tuple(
                place
                for place in rest
                if way.caught is None
                or (place.path, place.function) != (way.caught.path, way.caught.function)
            ),
            caught=way.caught,
            handler=handler,
            own_handler=own,
            cause=type(error.__cause__).__name__ if error.__cause__ else "",
            group=next((type(group).__name__ for group in self._groups() if error in group.exceptions), ""),
        )

    def _groups(self) -> Iterator[ExceptionGroup[Exception]]:
        """The groups in which others went on, such as a TaskGroup raises."""
        return (way.error for way in self._ways.values() if isinstance(way.error, ExceptionGroup))

    def logged(self) -> tuple[Logged, ...]:
        """What the app logged, in order."""
        form = logging.Formatter()
        own = [record for record in self._records if record.pathname.startswith(self._root)]
        return tuple(
            Logged(
                record.levelname,
                record.name,
                record.getMessage(),
                form.format(record).replace(f"{self._root}/", ""),
            )
            for record in own
        )

    def _place(self, code: CodeType, frame: FrameType, caught: Exception | None = None) -> Place:
        linecache.checkcache(code.co_filename)
        line = frame.f_lineno or code.co_firstlineno
        if caught is not None:
            line = _except_line(code.co_filename, line, caught)
        text = linecache.getline(code.co_filename, line).strip()
        return Place(self._relative(code.co_filename), line, code.co_name, text)

    def _relative(self, filename: str) -> str:
        return Path(filename).relative_to(self._root).as_posix()


def _except_line(filename: str, line: int, error: Exception) -> int:
    """The line of the `except` that takes this error, raised or passed on in `line`; that line when there is none."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    tree = ast.parse("".join(linecache.getlines(filename)))
    tries = [node for node in ast.walk(tree) if isinstance(node, ast.Try) and _in_body(node, line)]
    for node in sorted(tries, key=lambda found: found.lineno, reverse=True):
        for handler in node.handlers:
            names = (
                {part for part in ast.unparse(handler.type).replace(".", " ").split()}
                if handler.type
                else kinds
            )
            if kinds & {name.strip("(),") for name in names}:
                return handler.lineno
    return line


def _in_body(node: ast.Try, line: int) -> bool:
    return node.body[0].lineno <= line <= (node.body[-1].end_lineno or line)


def _text(error: BaseException) -> str:
    """What the error says, in one line; a validation error goes on for many."""
    lines = str(getattr(error, "detail", error)).strip().splitlines()
    return lines[0] if lines else ""


def _library(name: str) -> str:
    """`FastAPI` of a module or file of FastAPI."""
    known = {"fastapi": "FastAPI", "starlette": "Starlette", "pydantic": "Pydantic"}
    return next((shown for part, shown in known.items() if part in name), "a library")


def _secrets(body: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(body, dict):
        return ()
    return tuple((name, str(body[name])) for name in SECRETS if body.get(name))
