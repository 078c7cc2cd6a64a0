from typing import Annotated

from fastapi import APIRouter, Depends, Response, status

from app.core.pagination import DEFAULT_LIMIT, Limit, Page, Skip
from app.quotes.dependencies import get_quote_service
from app.quotes.models import QuoteId
from app.quotes.schemas.changes import QuoteUpdate
from app.quotes.schemas.incoming import QuoteCreate
from app.quotes.schemas.outgoing import QuoteResponse
from app.quotes.schemas.payments import PaymentCreate, PaymentResponse
from app.quotes.service import QuoteService

router = APIRouter()
type Service = Annotated[QuoteService, Depends(get_quote_service)]


@router.post("/quotes", status_code=status.HTTP_201_CREATED)
async def create_quote(data: QuoteCreate, service: Service, response: Response) -> QuoteResponse:
    quote = await service.create(data)
    response.headers["Location"] = f"/api/v1/quotes/{quote.id}"
    return quote


@router.get("/quotes")
async def list_quotes(
    service: Service, skip: Skip = 0, limit: Limit = DEFAULT_LIMIT
) -> Page[QuoteResponse]:
    return await service.list_page(skip, limit)


@router.get("/quotes/{quote_id}")
async def get_quote(quote_id: QuoteId, service: Service) -> QuoteResponse:
    return await service.get(quote_id)


@router.put("/quotes/{quote_id}")
async def replace_quote(quote_id: QuoteId, data: QuoteCreate, service: Service) -> QuoteResponse:
    return await service.replace(quote_id, data)


@router.patch("/quotes/{quote_id}")
async def update_quote(quote_id: QuoteId, data: QuoteUpdate, service: Service) -> QuoteResponse:
    return await service.update(quote_id, data)


@router.post("/quotes/{quote_id}/payments", status_code=status.HTTP_201_CREATED)
async def add_quote_payment(
    quote_id: QuoteId, data: PaymentCreate, service: Service
) -> PaymentResponse:
    return await service.pay(quote_id, data)
