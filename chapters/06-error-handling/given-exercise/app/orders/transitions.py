"""Which changes an order allows: a placed order may be shipped or cancelled, and that is the end of it."""

from app.orders.models import Order, OrderStatus
from app.orders.repository import ProductRepository


async def change_status(order: Order, wanted: OrderStatus, products: ProductRepository) -> None:
    assert order.status == OrderStatus.PLACED, "an order can only be changed once"
    order.status = wanted


def check_open(order: Order) -> None:
    """Raise when nothing may be added to the order any more."""
