import itertools
from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from app.core.pagination import page_of
from app.core.types import Cents, OrderId, ProductId, UserId
from app.orders.models import Order, OrderItem, Product

CATALOG = (
    Product(id=1, name="Notebook", price_cents=450, cost_cents=180),
    Product(id=2, name="Pencil", price_cents=120, cost_cents=35),
    Product(id=3, name="Backpack", price_cents=5900, cost_cents=2410),
)
STOCK = {1: 1000, 2: 5000, 3: 200}


class ProductRepository(Protocol):
    async def take(self, items: Iterable[OrderItem]) -> bool: ...

    async def put_back(self, items: Iterable[OrderItem]) -> None: ...

    async def get(self, product_id: ProductId) -> Product | None: ...

    async def list_all(self) -> list[Product]: ...


class OrderRepository(Protocol):
    async def add(
        self,
        user_id: UserId,
        customer_name: str,
        items: list[OrderItem],
        total_cents: Cents,
        discount_percent: int,
    ) -> Order: ...

    async def get(self, order_id: OrderId) -> Order | None: ...

    async def count(self) -> int: ...

    async def list_page(self, skip: int, limit: int) -> list[Order]: ...

    async def list_of_user(self, user_id: UserId) -> list[Order]: ...

    async def count_of_user(self, user_id: UserId) -> int: ...

    async def add_item(self, order: Order, item: OrderItem) -> None: ...

    async def remove_item(self, order: Order, item: OrderItem) -> None: ...


class InMemoryProductRepository:
    """The shop's fixed catalog, and what is left of it."""

    def __init__(self) -> None:
        self._products = {product.id: product for product in CATALOG}
        self._stock = Counter(STOCK)

    async def take(self, items: Iterable[OrderItem]) -> bool:
        """Take all of the items out of stock, or none: False when one is short."""
        wanted = _count(items)
        if not wanted <= self._stock:
            return False
        self._stock -= wanted
        return True

    async def put_back(self, items: Iterable[OrderItem]) -> None:
        self._stock += _count(items)

    async def get(self, product_id: ProductId) -> Product | None:
        return self._products.get(product_id)

    async def list_all(self) -> list[Product]:
        return list(self._products.values())


class InMemoryOrderRepository:
    """Keeps orders in memory; a database takes this place in chapter 15."""

    def __init__(self) -> None:
        self._orders: dict[OrderId, Order] = {}
        self._item_ids = itertools.count(1)

    async def add(
        self,
        user_id: UserId,
        customer_name: str,
        items: list[OrderItem],
        total_cents: Cents,
        discount_percent: int,
    ) -> Order:
        order = Order(
            id=len(self._orders) + 1,
            user_id=user_id,
            customer_name=customer_name,
            items=items,
            total_cents=total_cents,
            discount_percent=discount_percent,
        )
        for item in items:
            item.id = next(self._item_ids)
        self._orders[order.id] = order
        return order

    async def get(self, order_id: OrderId) -> Order | None:
        return self._orders.get(order_id)

    async def count(self) -> int:
        return len(self._orders)

    async def list_page(self, skip: int, limit: int) -> list[Order]:
        return page_of(self._orders.values(), skip, limit)

    async def list_of_user(self, user_id: UserId) -> list[Order]:
        return [order for order in self._orders.values() if order.user_id == user_id]

    async def count_of_user(self, user_id: UserId) -> int:
        return len(await self.list_of_user(user_id))

    async def add_item(self, order: Order, item: OrderItem) -> None:
        item.id = next(self._item_ids)
        order.items.append(item)

    async def remove_item(self, order: Order, item: OrderItem) -> None:
        order.items.remove(item)


def _count(items: Iterable[OrderItem]) -> Counter[ProductId]:
    counted: Counter[ProductId] = Counter()
    for item in items:
        counted[item.product_id] += item.quantity
    return counted
