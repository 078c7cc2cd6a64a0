from app.coupons.service import CouponService, build_coupon_service

_service = build_coupon_service()


def get_coupon_service() -> CouponService:
    return _service
