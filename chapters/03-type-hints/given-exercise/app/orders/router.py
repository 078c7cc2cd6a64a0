from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, status

from app.orders.schemas import OrderCreate, OrderResponse, ProductResponse
from app.orders.service import (
    OrderNotFoundError,
    OrderService,
    ProductNotFoundError,
    get_order_service,
)
from app.users.service import UserNotFoundError

router = APIRouter()
Service = Annotated[OrderService, Depends(get_order_service)]


@router.get("/products")
async def list_products(service: Service) -> list[ProductResponse]:
    return await service.list_products()


@router.post("/orders", status_code=status.HTTP_201_CREATED)
async def place_order(data: OrderCreate, service: Service) -> OrderResponse:
    try:
        return await service.place(data)
    except (UserNotFoundError, ProductNotFoundError) as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(error)) from error


@router.get("/orders")
async def list_orders(service: Service, skip: int = 0, limit: int = 1_000) -> Any:
    return await service.list_page(skip, limit)


@router.get("/orders/{order_id}")
async def get_order(order_id: int, service: Service) -> OrderResponse:
    try:
        return await service.get(order_id)
    except OrderNotFoundError as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(error)) from error
