"""Run in the learner's process: what another caller's service finds of the placed orders."""

import inspect
from typing import Any

from app.orders.service import OrderNotFoundError
from probes.shop import Lines, look, place, plain, register, settled
from probes.shop import shop as next_shop


async def find_orders(names: list[str], lines: Lines, never: list[int]) -> dict[str, Any]:
    """Place an order for each name; the orders, as the next caller gets them, and what ids come to that nobody has."""
    users = [await register(name, number) for number, name in enumerate(names)]
    placed = [
        plain(await place(user, lines)) for user in (*users, users[0])
    ]  # the same once more is one more
    ids = [order["id"] for order in placed if order]
    return {
        "placed": placed,
        "found": [await _get(number) for number in ids],
        "unknown": [[number, await _get(number)] for number in never if number not in ids],
        "lists": await _lists(),
        "ids": ids,
    }


async def _get(order_id: int) -> Any:  # noqa: ANN401 - whatever the learner's code makes
    try:
        return plain(await settled((await next_shop()).get(order_id))) or "None"
    except OrderNotFoundError:
        return "OrderNotFoundError"
    except LookupError as error:
        return type(error).__name__


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
