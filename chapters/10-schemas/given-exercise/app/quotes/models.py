from dataclasses import dataclass
from datetime import date
from decimal import Decimal

type QuoteId = int


@dataclass(frozen=True)
class Money:
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class QuoteLine:
    product_id: int
    quantity: int
    unit_price: Money


@dataclass(frozen=True)
class Quote:
    """A quote as the shop keeps it. One of the archive may hold anything."""

    id: QuoteId
    user_id: int
    reference: str | None
    lines: list[QuoteLine]
    discount_percent: int
    valid_from: date | None
    valid_until: date | None
    note: str | None
    remarks: str = ""  # the sales team's own, never for the customer
