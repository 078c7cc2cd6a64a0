DATABASE_URL = "postgresql://shop:s3cret@db.internal:5432/coupons"
COUPONS = {"WELCOME5": 5, "SUMMER10": 10}


class CouponRepository:
    async def get_percent(self, code: str) -> int | None:
        return COUPONS.get(code)

    async def count_uses(self, code: str) -> int:
        """Ask the marketing database, which is down more often than not."""
        raise ConnectionError(f"could not connect to {DATABASE_URL} to count {code}")
