import traceback
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from app.coupons.repository import CouponRepository

router = APIRouter()
coupons = CouponRepository()


@router.get("/coupons/{code}")
async def get_coupon(code: str) -> dict[str, Any]:
    percent = await coupons.get_percent(code)
    if percent is None:
        return {"error": "Coupon not found"}
    return {"code": code, "percent": percent}


@router.get("/coupons/{code}/uses", response_model=None)
async def get_coupon_uses(code: str) -> dict[str, Any] | JSONResponse:
    try:
        return {"code": code, "uses": await coupons.count_uses(code)}
    except Exception:
        return JSONResponse({"error": traceback.format_exc()}, 500)
