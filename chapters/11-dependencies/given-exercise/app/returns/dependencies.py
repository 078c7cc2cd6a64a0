from typing import Annotated

from fastapi import Depends

from app.returns.repository import RefundRepository, ReturnRepository
from app.returns.service import RefundService, ReturnService
from app.returns.shops import ShopId
from app.returns.work import ReturnWork


def get_refund_service(work: ReturnWork, shop_id: ShopId) -> RefundService:
    return RefundService(RefundRepository(work, shop_id))


type Refunds = Annotated[RefundService, Depends(get_refund_service)]


def get_return_service(work: ReturnWork, shop_id: ShopId, refunds: Refunds) -> ReturnService:
    return ReturnService(ReturnRepository(work, shop_id), refunds)


type Returns = Annotated[ReturnService, Depends(get_return_service)]
