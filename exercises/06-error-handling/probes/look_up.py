# Derived from chapters/06-error-handling/probes/look_up.py by `course build`: change it there.
"""Run in the learner's process: what becomes of an error that is raised while the app looks a caller up."""

import builtins
from unittest.mock import patch

import httpx2
from app import exceptions
from app.main import app
from app.users.repository import InMemoryUserRepository

USER = {"email": "look-up@example.com", "full_name": "Noor", "password": "correct horse"}


async def look_up(errors: list[str]) -> dict[str, dict[str, int]]:
    """For each of these errors, of the app or of Python: the request, and the status it came back with."""
    transport, found = httpx2.ASGITransport(app, raise_app_exceptions=False), {}
    async with httpx2.AsyncClient(transport=transport, base_url="http://api/api/v1") as client:
        user = (await client.post("/users", json=USER)).json()["id"]
        items = [{"product_id": 2, "quantity": 1}]
        order = (await client.post("/orders", json={"user_id": user, "items": items})).json()["id"]
        path, headers, body = f"/orders/{order}", {"X-User-Id": str(user)}, {"status": "cancelled"}
        for name in errors:
            error: type[Exception] = getattr(exceptions, name, None) or getattr(builtins, name)

            async def broken(*_: object, error: type[Exception] = error) -> None:
                raise error("the users do not answer")

            with patch.object(InMemoryUserRepository, "get", broken):
                seen = await client.get(path, headers=headers)
                changed = await client.patch(path, json=body, headers=headers)
            found[name] = {f"GET {path}": int(seen.status_code), f"PATCH {path}": int(changed.status_code)}
    return found
