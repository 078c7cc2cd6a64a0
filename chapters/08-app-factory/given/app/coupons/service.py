from app.coupons.repository import CouponRepository
from app.coupons.schemas import CouponResponse, CouponUsesResponse
from app.exceptions import NotFoundError


class CouponService:
    def __init__(self, coupons: CouponRepository) -> None:
        self._coupons = coupons

    async def get(self, code: str) -> CouponResponse:
        percent = await self._coupons.get_percent(code)
        if percent is None:
            raise NotFoundError("Coupon not found")
        return CouponResponse(code=code, percent=percent)

    async def count_uses(self, code: str) -> CouponUsesResponse:
        coupon = await self.get(code)
        return CouponUsesResponse(code=code, uses=await self._coupons.count_uses(coupon.code))


def build_coupon_service() -> CouponService:
    return CouponService(CouponRepository())
