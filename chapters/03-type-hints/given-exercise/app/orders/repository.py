from app.core.pagination import page_of
from app.orders.models import Order, OrderItem, Product

CATALOG = (
    Product(id=1, name="Notebook", price_cents=450),
    Product(id=2, name="Pencil", price_cents=120),
    Product(id=3, name="Backpack", price_cents=5900),
)


class InMemoryProductRepository:
    """The shop's fixed catalog."""

    def __init__(self) -> None:
        self._products = {product.id: product for product in CATALOG}

    async def get(self, product_id: int) -> Product | None:
        return self._products.get(product_id)

    async def list_all(self) -> list[Product]:
        return list(self._products.values())


class InMemoryOrderRepository:
    """Keeps orders in memory; a database takes this place in chapter 15."""

    def __init__(self) -> None:
        self._orders: dict[int, Order] = {}

    async def add(
        self, user_id: int, customer_name: str, items: list[OrderItem], total_cents: int
    ) -> Order:
        order = Order(len(self._orders) + 1, user_id, customer_name, items, total_cents)
        self._orders[order.id] = order
        return order

    async def get(self, order_id: int) -> Order | None:
        return self._orders.get(order_id)

    async def count(self) -> int:
        return len(self._orders)

    async def list_page(self, skip: int, limit: int) -> list[Order]:
        return page_of(self._orders.values(), skip, limit)

    async def list_of_user(self, user_id: int) -> list[Order]:
        return [order for order in self._orders.values() if order.user_id == user_id]
