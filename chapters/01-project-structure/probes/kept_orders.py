"""Run in the learner's process: what an OrderRepository keeps, before there is a route that shows it."""

import asyncio
from typing import Any

from app.orders.models import OrderItem
from app.orders.repository import OrderRepository
from probes.shop import look, plain, settled


async def keep_orders(rows: list[list[Any]], never: list[int]) -> dict[str, Any]:
    """Add an order for each row; what `add` returned, what `get` finds, and what it finds under ids nobody has."""
    orders = OrderRepository()
    made = [plain(await settled(_add(orders, row))) for row in rows]
    ids = [order["id"] for order in made if order]
    listed = getattr(orders, "list_all", None)
    found = {
        "made": made,
        "kept": [plain(await settled(orders.get(number))) for number in ids],
        "found": [n for n in never if n not in ids and await settled(orders.get(n)) is not None],
        "listed": [look(order, "id") for order in await settled(listed())] if listed else ids,
    }
    at_once = await asyncio.gather(*(settled(_add(orders, row)) for row in rows))
    return found | {"at_once": [plain(order) for order in at_once]}


def _add(orders: OrderRepository, row: list[Any]) -> Any:  # noqa: ANN401 - whatever the learner's code makes
    user, name, lines, total = row
    items = [OrderItem(product_id=product, quantity=quantity) for product, quantity in lines]
    return orders.add(user, name, items, total)
