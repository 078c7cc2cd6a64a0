from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from app.core.types import OrderId, ProductId
from app.sales.models import Order, OrderItem


class OrderRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, order: Order) -> None:
        self._session.add(order)
        await self._session.flush()

    async def get(self, order_id: OrderId) -> Order | None:
        # TODO: the order, with all that is shown of it
        ...

    async def list_due(self, before: datetime) -> list[Order]:
        # TODO: the orders collected before this moment
        ...

    async def remove(self, order_id: OrderId) -> dict[ProductId, int] | None:
        # TODO: delete it; what of its pieces came free?
        ...


# TODO: what a query for orders loads besides, if you like to say it once
...
