import asyncio

from app.rates import bank
from app.rates.cache import Cache


class Poller:
    """Keeps the rates in the cache fresh, from `start` to `aclose`."""

    def __init__(self, cache: Cache, session: int, seconds: float) -> None:
        self._cache = cache
        self._session = session
        self._seconds = seconds
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to ask the bank."""
        self._task = asyncio.create_task(self._keep_fresh())

    async def aclose(self) -> None:
        """Stop asking."""

    async def _keep_fresh(self) -> None:
        while True:
            await self._refresh()
            await asyncio.sleep(self._seconds)

    async def _refresh(self) -> None:
        """One round: ask the bank, put its answer into the cache."""
        await self._cache.put(await bank.fetch_rates(self._session))
