from typing import Any

from pydantic import BaseModel

from app.quotes.schemas.fields import DiscountPercent


class QuoteUpdate(BaseModel):
    """What a PATCH may change."""

    reference: str | None = None
    discount_percent: DiscountPercent | None = None
    note: str | None = None

    def changes(self) -> dict[str, Any]:
        return self.model_dump()
