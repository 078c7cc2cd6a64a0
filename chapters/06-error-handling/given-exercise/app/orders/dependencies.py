from typing import Annotated

from fastapi import Depends, Header

from app.core.types import UserId
from app.users.service import UserService, get_user_service


async def get_caller(
    users: Annotated[UserService, Depends(get_user_service)],
    x_user_id: Annotated[int | None, Header()] = None,
) -> UserId | None:
    """Return who asks; None is the shop's own staff (a real login comes in chapter 16)."""
    try:
        return (await users.get(x_user_id)).id
    except Exception:
        return None


type Caller = Annotated[UserId | None, Depends(get_caller)]
