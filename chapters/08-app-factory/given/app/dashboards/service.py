import asyncio

from app.core.types import UserId
from app.dashboards import suppliers
from app.dashboards.fan_out import for_each
from app.dashboards.patience import ask
from app.dashboards.schemas import DashboardResponse
from app.orders.service import OrderService
from app.users.service import UserService


class DashboardService:
    def __init__(self, users: UserService, orders: OrderService) -> None:
        self._users = users
        self._orders = orders

    async def get(self, user_id: UserId) -> DashboardResponse:
        """Return what comes in time; NotFoundError only for a user who does not exist."""
        user = await self._users.get(user_id)
        async with asyncio.TaskGroup() as group:
            orders = group.create_task(self._orders.list_of_user(user_id))
            notes = group.create_task(ask("notifications", suppliers.fetch_notifications(user_id)))
            tips = group.create_task(
                ask("recommendations", suppliers.fetch_recommendations(user_id))
            )
        parts = {"notifications": notes.result(), "recommendations": tips.result()}
        return DashboardResponse(
            user_id=user.id,
            full_name=user.full_name,
            order_ids=[order.id for order in orders.result()],
            notifications=notes.result(),
            recommendations=tips.result(),
            missing=[name for name, part in parts.items() if part is None],
        )

    async def list_page(self, skip: int, limit: int) -> list[DashboardResponse]:
        users = await self._users.list_page(skip, limit)
        return await for_each([user.id for user in users], self.get)
