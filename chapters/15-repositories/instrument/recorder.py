"""Hears each call of the app's layers (sys.monitoring) and each statement (SQLAlchemy's events)."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType
from typing import Any

from sqlalchemy import Engine, event

from .data import Call, Run, layer_of

_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+\"?(\w+)", re.IGNORECASE)
_CONTROL = re.compile(r"(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA)\b", re.IGNORECASE)
_IDS = range(5, 1, -1)  # those that no debugger, coverage or profiler has


class Recorder:
    """Notes what one request does, while it listens. A file outside of `folder` is none of its business."""

    def __init__(self, run: Run, folder: Path) -> None:
        self._run = run
        self._folder = folder.resolve()
        self._open: list[tuple[CodeType, Call]] = []

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen as long as the block runs."""
        monitoring, heard = sys.monitoring, sys.monitoring.events
        tool = next(number for number in _IDS if monitoring.get_tool(number) is None)
        monitoring.use_tool_id(tool, "layers")
        monitoring.register_callback(tool, heard.PY_START, self._starts)
        for ends in (heard.PY_RETURN, heard.PY_UNWIND):
            monitoring.register_callback(tool, ends, self._ends)
        monitoring.set_events(tool, heard.PY_START | heard.PY_RETURN | heard.PY_UNWIND)
        event.listen(Engine, "before_cursor_execute", self._statement)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", self._statement)
            monitoring.set_events(tool, 0)
            monitoring.free_tool_id(tool)

    def _starts(self, code: CodeType, _offset: int) -> object:
        layer = self._layer(code)
        if not layer:
            return sys.monitoring.DISABLE
        self._open.append((code, self._run.enter(layer, code.co_name, code.co_qualname)))
        return None

    def _ends(self, code: CodeType, *_rest: object) -> None:
        for at in range(len(self._open) - 1, -1, -1):  # the last of this name: tasks end in any order
            if self._open[at][0] is code:
                self._run.leave(self._open.pop(at)[1])
                return

    def _layer(self, code: CodeType) -> str:
        path = Path(code.co_filename)
        if code.co_name.startswith("_") or self._folder not in path.parents:
            return ""
        return layer_of(path.stem, code.co_qualname)

    def _statement(self, _connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
        flat = " ".join(sql.split())
        if not _CONTROL.match(flat):
            self._run.enter("database", shortened(flat), flat)


def shortened(sql: str) -> str:
    """Return the verb of a statement and its first table: `SELECT users`."""
    flat, outer = sql, ""
    while flat != outer:
        outer, flat = flat, re.sub(r"\([^()]*\)", "§", flat)
    table = _TABLE.search(flat) or _TABLE.search(sql)
    verb = sql.split(" ", 1)[0].upper()
    return f"{verb} {table[1]}" if table else verb
