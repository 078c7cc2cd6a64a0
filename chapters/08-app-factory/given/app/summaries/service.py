from dataclasses import dataclass

from app.orders.service import OrderService
from app.users.service import UserService


@dataclass(frozen=True)
class UserSummary:
    id: int
    full_name: str
    order_count: int
    total_cents: int


class SummaryService:
    """Knows two domains, so that they need not know each other."""

    def __init__(self, users: UserService, orders: OrderService) -> None:
        self._users = users
        self._orders = orders

    async def summarize(self, user_id: int) -> UserSummary:
        user = await self._users.get(user_id)
        orders = await self._orders.list_of_user(user_id)
        total = sum(order.total_cents for order in orders)
        return UserSummary(user.id, user.full_name, len(orders), total)
