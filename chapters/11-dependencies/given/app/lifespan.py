"""What the app opens when it starts, and closes when it stops."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypedDict

from fastapi import FastAPI

from app.config import Settings
from app.core.database import Database
from app.parcels.pool import Pool, open_pool
from app.rates import bank
from app.rates.cache import Cache, open_cache
from app.rates.poller import Poller


class Opened(TypedDict):
    database: Database
    carrier: Pool
    customs: Pool
    cache: Cache


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[Opened]:
    settings: Settings = app.state.settings
    database = Database(settings.database)
    await database.make_tables()
    async with AsyncExitStack() as stack:
        carrier = await open_pool(settings.carrier)
        stack.push_async_callback(carrier.aclose)
        customs = await open_pool(settings.customs)
        stack.push_async_callback(customs.aclose)
        cache = await open_cache(settings.cache_url, settings.title)
        stack.push_async_callback(cache.aclose)
        session = await bank.log_in(settings.bank_account)
        stack.push_async_callback(bank.log_out, session)
        poller = Poller(cache, session, settings.poll_seconds)
        await poller.start()
        stack.push_async_callback(poller.aclose)
        yield {"database": database, "carrier": carrier, "customs": customs, "cache": cache}
