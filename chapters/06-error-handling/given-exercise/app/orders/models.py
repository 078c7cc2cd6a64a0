from dataclasses import dataclass
from enum import StrEnum


class OrderStatus(StrEnum):
    PLACED = "placed"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Product:
    id: int
    name: str
    price_cents: int


@dataclass
class OrderItem:
    product_id: int
    quantity: int


@dataclass
class Order:
    id: int
    user_id: int
    customer_name: str
    items: list[OrderItem]
    total_cents: int
    status: OrderStatus = OrderStatus.PLACED
