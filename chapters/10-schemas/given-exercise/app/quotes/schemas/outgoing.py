from pydantic import computed_field

from app.quotes.models import QuoteId
from app.quotes.schemas.incoming import QuoteCreate
from app.quotes.schemas.money import PriceResponse


class QuoteResponse(QuoteCreate):
    """A quote is a quote, whichever way it goes."""

    id: QuoteId

    @computed_field
    def total(self) -> PriceResponse:
        total = sum(line.quantity * line.unit_price.amount for line in self.lines)
        less = total * (100 - self.discount_percent) / 100
        return PriceResponse(amount=less, currency=self.lines[0].unit_price.currency)
