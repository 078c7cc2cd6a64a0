from typing import Annotated

from fastapi import Depends

from app.dashboards.service import DashboardService
from app.orders.dependencies import get_order_service
from app.orders.service import OrderService
from app.users.dependencies import get_user_service
from app.users.service import UserService


def get_dashboard_service(
    users: Annotated[UserService, Depends(get_user_service)],
    orders: Annotated[OrderService, Depends(get_order_service)],
) -> DashboardService:
    return DashboardService(users, orders)
