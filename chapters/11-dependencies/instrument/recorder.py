"""Listens to one request: each dependency by an override around it, the database by its statements."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from functools import wraps
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from typing import Any, cast
from unittest.mock import patch

import fastapi.dependencies.utils
import fastapi.routing
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from starlette.background import BackgroundTask

from .data import Actor, Phase, Run, Visit, Word

SPOKEN = ("BEGIN", "COMMIT", "ROLLBACK")

type Call = Callable[..., Any]


class Recorder:
    """Notes what happens while it listens. One request at a time."""

    def __init__(self, run: Run, app: FastAPI, database: str, replace: dict[str, Call]) -> None:
        self._run, self._app, self._database, self._replace = run, app, database, replace
        self._phase = Phase.SETUP
        self._turns = 0
        self._last: Actor | None = None
        self._active: list[Actor] = [run.route]
        self._depth = 0
        self._solved: dict[str, Actor] = {}
        self._originals: dict[int, tuple[Call, Call]] = {}

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen as long as the block runs."""
        self._run.before = rows_of(self._database)
        solve, connect, run_task = (
            fastapi.dependencies.utils.solve_dependencies,
            sqlite3.connect,
            BackgroundTask.__call__,
        )

        async def solve_dependencies(*, dependant: Dependant, **given: Any) -> Any:  # noqa: ANN401 - as FastAPI's
            return await self._solve(solve, dependant, given)

        def tapped(*args: Any, **given: Any) -> sqlite3.Connection:  # noqa: ANN401 - as sqlite3's
            self._note(self._active[-1], "connects")
            connection: Any = connect(*args, **{**given, "factory": _Tapped})
            connection.note = lambda text, tone="": self._note(self._active[-1], text, tone)
            return cast("sqlite3.Connection", connection)

        async def task(this: BackgroundTask) -> None:
            await self._run_task(run_task, this)

        with (
            patch.object(fastapi.dependencies.utils, "solve_dependencies", solve_dependencies),
            patch.object(fastapi.routing, "solve_dependencies", solve_dependencies),
            patch.object(sqlite3, "connect", tapped),
            patch.object(BackgroundTask, "__call__", task),
        ):
            yield
        self._app.dependency_overrides.clear()
        self._run.ended = rows_of(self._database)

    def answered(self, status: int) -> None:
        """The answer leaves."""
        self._run.status = status
        self._note(self._run.answer, f"{status} leaves")
        self._phase = Phase.AFTER
        self._run.answered = rows_of(self._database)

    def _note(self, actor: Actor, text: str, tone: str = "") -> None:
        """Something happened to somebody, who has a turn if they have none."""
        if actor is not self._last or actor.visits[-1].phase is not self._phase:
            self._turns += 1
            actor.visits.append(Visit(self._turns, self._phase))
        actor.visits[-1].words.append(Word(text, tone))
        self._last = actor

    async def _solve(self, solve: Call, dependant: Dependant, given: dict[str, Any]) -> Any:  # noqa: ANN401 - as FastAPI's
        """A dependency is looked for, those below it first; the outermost call is the route's."""
        if not self._depth:
            self._run.route.name = _name(dependant.call)
            self._override(dependant)
            self._depth = 1
            solved = await solve(dependant=dependant, **given)
            self._depth = 0
            self._phase = Phase.ROUTE
            if not solved.errors:
                self._note(self._run.route, "runs")
            return solved
        original = self._original(dependant.call)
        actor = Actor(_name(original), self._depth, cached=True)
        if _name(original) in self._replace:
            actor.note = "replaced"
        elif isasyncgenfunction(original) or isgeneratorfunction(original):
            actor.note = f'scope "{dependant.scope or "request"}"'
        self._run.tree.append(actor)
        self._depth += 1
        solved = await solve(dependant=dependant, **given)
        self._depth -= 1
        self._solved[_name(original)] = actor
        return solved

    def _override(self, dependant: Dependant) -> None:
        """Put a wrapper that takes notes around every dependency below."""
        for below in dependant.dependencies:
            call = below.call
            if call is not None and hasattr(call, "__name__") and call not in self._app.dependency_overrides:
                wrapper = self._wrapped(self._replace.get(_name(call), call), _name(call))
                self._originals[id(wrapper)] = (wrapper, call)
                self._app.dependency_overrides[call] = wrapper
            self._override(below)

    def _original(self, call: Call | None) -> Call | None:
        return self._originals.get(id(call), (call, call))[1]

    def _wrapped(self, call: Call, name: str) -> Call:
        if isasyncgenfunction(call) or isgeneratorfunction(call):
            return self._wrapped_generator(call, name)

        @wraps(call)
        async def returns(*args: Any, **values: Any) -> Any:  # noqa: ANN401 - as the dependency
            actor = self._starts(name)
            value = call(*args, **values)
            if iscoroutinefunction(call):
                value = await value
            self._done(actor)
            return value

        return returns

    def _wrapped_generator(self, call: Call, name: str) -> Call:
        opened: Any = asynccontextmanager(call) if isasyncgenfunction(call) else _in_async(call)

        @wraps(call)
        async def yields(*args: Any, **values: Any) -> AsyncIterator[Any]:  # noqa: ANN401 - as the dependency
            actor = self._starts(name)
            thrown: BaseException | None = None
            try:
                async with opened(*args, **values) as value:
                    self._done(actor)
                    try:
                        yield value
                    except BaseException as error:
                        thrown = error
                        self._note(actor, f"gets {type(error).__name__}", "bad")
                        raise
                    finally:
                        self._active.append(actor)
                self._note(actor, "done")
            except BaseException as error:
                if error is not thrown:
                    self._note(actor, f"raises {type(error).__name__}", "bad")
                raise
            finally:
                if self._active[-1] is actor:
                    self._active.pop()

        return yields

    def _starts(self, name: str) -> Actor:
        actor = self._solved[name]
        actor.cached = False
        self._active.append(actor)
        return actor

    def _done(self, actor: Actor) -> None:
        self._active.pop()
        self._note(actor, "ready")

    async def _run_task(self, run_task: Call, task: BackgroundTask) -> None:
        if not hasattr(task, "func"):  # BackgroundTasks: those in it have their own turns
            await run_task(task)
            return
        actor = Actor(_name(task.func), note="in the background")
        self._run.tasks.append(actor)
        self._active.append(actor)
        try:
            await run_task(task)
            self._note(actor, "done")
        except Exception as error:
            self._note(actor, f"raises {type(error).__name__}", "bad")
            raise
        finally:
            self._active.pop()


class _Tapped(sqlite3.Connection):
    """A connection whose begin, commit, rollback and close are heard."""

    note: Callable[..., None]

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:  # noqa: ANN401 - as sqlite3's
        spoken = next((word for word in SPOKEN if sql.lstrip().upper().startswith(word)), "")
        try:
            cursor = super().execute(sql, *values)
        except sqlite3.Error as error:
            self.note(f"{spoken or sql.split()[0]} fails: {error}", "bad")
            raise
        if spoken:
            self.note(spoken)
        return cursor

    def close(self) -> None:
        super().close()
        self.note("closes")


def rows_of(database: str) -> dict[str, int]:
    """Return how many rows each table has that are committed: read by a connection of its own."""
    with closing(sqlite3.Connection(f"file:{database}?mode=ro", uri=True)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        tables = [name for (name,) in found if not name.startswith("sqlite_")]
        return {
            table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608 - names that SQLite gave
            for table in tables
        }


def _in_async(call: Call) -> Call:
    @asynccontextmanager
    async def opened(*args: Any, **values: Any) -> AsyncIterator[Any]:  # noqa: ANN401 - as the dependency
        with contextmanager(call)(*args, **values) as value:
            yield value

    return opened


def _name(call: Call | None) -> str:
    return getattr(call, "__name__", type(call).__name__)
