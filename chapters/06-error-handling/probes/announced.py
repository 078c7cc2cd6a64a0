"""Run in the learner's process: when the warehouse is told of an order, and what. Nothing of that leaves the process."""

from collections.abc import Awaitable, Callable
from typing import Any
from unittest.mock import patch

import httpx2
from app.main import app
from app.orders import warehouse
from starlette.types import Message, Receive, Scope, Send

USER = {"email": "announced@example.com", "full_name": "Noor", "password": "correct horse"}


async def announced(orders: list[list[list[int]]]) -> list[dict[str, Any]]:
    """Place these orders (lines of product and quantity); what came back, and what the warehouse was told of each."""
    told: list[list[Any]] = []
    answered = False

    own_line: Callable[..., Awaitable[None]] = warehouse._send

    async def note(*arguments: object) -> None:
        told.append([*(part if isinstance(part, int) else repr(part) for part in arguments), answered])
        await own_line(*arguments)

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        async def watch(message: Message) -> None:
            nonlocal answered
            await send(message)
            answered = message["type"] == "http.response.body" and not message.get("more_body")

        await app(scope, receive, watch)

    transport, found = httpx2.ASGITransport(watched, raise_app_exceptions=False), []
    base_url = "http://api/api/v1"
    with patch.object(warehouse, "_send", note):
        async with httpx2.AsyncClient(transport=transport, base_url=base_url) as client:
            user = (await client.post("/users", json=USER)).json()["id"]
            for lines in orders:
                told.clear()
                answered = False
                items = [{"product_id": product, "quantity": quantity} for product, quantity in lines]
                answer = await client.post("/orders", json={"user_id": user, "items": items})
                order = answer.json().get("id") if answer.status_code == 201 else None
                found.append({"status": int(answer.status_code), "order": order, "told": list(told)})
    return found
