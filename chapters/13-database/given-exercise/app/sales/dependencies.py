from typing import Annotated

from fastapi import Depends

from app.core import statements as statements  # hears each statement from now on
from app.dependencies import Session
from app.sales.invoices import InvoiceRepository
from app.sales.repository import OrderRepository
from app.sales.service import SaleService
from app.sales.stock import Stock


def get_sale_service(session: Session) -> SaleService:
    return SaleService(
        session, OrderRepository(session), Stock(session), InvoiceRepository(session)
    )


type Sales = Annotated[SaleService, Depends(get_sale_service)]
