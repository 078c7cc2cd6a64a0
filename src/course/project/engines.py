"""SQLAlchemy's engines of an app that is being left: their connections are closed before the next one is imported.

An app that closes its own in its lifespan leaves none. One that makes an engine where it is imported, or whose shutdown
fails, would leave connections, and aiosqlite's threads with them.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from types import ModuleType
from typing import Any

_DEPTH = (
    3  # an engine is a global, or in an object that is one (`database = Database(url)`), as `app.state` is
)


def engines_of(values: Iterable[object]) -> list[Any]:
    """Return the engines among these objects, and among the attributes of those that are none."""
    if "sqlalchemy" not in sys.modules:
        return []
    found = {id(engine): engine for value in list(values) for engine in _engines(value, _DEPTH)}
    return list(found.values())


async def dispose(engines: Iterable[Any]) -> None:
    """Close what these engines have open; one that cannot be closed any more does not keep the others."""
    for engine in engines:
        with suppress(Exception):
            done = engine.dispose()
            if done is not None:
                await done


def _engines(value: object, depth: int) -> Iterator[object]:
    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker
    from sqlalchemy.orm import sessionmaker

    if isinstance(value, type | ModuleType):
        return
    if isinstance(value, Engine | AsyncEngine):
        yield value
    elif isinstance(value, sessionmaker | async_sessionmaker):
        if isinstance(bound := value.kw.get("bind"), Engine | AsyncEngine):
            yield bound
    elif depth:
        for inner in _inside(value):
            yield from _engines(inner, depth - 1)


def _inside(value: object) -> list[object]:
    """What an object holds; `app.state` holds its values in a dictionary."""
    if isinstance(value, dict):
        return list(value.values())
    with suppress(Exception):
        return list(object.__getattribute__(value, "__dict__").values())
    return []
