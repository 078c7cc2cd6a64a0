import asyncio

from app.dashboards import suppliers
from app.dashboards.schemas import DashboardResponse
from app.orders.service import OrderService, get_order_service
from app.users.service import UserService, get_user_service


class DashboardService:
    def __init__(self, users: UserService, orders: OrderService) -> None:
        self._users = users
        self._orders = orders

    async def get(self, user_id: int) -> DashboardResponse:
        user = await self._users.get(user_id)
        orders = await self._orders.list_of_user(user_id)
        notifications = await suppliers.fetch_notifications(user_id)
        recommendations = await suppliers.fetch_recommendations(user_id)
        return DashboardResponse(
            user_id=user.id,
            full_name=user.full_name,
            order_ids=[order.id for order in orders],
            notifications=notifications,
            recommendations=recommendations,
            missing=[],
        )

    async def list_page(self, skip: int, limit: int) -> list[DashboardResponse]:
        users = await self._users.list_page(skip, limit)
        return await asyncio.gather(*[self.get(user.id) for user in users])


def get_dashboard_service() -> DashboardService:
    return DashboardService(get_user_service(), get_order_service())
