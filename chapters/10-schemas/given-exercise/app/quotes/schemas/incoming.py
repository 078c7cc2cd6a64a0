from datetime import date

from pydantic import BaseModel

from app.core.types import ProductId, UserId
from app.quotes.schemas.fields import DiscountPercent
from app.quotes.schemas.money import PriceRequest


class QuoteLineCreate(BaseModel):
    product_id: ProductId
    quantity: int
    unit_price: PriceRequest


class QuoteCreate(BaseModel):
    user_id: UserId
    reference: str | None = "draft"
    lines: list[QuoteLineCreate]
    discount_percent: DiscountPercent = 0
    valid_from: date
    valid_until: date
    note: str | None = None
