from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, HTTPException, status
from fastapi.responses import JSONResponse

from app.core.pagination import DEFAULT_LIMIT, Limit, Page, Skip
from app.core.types import OrderId, ProductId, UserId
from app.orders.dependencies import Caller
from app.orders.schemas import (
    OrderCreate,
    OrderItemCreate,
    OrderItemResponse,
    OrderResponse,
    OrderUpdate,
    ProductResponse,
    ReceiptResponse,
)
from app.orders.service import (
    OrderNotFoundError,
    OrderService,
    ProductNotFoundError,
    get_order_service,
)
from app.orders.warehouse import announce
from app.users.service import UserNotFoundError

router = APIRouter()
type Service = Annotated[OrderService, Depends(get_order_service)]


@router.get("/products")
async def list_products(service: Service) -> list[ProductResponse]:
    return await service.list_products()


@router.get("/products/{product_id}")
async def get_product(product_id: ProductId, service: Service) -> ProductResponse:
    try:
        return await service.get_product(product_id)
    except ProductNotFoundError as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(error)) from error


@router.post("/orders", status_code=status.HTTP_201_CREATED)
async def place_order(
    data: OrderCreate, service: Service, tasks: BackgroundTasks
) -> OrderResponse:
    try:
        order = await service.place(data)
    except (UserNotFoundError, ProductNotFoundError) as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(error)) from error
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
async def get_order(order_id: OrderId, service: Service) -> OrderResponse:
    try:
        return await service.get(order_id)
    except OrderNotFoundError as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(error)) from error


@router.patch("/orders/{order_id}", response_model=None)
async def update_order(
    order_id: OrderId, data: OrderUpdate, service: Service, caller: Caller
) -> OrderResponse | JSONResponse:
    try:
        return await service.change_status(order_id, data.status, caller)
    except Exception as error:
        return JSONResponse({"error": str(error)})


@router.get("/orders/{order_id}/items")
async def list_order_items(order_id: OrderId, service: Service) -> list[OrderItemResponse]:
    try:
        return await service.list_items(order_id)
    except OrderNotFoundError as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(error)) from error


@router.post("/orders/{order_id}/items", status_code=status.HTTP_201_CREATED)
async def add_order_item(
    order_id: OrderId, data: OrderItemCreate, service: Service
) -> OrderItemResponse:
    try:
        return await service.add_item(order_id, data)
    except (OrderNotFoundError, ProductNotFoundError) as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(error)) from error


@router.get("/orders/{order_id}/receipt")
async def get_receipt(order_id: OrderId, service: Service) -> ReceiptResponse:
    try:
        return await service.get_receipt(order_id)
    except OrderNotFoundError as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(error)) from error
