from typing import Annotated

from fastapi import Depends, Header, Request

from app.core.types import UserId
from app.exceptions import AuthenticationError, NotFoundError
from app.orders.repository import InMemoryOrderRepository, InMemoryProductRepository
from app.orders.service import OrderService
from app.users.dependencies import get_user_service
from app.users.service import UserService


def build_order_service(users: UserService) -> OrderService:
    return OrderService(InMemoryOrderRepository(), InMemoryProductRepository(), users)


def get_order_service(request: Request) -> OrderService:
    service: OrderService = request.app.state.order_service
    return service


async def get_caller(
    users: Annotated[UserService, Depends(get_user_service)],
    x_user_id: Annotated[UserId | None, Header()] = None,
) -> UserId | None:
    """Return who asks; None is the shop's own staff (a real login comes in chapter 16)."""
    if x_user_id is None:
        return None
    try:
        return (await users.get(x_user_id)).id
    except NotFoundError as error:
        raise AuthenticationError("Nobody has this X-User-Id") from error


type Caller = Annotated[UserId | None, Depends(get_caller)]
