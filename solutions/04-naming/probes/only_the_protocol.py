# Derived from chapters/04-naming/probes/only_the_protocol.py by `course build`: change it there.
"""Run in the learner's process: what the shop asks of its orders that `OrderRepository` does not promise."""

import sys

import httpx2


async def asked_beside_the_protocol() -> list[str]:
    """Grow an order with a repository that has the methods of the protocol and no others; return what else is asked for."""
    for name in [name for name in sys.modules if name.split(".")[0] == "app"]:
        del sys.modules[name]
    from app.orders import repository

    promised = dir(repository.OrderRepository)
    asked: list[str] = []

    class OnlyTheProtocol(repository.InMemoryOrderRepository):
        def __getattribute__(self, name: str) -> object:
            from_within = sys._getframe(1).f_globals.get("__name__") == repository.__name__
            if not from_within and not name.startswith("__") and name not in promised:
                asked.append(name)
            return super().__getattribute__(name)

    vars(repository)["InMemoryOrderRepository"] = OnlyTheProtocol
    from app.main import app

    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://probe/api/v1") as client:
        user = {"email": "grow@example.com", "full_name": "Ada", "password": "correct horse"}
        await client.post("/users", json=user)
        item = {"product_id": 1, "quantity": 1}
        order = (await client.post("/orders", json={"user_id": 1, "items": [item]})).json()["id"]
        await client.post(f"/orders/{order}/items", json=item)
        await client.get(f"/orders/{order}/items")
    return sorted(set(asked))
