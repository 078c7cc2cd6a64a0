from typing import Annotated

from fastapi import Depends, Header, Request

from app.core.types import UserId
from app.exceptions import AuthenticationError
from app.users.repository import InMemoryUserRepository
from app.users.schemas import UserResponse
from app.users.service import UserNotFoundError, UserService


def build_user_service() -> UserService:
    return UserService(InMemoryUserRepository())


def get_user_service(request: Request) -> UserService:
    service: UserService = request.app.state.user_service
    return service


type Service = Annotated[UserService, Depends(get_user_service)]


async def get_current_user(
    service: Service, x_user_id: Annotated[UserId | None, Header()] = None
) -> UserResponse:
    """Return who asks, by the header that orders use since chapter 6: a name tag, no login (chapter 16)."""
    if x_user_id is None:
        raise AuthenticationError("Who asks? Send X-User-Id")
    try:
        return await service.get(x_user_id)
    except UserNotFoundError as error:
        raise AuthenticationError("Nobody has this X-User-Id") from error


type CurrentUser = Annotated[UserResponse, Depends(get_current_user)]
