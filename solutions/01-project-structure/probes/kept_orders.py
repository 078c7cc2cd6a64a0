# Derived from chapters/01-project-structure/probes/kept_orders.py by `course build`: change it there.
"""Run in the learner's process: what an OrderRepository keeps, before there is a route that shows it."""

from typing import Any

from app.orders.models import OrderItem
from app.orders.repository import OrderRepository
from probes.shop import look, plain, settled


async def keep_orders(rows: list[list[Any]], never: list[int]) -> dict[str, Any]:
    """Add an order for each row; what `add` returned, what `get` finds, and what it finds under ids nobody has."""
    orders = OrderRepository()
    made = []
    for user, name, lines, total in rows:
        items = [OrderItem(product_id=product, quantity=quantity) for product, quantity in lines]
        made.append(plain(await settled(orders.add(user, name, items, total))))
    ids = [order["id"] for order in made if order]
    listed = getattr(orders, "list_all", None)
    return {
        "made": made,
        "kept": [plain(await settled(orders.get(number))) for number in ids],
        "found": [n for n in never if n not in ids and await settled(orders.get(n)) is not None],
        "listed": [look(order, "id") for order in await settled(listed())] if listed else ids,
    }
