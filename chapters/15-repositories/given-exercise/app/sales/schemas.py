from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from app.core.pagination import Limit, Skip
from app.core.schemas import InputModel, OutputModel
from app.core.types import MAX_ID, Cents, Email, Name, ProductId

type Sku = Annotated[str, Field(pattern=r"^[A-Z0-9-]{3,40}$", examples=["TEA-250"])]
type Pieces = Annotated[int, Field(ge=1, le=10_000)]


class SaleProductCreate(InputModel):
    sku: Sku
    name: Name
    price_cents: Annotated[Cents, Field(ge=1, le=MAX_ID)]
    stock: Annotated[int, Field(ge=0, le=10_000)]


class SaleProductResponse(OutputModel):
    id: int
    sku: str
    name: str
    price_cents: int
    stock: int


class DeliveryCreate(InputModel):
    quantity: Pieces


class SaleItemCreate(InputModel):
    product_id: Annotated[ProductId, Field(ge=1, le=MAX_ID)]
    quantity: Pieces


class SaleCreate(InputModel):
    """An order of the sale. When it is collected needs an offset: "noon" is no moment."""

    email: Email
    collect_at: AwareDatetime
    gift: bool = False
    items: Annotated[list[SaleItemCreate], Field(min_length=1, max_length=20)]


class SaleItemResponse(OutputModel):
    sku: str
    quantity: int
    price_cents: int


class SaleResponse(OutputModel):
    id: int
    email: str
    collect_at: datetime
    placed_at: datetime
    total_cents: int
    gift: bool
    items: list[SaleItemResponse]


class SaleQuery(InputModel):
    """What the office asks for. Without a word: all orders, as they are collected."""

    text: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")] | None = None
    gift: bool | None = None
    collect_from: AwareDatetime | None = None
    collect_before: AwareDatetime | None = None
    min_total_cents: Annotated[Cents, Field(ge=0, le=MAX_ID)] | None = None
    cancelled: bool = False
    sort: Annotated[str, Field(max_length=100)] = "collect_at"
    skip: Skip = 0
    limit: Limit = 20


class SaleInvoiceResponse(OutputModel):
    order_id: int
    number: int
