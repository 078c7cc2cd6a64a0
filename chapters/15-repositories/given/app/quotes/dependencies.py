from fastapi import Request

from app.quotes.repository import InMemoryQuoteRepository
from app.quotes.service import QuoteService
from app.users.service import UserService


def build_quote_service(users: UserService) -> QuoteService:
    return QuoteService(InMemoryQuoteRepository(), users)


def get_quote_service(request: Request) -> QuoteService:
    service: QuoteService = request.app.state.quote_service
    return service
