from dataclasses import dataclass
from enum import StrEnum

type OrderItemId = int


class OrderStatus(StrEnum):
    PLACED = "placed"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Product:
    id: int
    name: str
    price_cents: int
    cost_cents: int  # what the shop pays for it, and tells nobody


@dataclass
class OrderItem:
    product_id: int
    quantity: int
    is_gift: bool = False
    id: int = 0  # the repository gives it a number that no other item of the shop has


@dataclass
class Order:
    id: int
    user_id: int
    customer_name: str
    items: list[OrderItem]
    total_cents: int
    status: OrderStatus = OrderStatus.PLACED
    discount_percent: int = 0


@dataclass(frozen=True)
class OrderDetails:
    """An order with the products of its items, by their ids: all that there is to know of it."""

    order: Order
    products: dict[int, Product]
