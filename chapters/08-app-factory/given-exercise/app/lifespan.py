"""What the app opens when it starts, and closes when it stops."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypedDict

from fastapi import FastAPI

from app.config import Settings
from app.parcels.pool import Pool, open_pool
from app.rates import bank
from app.rates.cache import Cache, open_cache
from app.rates.poller import Poller


class Opened(TypedDict):
    carrier: Pool
    customs: Pool
    cache: Cache


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[Opened]:
    settings: Settings = app.state.settings
    async with AsyncExitStack() as stack:
        carrier = await open_pool(settings.carrier)
        stack.push_async_callback(carrier.aclose)
        customs = await open_pool(settings.customs)
        stack.push_async_callback(customs.aclose)
        cache = await open_cache(settings.cache_url, settings.title)
        session = await bank.log_in(settings.bank_account)
        poller = Poller(cache, session, settings.poll_seconds)
        await poller.start()
        yield {"carrier": carrier, "customs": customs, "cache": cache}
        await cache.aclose()
        await bank.log_out(session)
        await poller.aclose()
