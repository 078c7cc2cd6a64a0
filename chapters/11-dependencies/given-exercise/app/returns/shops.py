"""Which shop asks. Only the head office knows."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Header


async def get_session() -> AsyncIterator[int]:
    """A session with the head office, for one request."""
    raise NotImplementedError


type Session = Annotated[int, Depends(get_session)]


async def get_shop_id(session: Session, x_shop_key: Annotated[str | None, Header()] = None) -> int:
    raise NotImplementedError


type ShopId = Annotated[int, Depends(get_shop_id)]
