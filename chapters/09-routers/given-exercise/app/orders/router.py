from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, status

from app.core.pagination import DEFAULT_LIMIT, Limit, Page, Skip
from app.core.types import OrderId, ProductId, UserId
from app.orders.dependencies import Caller, get_order_service
from app.orders.schemas import (
    OrderCreate,
    OrderResponse,
    OrderUpdate,
    ProductResponse,
    ReceiptResponse,
)
from app.orders.service import OrderService
from app.orders.warehouse import announce

router = APIRouter()
type Service = Annotated[OrderService, Depends(get_order_service)]


@router.get("/products")
async def list_products(service: Service) -> list[ProductResponse]:
    return await service.list_products()


@router.get("/products/{product_id}")
async def get_product(product_id: ProductId, service: Service) -> ProductResponse:
    return await service.get_product(product_id)


@router.post("/orders", status_code=status.HTTP_201_CREATED)
async def place_order(
    data: OrderCreate, service: Service, tasks: BackgroundTasks
) -> OrderResponse:
    order = await service.place(data)
    tasks.add_task(announce, order.id, sum(item.quantity for item in order.items))
    return order


@router.get("/orders")
async def list_orders(
    service: Service,
    user_id: UserId | None = None,
    skip: Skip = 0,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[OrderResponse]:
    return await service.list_page(skip, limit, user_id)


@router.get("/orders/{order_id}")
async def get_order(order_id: OrderId, service: Service, caller: Caller) -> OrderResponse:
    return await service.get(order_id, caller)


@router.patch("/orders/{order_id}")
async def update_order(
    order_id: OrderId, data: OrderUpdate, service: Service, caller: Caller
) -> OrderResponse:
    return await service.change_status(order_id, data.status, caller)


@router.get("/orders/{order_id}/receipt")
async def get_receipt(order_id: OrderId, service: Service) -> ReceiptResponse:
    return await service.get_receipt(order_id)
