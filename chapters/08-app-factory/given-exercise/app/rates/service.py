from app.exceptions import UnavailableError
from app.rates.cache import Cache
from app.rates.schemas import RatesResponse


class RateService:
    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    async def get_rates(self) -> RatesResponse:
        """Return the last rates that the bank told us; UnavailableError when there are none."""
        rates = await self._cache.get()
        if rates is None:
            raise UnavailableError("There are no exchange rates now")
        return RatesResponse(rates=rates)
