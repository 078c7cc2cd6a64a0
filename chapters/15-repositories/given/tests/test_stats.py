"""The event loop stays free: judged by who is waiting at the same time, never by the clock."""

import asyncio
import threading

import pytest
from httpx2 import URL, AsyncClient

from app.stats import service, suppliers


@pytest.fixture
def api(async_api: AsyncClient) -> AsyncClient:
    async_api.base_url = URL("http://test")
    return async_api


async def test_suppliers_wait_together(api: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = threading.Barrier(2, timeout=2)  # opens when both threads have arrived
    monkeypatch.setattr(suppliers, "read_visitor_log", lambda: [everybody.wait() * 0, 7, 7])
    monkeypatch.setattr(suppliers, "fetch_dollar_rate", lambda: everybody.wait() * 0.0)
    stats = (await api.get("/api/v1/stats")).json()
    assert (stats["visitors"], stats["rating"]) == (2, 4.6)


async def test_health_answers_meanwhile(api: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, gate = threading.Barrier(2, timeout=1.5), threading.Barrier(2, timeout=0.7)
    monkeypatch.setattr(suppliers, "fetch_dollar_rate", lambda: (asked.wait() + gate.wait()) * 1.0)
    stats = asyncio.create_task(api.get("/api/v1/stats"))
    await asyncio.to_thread(asked.wait)  # now the supplier is asked, and held
    assert (await api.get("/health")).status_code == 200
    await asyncio.to_thread(gate.wait)  # let go
    assert (await stats).status_code == 200


async def test_hanging_is_given_up(api: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(suppliers, "fetch_rating", asyncio.Event().wait)
    assert (await api.get("/api/v1/stats")).status_code == 503
