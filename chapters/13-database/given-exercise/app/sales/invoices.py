from sqlalchemy import ForeignKey, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base
from app.core.types import OrderId
from app.exceptions import ConflictError


class Invoice(Base):
    __tablename__ = "invoices"

    id: Mapped[int] = mapped_column(primary_key=True)
    # TODO: order_id and number, and anything else that you need
    ...


class InvoiceRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, order_id: OrderId) -> Invoice:
        """Write the invoice of an order; ConflictError when it has one."""
        # TODO: the next number, and the row
        ...
