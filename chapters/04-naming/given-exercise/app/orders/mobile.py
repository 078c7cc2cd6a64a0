"""What the mobile app asks for, by the mobile team."""

import os
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel

from app.orders.schemas import OrderCreate, OrderItemCreate, OrderResponse
from app.orders.service import (
    OrderNotFoundError,
    OrderService,
    ProductNotFoundError,
    get_order_service,
)
from app.users.service import UserNotFoundError

router = APIRouter()
Svc = Annotated[OrderService, Depends(get_order_service)]
PAGE = int(os.getenv("ordersPageSize", "20"))


class OrderIn(BaseModel):
    userId: int
    prodId: int
    qty: int = 1


class OrderOut(BaseModel):
    orderId: int
    custName: str
    totalCents: int


class ProdInfo(BaseModel):
    prodId: int
    prodName: str
    priceCents: int


def out(o: OrderResponse) -> OrderOut:
    return OrderOut(orderId=o.id, custName=o.customer_name, totalCents=o.total_cents)


@router.get("/getOrders")
async def orders(userId: int, svc: Svc, pageSize: int = PAGE) -> list[OrderOut]:
    return [out(o) for o in (await svc.list_of_user(userId))[:pageSize]]


@router.get("/order/{orderId}")
async def order(orderId: int, svc: Svc) -> OrderOut:
    try:
        return out(await svc.get(orderId))
    except OrderNotFoundError as error:
        raise HTTPException(404, str(error)) from error


@router.post("/placeOrder")
async def do_order(data: OrderIn, svc: Svc) -> OrderOut:
    items = [OrderItemCreate(product_id=data.prodId, quantity=data.qty)]
    try:
        return out(await svc.place(OrderCreate(user_id=data.userId, items=items)))
    except (UserNotFoundError, ProductNotFoundError) as error:
        raise HTTPException(404, str(error)) from error


@router.get("/product_info/{prodId}")
async def product(prodId: int, svc: Svc) -> ProdInfo:
    for p in await svc.list_products():
        if p.id == prodId:
            return ProdInfo(prodId=p.id, prodName=p.name, priceCents=p.price_cents)
    raise HTTPException(404, "Product not found")
