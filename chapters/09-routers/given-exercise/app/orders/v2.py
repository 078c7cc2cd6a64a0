"""Version 2 of orders: another shape, the same shop."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.orders.dependencies import get_order_service
from app.orders.service import OrderService

router = APIRouter()
type Service = Annotated[OrderService, Depends(get_order_service)]
