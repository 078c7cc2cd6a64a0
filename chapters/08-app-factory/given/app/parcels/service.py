from app.parcels.pool import Pool
from app.parcels.schemas import ParcelResponse


class ParcelService:
    """Where a parcel is: the carrier knows the place, customs know whether they let it through."""

    def __init__(self, carrier: Pool, customs: Pool) -> None:
        self._carrier = carrier
        self._customs = customs

    async def find(self, code: str) -> ParcelResponse:
        place = await self._carrier.ask(code)
        return ParcelResponse(code=code, place=place, customs=await self._customs.ask(code))
