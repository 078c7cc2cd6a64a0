"""Why a learner's code crashed, in one line: the error and the last line of theirs."""

import json
import linecache
import os
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, unquote

CRASH_HEADER = "x-course-crash"
"""The response header that names the crash behind a 500."""

_MAX_TEXT = 300


@dataclass(frozen=True)
class Crash:
    """An exception that came out of a learner's code. `line` is 0 when no line of theirs was involved."""

    error: str
    path: str = ""
    line: int = 0
    code: str = ""

    def __str__(self) -> str:
        if not self.line:
            return self.error
        code = f": `{self.code}`" if self.code else ""
        return f"{self.error} ({self.path}, line {self.line}{code})"

    def to_json(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return asdict(self)

    def to_header(self) -> str:
        """As the value of an HTTP header."""
        return quote(json.dumps(self.to_json()))

    @classmethod
    def from_header(cls, value: str) -> Self:
        """The inverse of `to_header`, for any value."""
        try:
            return cls.from_json(json.loads(unquote(value)))
        except (ValueError, RecursionError):
            return cls.from_json(None)

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Read what another process says it was, whatever that is: it is only ever shown."""
        if not isinstance(data, dict):
            return cls("an error that could not be read")
        line = data.get("line")
        return cls(
            _short(data.get("error", "an unnamed error")),
            _short(data.get("path", "")),
            line if isinstance(line, int) else 0,
            _short(data.get("code", "")),
        )


def describe(error: BaseException, project: Path) -> Crash:
    """Name an exception and the last line inside `project` that it came through.

    An answer that FastAPI refused came through no line of its route any more: then it is the route that is named.
    """
    group = isinstance(error, BaseExceptionGroup)
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, SyntaxError) and error.filename:
        path = _own(error.filename, project)
        if path:
            text = f"{type(error).__name__}: {error.msg}"
            return Crash(_short(text), path, error.lineno or 0, _short((error.text or "").strip()))
    name, line = _refused_route(error, project) or _last_own(error.__traceback__, project)
    code = linecache.getline(str(project / name), line).strip() if line else ""
    text = ("ExceptionGroup of " if group else "") + _name(error).replace(
        f"{project}{os.sep}", ""
    )  # the run's own folder says nothing to a learner
    return Crash(_short(text), name, line, _short(code))


def _name(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:
        text = ""
    first = _what_did_not_validate(error) or (text.strip().splitlines()[0] if text.strip() else "")
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


def _what_did_not_validate(error: BaseException) -> str:
    """The first finding of Pydantic, or of FastAPI in what a route returned: the first line of the text names none."""
    errors = getattr(error, "errors", None)
    if not callable(errors):
        return ""
    try:
        first = errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "response")
        came = "None" if first["input"] is None else type(first["input"]).__name__
        came = "missing" if first["type"] == "missing" else came
        if route := getattr(error, "endpoint_function", None):
            came = f"something whose {where} is {came}" if where else came
            return f"{route} returned {came} ({first['msg']})"
        what = ".".join(filter(None, [getattr(error, "title", ""), where]))
        return f"{what}: {first['msg']}" + ("" if came == "missing" else f" (it was {came})")
    except Exception:
        return ""


def _refused_route(error: BaseException, project: Path) -> tuple[str, int] | None:
    """Where the route stands whose answer FastAPI refused, if it did and the route is the project's own."""
    if type(error).__name__ != "ResponseValidationError":
        return None
    file, line = getattr(error, "endpoint_file", None), getattr(error, "endpoint_line", None)
    path = _own(file, project) if isinstance(file, str) else ""
    return (path, line) if path and isinstance(line, int) else None


def _last_own(trace: TracebackType | None, project: Path) -> tuple[str, int]:
    for frame, line in reversed(list(traceback.walk_tb(trace))):
        if path := _own(frame.f_code.co_filename, project):
            return path, line
    return "", 0


def _own(filename: str, project: Path) -> str:
    if not os.path.isabs(filename):  # <string>, <probe>, <frozen …>
        return ""
    try:
        return Path(filename).resolve().relative_to(project).as_posix()
    except (ValueError, OSError):
        return ""


def _short(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 1] + "…"
