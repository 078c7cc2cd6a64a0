# Derived from chapters/05-imports/probes/watched.py by `course build`: change it there.
"""What the other probes share: nothing of the app is loaded yet, its own steps are counted, connections are seen."""

import re
import sqlite3
import sys
from importlib.util import find_spec
from types import CodeType, FrameType, TracebackType
from typing import Any

AMOUNT = re.compile(r"[a-z -]+ euros and [a-z -]+ cents")

_EVENTS = sys.monitoring.events
_TOOL = 4


def forget_the_app() -> None:
    """Unload every module of the app: the next import of one runs its lines again."""
    for name in [name for name in sys.modules if name == "app" or name.startswith("app.")]:
        del sys.modules[name]


class TooMuch(BaseException):
    """Ends what the app does."""


class Watch:
    """Counts bytecode instructions of the app's own files (the same on every machine), and keeps what they return.

    After `most` instructions the app is stopped.
    """

    def __init__(self, most: int) -> None:
        spec = find_spec("app")
        self._home = ((spec and spec.submodule_search_locations) or [""])[0]
        self._most = most
        self.steps = 0
        self.amounts: list[str] = []

    def __enter__(self) -> "Watch":
        sys.monitoring.use_tool_id(_TOOL, "course")
        sys.monitoring.register_callback(_TOOL, _EVENTS.INSTRUCTION, self._step)
        sys.monitoring.register_callback(_TOOL, _EVENTS.PY_RETURN, self._returned)
        sys.monitoring.set_events(_TOOL, _EVENTS.INSTRUCTION | _EVENTS.PY_RETURN)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        sys.monitoring.set_events(_TOOL, 0)
        sys.monitoring.free_tool_id(_TOOL)
        return kind is TooMuch

    def _step(self, code: CodeType, _offset: int) -> object:
        if not code.co_filename.startswith(self._home):
            return sys.monitoring.DISABLE
        self.steps += 1
        if self.steps > self._most:
            raise TooMuch
        return None

    def _returned(self, code: CodeType, _offset: int, value: object) -> object:
        if not code.co_filename.startswith(self._home):
            return sys.monitoring.DISABLE
        if isinstance(value, str) and AMOUNT.fullmatch(value):
            self.amounts.append(value)
        return None


class Connections:
    """Sees connections that are made, and where in the app: sqlite3 and sockets tell Python's audit hooks."""

    def __init__(self) -> None:
        self.made: list[list[str | int]] = []
        self.open: list[sqlite3.Connection] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "sqlite3.connect/handle":
            self.open.append(arguments[0])
        if event in ("sqlite3.connect", "socket.connect"):
            self.made.append([event, str(arguments[-1]), *_own_line()])


def _own_line() -> tuple[str, int]:
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and not str(frame.f_globals.get("__name__", "")).startswith("app."):
        frame = frame.f_back
    return (f"app/{frame.f_code.co_filename.rpartition('/app/')[2]}", frame.f_lineno) if frame else ("", 0)
