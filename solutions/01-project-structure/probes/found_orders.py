# Derived from chapters/01-project-structure/probes/found_orders.py by `course build`: change it there.
"""Run in the learner's process: what another caller's service finds of the placed orders."""

import asyncio
import inspect
import threading
from typing import Any

import anyio.from_thread
import anyio.to_thread
from app.orders.service import OrderNotFoundError
from probes.shop import Lines, look, place, plain, register, said_by, settled, wish
from probes.shop import shop as next_shop


async def find_orders(names: list[str], lines: Lines, never: list[int], more: int) -> dict[str, Any]:
    """Place an order for each name; the orders, as the next caller gets them, and what ids come to that nobody has.

    Then so many more are placed one after the other and listed, and a few at once.
    """
    users = [await register(name, number) for number, name in enumerate(names)]
    placed = [
        plain(await place(user, lines)) for user in (*users, users[0])
    ]  # the same once more is one more
    ids = [order["id"] for order in placed if order]
    found = {
        "placed": placed,
        "found": [await _get(number) for number in ids],
        "unknown": [[number, await _get(number)] for number in never if number not in ids],
    }
    service = await next_shop()
    ids += [look(await settled(service.place(wish(users[0], lines))), "id") for _ in range(more)]
    lists = await _lists()
    at_once = await asyncio.gather(*(settled(service.place(wish(user, lines))) for user in users * 3))
    return found | {"ids": ids, "lists": lists, "at_once": [look(order, "id") for order in at_once]}


async def _get(order_id: int) -> Any:  # noqa: ANN401 - whatever the learner's code makes
    try:
        return plain(await settled((await _shop_of_another_thread()).get(order_id))) or "None"
    except OrderNotFoundError as error:
        words = [one for one in (str(error), *said_by(error)) if isinstance(one, str)]
        return "OrderNotFoundError" if "Order not found" in words else f"OrderNotFoundError({words[0]!r})"
    except LookupError as error:
        return type(error).__name__


async def _shop_of_another_thread() -> Any:  # noqa: ANN401 - whatever the learner's code makes
    """The service as a caller gets it while the thread that answered so far is busy."""
    begun, done = anyio.Event(), threading.Event()

    def keep_busy() -> None:
        anyio.from_thread.run_sync(begun.set)
        done.wait(10)

    async with anyio.create_task_group() as group:
        group.start_soon(anyio.to_thread.run_sync, keep_busy)
        await begun.wait()
        try:
            return await next_shop()
        finally:
            done.set()


async def _lists() -> list[list[int]]:
    """What the methods that need no argument return, where that is a list of orders: the ids of each."""
    found = []
    service = await next_shop()
    for name, method in inspect.getmembers(service, callable):
        if name.startswith("_") or inspect.isclass(method) or _needs_arguments(method):
            continue
        value = await settled(method())
        if isinstance(value, list | tuple) and value and all(_is_order(one) for one in value):
            found.append([look(one, "id") for one in value])
    return found


def _needs_arguments(method: Any) -> bool:  # noqa: ANN401 - whatever the learner's code makes
    try:
        inspect.signature(method).bind()
    except (TypeError, ValueError):
        return True
    return False


def _is_order(thing: Any) -> bool:  # noqa: ANN401 - whatever the learner's code makes
    try:
        plain(thing)
    except (AttributeError, KeyError, TypeError):
        return False
    return True
