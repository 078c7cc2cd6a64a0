from typing import Annotated

from fastapi import Depends

from app.orders.dependencies import get_order_service
from app.orders.service import OrderService
from app.summaries.service import SummaryService
from app.users.dependencies import get_user_service
from app.users.service import UserService


def get_summary_service(
    users: Annotated[UserService, Depends(get_user_service)],
    orders: Annotated[OrderService, Depends(get_order_service)],
) -> SummaryService:
    return SummaryService(users, orders)
