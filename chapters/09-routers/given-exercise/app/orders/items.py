"""The items of an order: part of it, so their address begins with its address."""

from typing import Annotated

from fastapi import APIRouter, Depends, status

from app.core.types import OrderId
from app.orders.dependencies import get_order_service
from app.orders.schemas import OrderItemCreate, OrderItemResponse
from app.orders.service import OrderService

router = APIRouter(prefix="/orders/{order_id}/items")
type Service = Annotated[OrderService, Depends(get_order_service)]


@router.get("")
async def list_order_items(order_id: OrderId, service: Service) -> list[OrderItemResponse]:
    return await service.list_items(order_id)


@router.post("", status_code=status.HTTP_201_CREATED)
async def add_order_item(
    order_id: OrderId, data: OrderItemCreate, service: Service
) -> OrderItemResponse:
    return await service.add_item(order_id, data)
