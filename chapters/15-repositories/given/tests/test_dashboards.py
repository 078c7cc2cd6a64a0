import asyncio

import pytest
from httpx2 import AsyncClient

from app.dashboards import fan_out, patience, suppliers


@pytest.fixture
def api(async_api: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> AsyncClient:
    monkeypatch.setattr(patience, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(suppliers, "WAIT_SECONDS", 0)
    return async_api


async def register(api: AsyncClient, count: int) -> list[int]:
    users = [
        {"email": f"board{n}@example.com", "full_name": "Ada", "password": "correct horse"}
        for n in range(count)
    ]
    await asyncio.gather(*[api.post("/users", json=user) for user in users])
    return [user["id"] for user in (await api.get("/users?limit=100")).json()][-6:]


async def test_what_does_not_come_is_named(api: AsyncClient) -> None:
    for user_id in await register(api, 6):
        board = (await api.get(f"/dashboards/{user_id}")).json()
        hangs = [] if user_id % 3 else ["notifications"]
        fails = [] if user_id % 2 else ["recommendations"]
        assert board["missing"] == hangs + fails
        assert [board[name] for name in board["missing"]] == [None] * len(board["missing"])
    assert (await api.get("/dashboards/999")).status_code == 404


async def test_few_ask_at_the_same_time(api: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    await register(api, 12)
    now, most, full = 0, 0, asyncio.Event()

    async def fetch(_user_id: int) -> list[str]:
        nonlocal now, most
        now += 1
        most = max(most, now)
        if now == fan_out.MAX_AT_ONCE:
            full.set()
        await full.wait()  # until as many as may ask are there
        now -= 1
        return []

    monkeypatch.setattr(suppliers, "fetch_notifications", fetch)
    assert len((await api.get("/dashboards?limit=100")).json()) >= 12
    assert most == fan_out.MAX_AT_ONCE
