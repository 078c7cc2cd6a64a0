# Derived from chapters/03-type-hints/probes/strangers.py by `course build`: change it there.
"""Repositories of other makers, which inherit from nothing: for mypy, and for the learner's process.

What is a list in memory comes out as anything: a protocol may promise a list, a tuple or any other collection.
"""

from collections.abc import Iterable
from typing import Any

from app.orders.models import Order, OrderItem, Product

type Some = Any


class Products:
    def __init__(self, *kept: Product) -> None:
        self.kept = list(kept)

    async def get(self, product_id: int) -> Product | None:
        return next((product for product in self.kept if product.id == product_id), None)

    async def list_all(self) -> Some:
        return list(self.kept)


class Orders:
    def __init__(self) -> None:
        self.kept: list[Order] = []
        self.not_shown = 0

    async def add(
        self, user_id: int, customer_name: str, items: Iterable[OrderItem], total_cents: int
    ) -> Order:
        self.kept.append(Order(len(self.kept) + 1, user_id, customer_name, list(items), total_cents))
        return self.kept[-1]

    async def get(self, order_id: int) -> Order | None:
        return next((order for order in self.kept if order.id == order_id), None)

    async def list_all(self) -> Some:
        return list(self.kept)

    async def count(self) -> int:
        return len(self.kept) + self.not_shown

    async def list_page(self, skip: int, limit: int) -> Some:
        return self.kept[skip : skip + limit]

    async def list_of_user(self, user_id: int) -> Some:
        return [order for order in self.kept if order.user_id == user_id]
