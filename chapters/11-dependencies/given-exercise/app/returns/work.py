"""The unit of work of a request: its rows, and the journal's line about them."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import Depends, Request

from app.core.database import UnitOfWork
from app.returns.shops import ShopId


async def get_return_work(request: Request, shop_id: ShopId) -> AsyncIterator[UnitOfWork]:
    raise NotImplementedError


SCOPE: Literal["function", "request"] = "request"
type ReturnWork = Annotated[UnitOfWork, Depends(get_return_work, scope=SCOPE)]
