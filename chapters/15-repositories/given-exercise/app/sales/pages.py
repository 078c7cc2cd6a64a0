from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from app.sales.models import Order, OrderItem


async def load_page(
    session: AsyncSession,
    condition: ColumnElement[bool],
    order: Sequence[ColumnElement[Any]],
    skip: int,
    limit: int,
) -> tuple[list[Order], int]:
    """Return one page of the orders that meet the condition, and how many do."""
    # TODO: the page, with all that is shown of an order, and the total
    ...
