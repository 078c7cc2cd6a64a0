import logging
from dataclasses import replace

from app.core.pagination import Page, page_of
from app.exceptions import NotFoundError, UnavailableError
from app.quotes import provider
from app.quotes.models import Quote, QuoteId
from app.quotes.repository import InMemoryQuoteRepository
from app.quotes.schemas.changes import QuoteUpdate
from app.quotes.schemas.incoming import QuoteCreate
from app.quotes.schemas.outgoing import QuoteResponse
from app.quotes.schemas.payments import PaymentCreate, PaymentResponse
from app.users.service import UserService

logger = logging.getLogger(__name__)


class QuoteNotFoundError(NotFoundError):
    """The shop has no quote with this id, or only the archive has one."""


class QuoteService:
    """Writes, shows and collects quotes. What a quote may be, the schemas know."""

    def __init__(self, quotes: InMemoryQuoteRepository, users: UserService) -> None:
        self._quotes = quotes
        self._users = users

    async def create(self, data: QuoteCreate) -> QuoteResponse:
        await self._users.get(data.user_id)
        return _show(await self._quotes.add(data.model_dump()))

    async def replace(self, quote_id: QuoteId, data: QuoteCreate) -> QuoteResponse:
        await self._find(quote_id)
        await self._users.get(data.user_id)
        return _show(await self._quotes.replace(quote_id, data.model_dump()))

    async def update(self, quote_id: QuoteId, data: QuoteUpdate) -> QuoteResponse:
        quote = replace(await self._find(quote_id), **data.changes())
        await self._quotes.save(quote)
        return _show(quote)

    async def get(self, quote_id: QuoteId) -> QuoteResponse:
        return _show(await self._find(quote_id))

    async def list_page(self, skip: int, limit: int) -> Page[QuoteResponse]:
        """Return the archive's quotes first, then the shop's own."""
        quotes = await self._quotes.list_all()
        items = [_show(quote) for quote in page_of(quotes, skip, limit)]
        return Page(items=items, total=len(quotes), skip=skip, limit=limit)

    async def pay(self, quote_id: QuoteId, data: PaymentCreate) -> PaymentResponse:
        quote = await self._find(quote_id)
        try:
            receipt = await provider.charge(quote.id, data.model_dump(mode="json")["method"])
        except OSError as error:
            logger.warning("Quote %s is not paid: %r", quote_id, data, exc_info=True)
            raise UnavailableError("The payment cannot be made now") from error
        return PaymentResponse.model_validate({"id": receipt, **data.model_dump()})

    async def _find(self, quote_id: QuoteId) -> Quote:
        quote = await self._quotes.get(quote_id)
        if quote is None:
            raise QuoteNotFoundError("Quote not found")
        return quote


def _show(quote: Quote) -> QuoteResponse:
    return QuoteResponse.model_validate(quote, from_attributes=True)
