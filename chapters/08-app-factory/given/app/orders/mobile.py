"""Old names of orders, kept for one version: new clients take /orders and /products."""

import os
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Query, status
from pydantic import BaseModel, Field

from app.core.types import Cents, OrderId, ProductId, UserId
from app.orders.dependencies import get_order_service
from app.orders.schemas import OrderCreate, OrderItemCreate, OrderResponse
from app.orders.service import OrderNotFoundError, OrderService, ProductNotFoundError
from app.users.service import UserNotFoundError

router = APIRouter(deprecated=True)
type Service = Annotated[OrderService, Depends(get_order_service)]
PAGE_SIZE = int(os.getenv("APP_ORDERS_PAGE_SIZE", "20"))


class OldOrderCreate(BaseModel):
    user_id: UserId = Field(alias="userId")
    product_id: ProductId = Field(alias="prodId")
    quantity: int = Field(1, alias="qty", ge=1)


class OldOrderResponse(BaseModel):
    id: OrderId = Field(serialization_alias="orderId")
    customer_name: str = Field(serialization_alias="custName")
    total_cents: Cents = Field(serialization_alias="totalCents")


class OldProductResponse(BaseModel):
    id: ProductId = Field(serialization_alias="prodId")
    name: str = Field(serialization_alias="prodName")
    price_cents: Cents = Field(serialization_alias="priceCents")


@router.get("/getOrders")
async def list_old_orders(
    user_id: Annotated[UserId, Query(alias="userId")],
    service: Service,
    limit: Annotated[int, Query(alias="pageSize")] = PAGE_SIZE,
) -> list[OldOrderResponse]:
    orders = await service.list_of_user(user_id)
    return [_old(order) for order in orders[:limit]]


@router.get("/order/{orderId}")
async def get_old_order(
    order_id: Annotated[OrderId, Path(alias="orderId")], service: Service
) -> OldOrderResponse:
    try:
        return _old(await service.get(order_id))
    except OrderNotFoundError as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(error)) from error


@router.post("/placeOrder")
async def place_old_order(data: OldOrderCreate, service: Service) -> OldOrderResponse:
    items = [OrderItemCreate(product_id=data.product_id, quantity=data.quantity)]
    try:
        return _old(await service.place(OrderCreate(user_id=data.user_id, items=items)))
    except (UserNotFoundError, ProductNotFoundError) as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(error)) from error


@router.get("/product_info/{prodId}")
async def get_old_product(
    product_id: Annotated[ProductId, Path(alias="prodId")], service: Service
) -> OldProductResponse:
    try:
        return OldProductResponse(**(await service.get_product(product_id)).model_dump())
    except ProductNotFoundError as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(error)) from error


def _old(order: OrderResponse) -> OldOrderResponse:
    return OldOrderResponse(**order.model_dump())
