"""Who is asked: a client, or an app, which gets a client of its own and is not started."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from starlette.applications import Starlette

from course.project.client import EXCEPTION

API = "https://api.shop.example"

type Asked = httpx2.AsyncClient | Starlette


@asynccontextmanager
async def client_of(asked: Asked) -> AsyncIterator[httpx2.AsyncClient]:
    """Open a client; one that was given is used as it is, and left open."""
    if isinstance(asked, httpx2.AsyncClient):
        yield asked
        return
    transport = httpx2.ASGITransport(app=asked, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=API) as client:
        yield client


def what_was_raised(response: httpx2.Response) -> str:
    """Return what the app raised, where the client knows it."""
    return str(response.extensions.get(EXCEPTION, ""))
