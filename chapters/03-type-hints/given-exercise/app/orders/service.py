from typing import Any

from app.orders.models import OrderItem
from app.orders.pricing import find_price, line_cents
from app.orders.repository import InMemoryOrderRepository, InMemoryProductRepository
from app.orders.schemas import OrderCreate, OrderResponse, ProductResponse
from app.users.service import UserService, get_user_service


class OrderNotFoundError(LookupError):
    """No order has this id."""


class ProductNotFoundError(LookupError):
    """The catalog has no product with this id."""


class OrderService:
    """What the shop can do with orders. Asks UserService for what it needs to know of users."""

    def __init__(self, orders: Any, products: Any, users: UserService) -> None:
        self._orders = orders
        self._products = products
        self._users = users

    async def place(self, data: OrderCreate) -> OrderResponse:
        customer = await self._users.get(data.user_id)
        products = await self._products.list_all()
        total = 0
        for item in data.items:
            total += line_cents(find_price(products, item.product_id), item.quantity)
        items = [OrderItem(item.product_id, item.quantity) for item in data.items]
        order = await self._orders.add(customer.id, customer.full_name, items, total)
        return OrderResponse.model_validate(order)

    async def get(self, order_id) -> Any:
        return await self._orders.get(order_id)

    async def list_page(self, skip, limit) -> Any:
        orders = await self._orders.list_page(skip, limit)
        return {"items": orders, "total": await self._orders.count(), "skip": skip, "limit": limit}

    async def list_of_user(self, user_id) -> Any:
        return await self._orders.list_of_user(user_id)

    async def list_products(self) -> list[ProductResponse]:
        products = await self._products.list_all()
        return [ProductResponse.model_validate(product) for product in products]


_service = OrderService(InMemoryOrderRepository(), InMemoryProductRepository(), get_user_service())


def get_order_service() -> OrderService:
    return _service
