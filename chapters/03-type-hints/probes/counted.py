"""Run in the learner's process: GET /orders over a repository that holds more orders than anybody wants to load."""

import httpx2
from app.main import app
from app.orders.service import OrderService, get_order_service
from app.users.service import get_user_service
from probes.strangers import Orders, Products


async def ask_for_a_page(path: str, kept: int, not_shown: int) -> object:
    """The answer with so many orders, most of which only `count` knows."""
    orders = Orders()
    for _ in range(kept):
        await orders.add(1, "Ada", [], 0)
    orders.not_shown = not_shown
    shop = OrderService(orders, Products(), get_user_service())
    app.dependency_overrides[get_order_service] = lambda: shop
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://probe") as client:
        return (await client.get(path)).json()
