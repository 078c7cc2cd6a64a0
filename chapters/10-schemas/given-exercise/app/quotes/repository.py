from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from app.quotes import archive
from app.quotes.models import Money, Quote, QuoteId, QuoteLine

FIRST_ID = 1001  # smaller ones are the archive's


class InMemoryQuoteRepository:
    """Keeps the shop's own quotes in memory, and reads the archive's."""

    def __init__(self) -> None:
        self._quotes: dict[QuoteId, Quote] = {}
        self._ids = count(FIRST_ID)

    async def add(self, values: dict[str, Any]) -> Quote:
        quote = _make(next(self._ids), values)
        self._quotes[quote.id] = quote
        return quote

    async def replace(self, quote_id: QuoteId, values: dict[str, Any]) -> Quote:
        self._quotes[quote_id] = _make(quote_id, values)
        return self._quotes[quote_id]

    async def save(self, quote: Quote) -> None:
        self._quotes[quote.id] = quote

    async def get(self, quote_id: QuoteId) -> Quote | None:
        """Return one of the shop's own quotes."""
        return self._quotes.get(quote_id)

    async def list_all(self) -> list[Quote]:
        return [*map(_read, await archive.read_rows()), *self._quotes.values()]


def _make(quote_id: QuoteId, values: dict[str, Any]) -> Quote:
    lines = [
        QuoteLine(**line | {"unit_price": Money(**line["unit_price"])}) for line in values["lines"]
    ]
    return Quote(**values | {"id": quote_id, "lines": lines})


def _read(row: dict[str, Any]) -> Quote:
    """Return a quote of the archive as it is: its texts become days and decimals, and nothing is checked."""
    days = {
        name: date.fromisoformat(row[name]) if row[name] else None
        for name in ("valid_from", "valid_until")
    }
    lines = [
        QuoteLine(
            line["product_id"],
            line["quantity"],
            Money(Decimal(line["unit_price"]["amount"]), line["unit_price"]["currency"]),
        )
        for line in row["lines"]
    ]
    return Quote(**row | days | {"lines": lines})
