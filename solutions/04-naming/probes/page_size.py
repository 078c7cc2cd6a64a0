# Derived from chapters/04-naming/probes/page_size.py by `course build`: change it there.
"""Run in the learner's process: how many of 23 orders `/getOrders` shows under a setting that is there at the start."""

import os
import sys

import httpx2

SETTING = "APP_ORDERS_PAGE_SIZE"
OTHERS = ("ordersPageSize", "ORDERS_PAGE_SIZE", "PAGE_SIZE")
ORDERS = 23


async def orders_shown(setting: str | None, others: str) -> int | str:
    """Start the app anew under this setting (None: without); how many orders a phone gets, or what it got instead.

    Variables of the old name and of others like it are there, too, and count for nothing.
    """
    os.environ.update(dict.fromkeys(OTHERS, others))
    os.environ.pop(SETTING, None)
    if setting is not None:
        os.environ[SETTING] = setting
    for name in [name for name in sys.modules if name.split(".")[0] == "app"]:
        del sys.modules[name]
    from app.main import app

    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://probe/api/v1") as client:
        user = {"email": "page@example.com", "full_name": "Ada", "password": "correct horse"}
        number = (await client.post("/users", json=user)).json()["id"]
        for _ in range(ORDERS):
            await client.post("/placeOrder", json={"userId": number, "prodId": 1, "qty": 1})
        answer = await client.get("/getOrders", params={"userId": number})
    return len(answer.json()) if answer.status_code == 200 else f"status {answer.status_code}"
