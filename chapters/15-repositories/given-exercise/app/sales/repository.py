from datetime import datetime

from sqlalchemy import and_, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from app.core.models import utc_now
from app.core.types import OrderId, ProductId
from app.exceptions import ConflictError
from app.sales.filters import matching
from app.sales.invoices import Invoice
from app.sales.models import Order, OrderItem
from app.sales.pages import load_page
from app.sales.queries import OrderFilter
from app.sales.sorting import ordering

WITH_ITEMS = selectinload(Order.items).selectinload(OrderItem.product)


class OrderRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, order: Order) -> None:
        self._session.add(order)
        await self._session.flush()

    async def get(self, order_id: OrderId) -> Order | None:
        statement = select(Order).where(Order.id == order_id).options(WITH_ITEMS)
        # TODO: not when it is cancelled
        ...
        statement = statement.execution_options(populate_existing=True)
        return (await self._session.scalars(statement)).one_or_none()

    async def list_due(self, before: datetime) -> list[Order]:
        statement = select(Order).where(Order.collect_at < before).options(WITH_ITEMS)
        # TODO: not what is cancelled
        ...
        found = await self._session.scalars(statement.order_by(Order.collect_at, Order.id))
        return list(found)

    async def search(
        self, wanted: OrderFilter, sort: str, skip: int, limit: int, *, cancelled: bool = False
    ) -> tuple[list[Order], int]:
        condition = matching(wanted)
        # TODO: either what is cancelled, or what is not
        ...
        return await load_page(self._session, condition, ordering(sort), skip, limit)

    async def remove(self, order_id: OrderId) -> dict[ProductId, int] | None:
        """Cancel it; None when there is none any more, ConflictError when it has an invoice."""
        # TODO: cancel it; what of its pieces came free?
        ...
