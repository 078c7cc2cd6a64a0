"""Which changes an order allows: a placed order may be shipped or cancelled, and that is the end of it."""

from app.exceptions import InvalidTransitionError
from app.orders.models import Order, OrderStatus
from app.orders.repository import ProductRepository


async def change_status(order: Order, wanted: OrderStatus, products: ProductRepository) -> None:
    """Ship or cancel the order; a cancelled one gives back what it took from the shelf."""
    if order.status != OrderStatus.PLACED or wanted == OrderStatus.PLACED:
        raise InvalidTransitionError(f"An order that is {order.status} cannot be {wanted}")
    if wanted == OrderStatus.CANCELLED:
        await products.put_back(order.items)
    order.status = wanted


async def cancel(order: Order, products: ProductRepository) -> None:
    """Cancel the order; one that is cancelled stays as it is."""
    ...


def check_open(order: Order) -> None:
    """Raise when the items of the order may not change any more."""
    if order.status != OrderStatus.PLACED:
        raise InvalidTransitionError(f"The items of an order that is {order.status} cannot change")
