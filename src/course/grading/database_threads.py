"""aiosqlite has a thread of its own for each connection, and no executor: an event loop does not know that it works."""

import asyncio
import queue
from collections.abc import Callable
from typing import Any

type Count = Callable[[int], None]


def count_database_threads(count: Count) -> None:
    """Say +1 when a thread of aiosqlite is given something to do, and -1 when it has done it."""
    try:
        from aiosqlite import core
    except ImportError:
        return

    class Counted(queue.SimpleQueue[tuple[asyncio.Future[Any] | None, Callable[[], Any]]]):
        """What such a thread is to do; SQLAlchemy puts something here, too."""

        def put_nowait(self, item: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
            if (future := item[0]) is not None:
                count(1)
                future.add_done_callback(lambda _: count(-1))
            super().put_nowait(item)

    core.SimpleQueue = Counted  # type: ignore[assignment, attr-defined]  # aiosqlite names it so
