"""Who comes back pays less."""

from app.orders.service import get_order_service

LOYAL_FROM_ORDERS = 5
DISCOUNT_PERCENT = 5


async def get_discount_percent(user_id: int) -> int:
    """Return the discount of a customer who has placed enough orders before."""
    orders = await get_order_service().list_of_user(user_id)
    return DISCOUNT_PERCENT if len(orders) >= LOYAL_FROM_ORDERS else 0
