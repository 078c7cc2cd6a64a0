"""Listens to SQLAlchemy while a request is served: its events, on all engines, sessions and mapped classes."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event, inspect
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Mapper, Session

from .data import Kind, Moment, Run, State, Thing

CHANGES = {
    "transient_to_pending": State.PENDING,
    "pending_to_persistent": State.PERSISTENT,
    "loaded_as_persistent": State.PERSISTENT,
    "detached_to_persistent": State.PERSISTENT,
    "deleted_to_persistent": State.PERSISTENT,
    "persistent_to_deleted": State.DELETED,
    "persistent_to_detached": State.DETACHED,
    "deleted_to_detached": State.DETACHED,
    "pending_to_transient": State.TRANSIENT,
    "persistent_to_transient": State.TRANSIENT,
}
TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+\"?(\w+)", re.IGNORECASE)


class Recorder:
    """Notes what happens while it listens. It holds on to each object, so that none is gone before its session."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._things: dict[int, tuple[object, Thing]] = {}
        self._open = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen as long as the block runs."""
        heard: list[tuple[Any, str, Callable[..., None]]] = [
            (Engine, "begin", lambda _: self._begins()),
            (Engine, "commit", lambda _: self._ends(Kind.COMMIT)),
            (Engine, "rollback", lambda _: self._ends(Kind.ROLLBACK)),
            (Engine, "before_cursor_execute", self._statement),
            (Engine, "handle_error", self._refused),
            (Mapper, "init", lambda made, _args, _values: self._becomes(made, State.TRANSIENT)),
        ]
        heard += [(Session, change, self._change(state)) for change, state in CHANGES.items()]
        for target, name, hears in heard:
            event.listen(target, name, hears)
        try:
            yield
        finally:
            for target, name, hears in heard:
                event.remove(target, name, hears)
        for made, thing in self._things.values():
            self._name(made, thing)

    def _begins(self) -> None:
        self._open = True
        self._run.note(Kind.BEGIN)

    def _ends(self, kind: Kind) -> None:
        if self._open:  # a pool rolls back once more before it lends a connection again
            self._run.note(kind)
        self._open = False

    def _statement(self, _connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        if not sql.startswith("BEGIN"):  # SQLite's, which the event has said already
            self._run.moments.append(Moment(Kind.SQL, shortened(sql), whole=on_one_line(sql)))

    def _refused(self, context: ExceptionContext) -> None:
        last = self._run.moments[-1] if self._run.moments else None
        if context.statement and (last is None or last.whole != on_one_line(context.statement)):
            self._statement(None, None, context.statement)  # it did not even reach the driver
        if not self._run.moments:
            return
        self._run.moments[-1].error = _name_of(context)
        if self._run.moments[-1].kind is Kind.COMMIT:
            self._open = True  # it was only tried: a rollback follows

    def _change(self, state: State) -> Callable[..., None]:
        return lambda _session, made: self._becomes(made, state)

    def _becomes(self, made: object, state: State) -> None:
        _, thing = self._things.setdefault(id(made), (made, Thing(type(made).__name__)))
        self._name(made, thing)
        self._run.moments.append(Moment(Kind.STATE, thing=thing, state=state))

    def _name(self, made: object, thing: Thing) -> None:
        key: Any = inspect(made)
        if key.key is not None:
            thing.key = ", ".join(map(str, key.key[1]))


def on_one_line(sql: str) -> str:
    """Return a statement without its line breaks."""
    return " ".join(sql.split())


def _name_of(context: ExceptionContext) -> str:
    """What a statement was refused with; a StatementError only wraps what went wrong on our side."""
    wrapped = context.sqlalchemy_exception
    plain = wrapped is None or type(wrapped) is StatementError
    return type(context.original_exception if plain else wrapped).__name__


def shortened(sql: str) -> str:
    """Return the verb of a statement and its table: `SELECT newsletters`."""
    flat, outer = on_one_line(sql), ""
    while flat != outer:
        outer, flat = flat, re.sub(r"\([^()]*\)", "", flat)
    verb = flat.split(" ", 1)[0].upper()
    table = TABLE.search(flat)
    lock = " FOR UPDATE" if flat.upper().endswith("FOR UPDATE") else ""
    return f"{verb} {table[1]}{lock}" if table else verb
