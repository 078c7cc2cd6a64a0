from pydantic import BaseModel


class CouponResponse(BaseModel):
    code: str
    percent: int


class CouponUsesResponse(BaseModel):
    code: str
    uses: int
