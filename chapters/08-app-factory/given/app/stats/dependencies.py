from typing import Annotated

from fastapi import Depends

from app.orders.dependencies import get_order_service
from app.orders.service import OrderService
from app.stats.service import StatsService


def get_stats_service(orders: Annotated[OrderService, Depends(get_order_service)]) -> StatsService:
    return StatsService(orders)
