from typing import Annotated

from fastapi import APIRouter, Depends

from app.coupons.dependencies import get_coupon_service
from app.coupons.schemas import CouponResponse, CouponUsesResponse
from app.coupons.service import CouponService

router = APIRouter()
type Service = Annotated[CouponService, Depends(get_coupon_service)]


@router.get("/coupons/{code}")
async def get_coupon(code: str, service: Service) -> CouponResponse:
    return await service.get(code)


@router.get("/coupons/{code}/uses")
async def get_coupon_uses(code: str, service: Service) -> CouponUsesResponse:
    return await service.count_uses(code)
