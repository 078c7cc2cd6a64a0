"""What an order costs."""

from collections.abc import Iterable, Mapping

from app.core.types import Cents, ProductId
from app.orders.models import OrderItem, Product


def get_total_cents(
    items: Iterable[OrderItem], products: Mapping[ProductId, Product], discount_percent: int
) -> Cents:
    """Return what the items cost in all, less the customer's discount."""
    full = sum(products[item.product_id].price_cents * item.quantity for item in items)
    return full - full * discount_percent // 100
