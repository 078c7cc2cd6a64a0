"""aiosqlite has a thread of its own for each connection, and no executor: an event loop does not know that it works."""

import functools
from collections.abc import Callable
from typing import Any

type Count = Callable[[int], None]


def count_database_threads(count: Count) -> None:
    """Say +1 when aiosqlite begins something, and -1 when it is done."""
    try:
        from aiosqlite import Connection
    except ImportError:
        return
    for name in ("_execute", "_connect"):
        setattr(Connection, name, _counted(getattr(Connection, name), count))


def _counted(method: Callable[..., Any], count: Count) -> Callable[..., Any]:
    @functools.wraps(method)
    async def counted(*args: object, **kwargs: object) -> Any:  # noqa: ANN401 - whatever aiosqlite answers
        count(1)
        try:
            return await method(*args, **kwargs)
        finally:
            count(-1)

    return counted
