"""Who may do what with an order. A caller who is None is the shop's own staff."""

from app.core.types import UserId
from app.orders.models import Order, OrderStatus


def check_can_see(order: Order, caller: UserId | None) -> None:
    """Raise when the order is somebody else's."""


def check_can_set(order: Order, wanted: OrderStatus, caller: UserId | None) -> None:
    """Raise when this caller may not set this status."""
