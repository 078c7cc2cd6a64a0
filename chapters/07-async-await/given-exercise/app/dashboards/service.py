from app.core.types import UserId
from app.dashboards import suppliers
from app.dashboards.fan_out import for_each
from app.dashboards.patience import ask
from app.dashboards.schemas import DashboardResponse
from app.orders.service import OrderService, get_order_service
from app.users.service import UserService, get_user_service


class DashboardService:
    def __init__(self, users: UserService, orders: OrderService) -> None:
        self._users = users
        self._orders = orders

    async def get(self, user_id: UserId) -> DashboardResponse:
        """Return what comes in time; NotFoundError only for a user who does not exist."""
        user = await self._users.get(user_id)
        orders = await self._orders.list_of_user(user_id)
        notes = await ask("notifications", suppliers.fetch_notifications(user_id))
        tips = await ask("recommendations", suppliers.fetch_recommendations(user_id))
        parts = {"notifications": notes, "recommendations": tips}
        return DashboardResponse(
            user_id=user.id,
            full_name=user.full_name,
            order_ids=[order.id for order in orders],
            notifications=notes,
            recommendations=tips,
            missing=[name for name, part in parts.items() if part is None],
        )

    async def list_page(self, skip: int, limit: int) -> list[DashboardResponse]:
        users = await self._users.list_page(skip, limit)
        return await for_each([user.id for user in users], self.get)


def get_dashboard_service() -> DashboardService:
    return DashboardService(get_user_service(), get_order_service())
