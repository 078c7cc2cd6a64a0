from fastapi import Request

from app.quotes.service import QuoteService


def get_quote_service(request: Request) -> QuoteService:
    service: QuoteService = request.app.state.quote_service
    return service
