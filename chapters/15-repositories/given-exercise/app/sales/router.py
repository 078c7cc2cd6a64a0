from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response, status
from pydantic import AwareDatetime

from app.core.pagination import Page
from app.core.types import MAX_ID
from app.sales.dependencies import Sales
from app.sales.schemas import (
    DeliveryCreate,
    SaleCreate,
    SaleInvoiceResponse,
    SaleProductCreate,
    SaleProductResponse,
    SaleQuery,
    SaleResponse,
)

router = APIRouter(prefix="/sales")
type Id = Annotated[int, Path(ge=1, le=MAX_ID)]


@router.post("/products", status_code=status.HTTP_201_CREATED)
async def create_sale_product(
    data: SaleProductCreate, sales: Sales, request: Request, response: Response
) -> SaleProductResponse:
    product = await sales.add_product(data)
    response.headers["Location"] = f"{request.url.path}/{product.id}"
    return SaleProductResponse.model_validate(product)


@router.get("/products/{product_id}")
async def get_sale_product(product_id: Id, sales: Sales) -> SaleProductResponse:
    return SaleProductResponse.model_validate(await sales.get_product(product_id))


@router.delete("/products/{product_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_sale_product(product_id: Id, sales: Sales) -> None:
    await sales.delete_product(product_id)


@router.post("/products/{product_id}/deliveries")
async def create_delivery(
    product_id: Id, data: DeliveryCreate, sales: Sales
) -> SaleProductResponse:
    return SaleProductResponse.model_validate(await sales.deliver(product_id, data.quantity))


@router.post("/orders", status_code=status.HTTP_201_CREATED)
async def place_sale_order(
    data: SaleCreate, sales: Sales, request: Request, response: Response
) -> SaleResponse:
    order = await sales.place(data)
    response.headers["Location"] = f"{request.url.path}/{order.id}"
    return order


@router.get("/orders")
async def list_due_sale_orders(
    sales: Sales, collect_before: Annotated[AwareDatetime, Query()]
) -> list[SaleResponse]:
    return await sales.list_due(collect_before)


@router.get("/search")
async def list_matching_sale_orders(
    sales: Sales, query: Annotated[SaleQuery, Query()]
) -> Page[SaleResponse]:
    return await sales.search(query)


@router.get("/orders/{order_id}")
async def get_sale_order(order_id: Id, sales: Sales) -> SaleResponse:
    return await sales.get(order_id)


@router.delete("/orders/{order_id}", status_code=status.HTTP_204_NO_CONTENT)
async def cancel_sale_order(order_id: Id, sales: Sales) -> None:
    await sales.cancel(order_id)


@router.post("/orders/{order_id}/invoice", status_code=status.HTTP_201_CREATED)
async def create_invoice(order_id: Id, sales: Sales) -> SaleInvoiceResponse:
    return SaleInvoiceResponse.model_validate(await sales.invoice(order_id))
