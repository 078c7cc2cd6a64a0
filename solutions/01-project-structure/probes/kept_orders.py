# Derived from chapters/01-project-structure/probes/kept_orders.py by `course build`: change it there.
"""Run in the learner's process: what an OrderRepository keeps, before there is a route that shows it."""

import asyncio
from typing import Any

from app.orders import repository
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
    if of_user := getattr(orders, "list_of_user", None):
        found["of_user"] = [
            [user, [look(order, "id") for order in await settled(of_user(user))]] for user, *_ in rows
        ]
    at_once = await asyncio.gather(*(settled(_add(orders, row)) for row in rows))
    return found | {"at_once": [plain(order) for order in at_once], "catalog": await _catalog(never)}


async def _catalog(never: list[int]) -> dict[str, Any]:
    """What a ProductRepository lists, and what it finds, where it does so under the names that were given."""
    products, found = getattr(repository, "ProductRepository", lambda: None)(), {}
    if listed := getattr(products, "list_all", None):
        found["list_all()"] = [_product(one) for one in await settled(listed())]
    if get := getattr(products, "get", None):
        for number in (1, 2, 3, *(one for one in never if one not in (1, 2, 3))):
            one = await settled(get(number))
            found[f"get({number})"] = one and _product(one)
    return found


def _product(product: Any) -> list[Any]:  # noqa: ANN401 - whatever the learner's code makes
    return [look(product, name) for name in ("id", "name", "price_cents")]


def _add(orders: OrderRepository, row: list[Any]) -> Any:  # noqa: ANN401 - whatever the learner's code makes
    user, name, lines, total = row
    items = [OrderItem(product_id=product, quantity=quantity) for product, quantity in lines]
    return orders.add(user, name, items, total)
