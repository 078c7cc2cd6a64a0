# Derived from chapters/01-project-structure/probes/shop.py by `course build`: change it there.
"""What several probes need: services as FastAPI would hand them out, and orders as plain data."""

import inspect
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import httpx2
from fastapi import Depends, FastAPI
from pydantic import TypeAdapter

PARTS = ("id", "user_id", "customer_name", "items", "total_cents")
LINE = ("product_id", "quantity")

type Lines = Sequence[Sequence[int]]


async def settled(value: Any) -> Any:  # noqa: ANN401 - `def` and `async def` are the same to a probe
    """What a method returned, once there is nothing to wait for."""
    return await value if inspect.isawaitable(value) else value


def the_app() -> FastAPI:
    """The app, or what an application factory makes."""
    from app import main

    named = vars(main)
    app: FastAPI = named.get("app") or named["create_app"]()
    return app


def client_of(app: FastAPI) -> httpx2.AsyncClient:
    """A client of an app in this process; a crash of the app is a 500."""
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://probe")


async def provided(provider: Callable[..., Any]) -> Any:  # noqa: ANN401 - whatever the learner's code makes
    """What a dependency's provider hands out, with its own dependencies resolved."""
    taken: list[Any] = []

    async def take(value: Annotated[Any, Depends(provider)]) -> None:  # noqa: ANN401 - whatever the learner's code makes
        taken.append(value)

    app = the_app()
    path = f"/course-probe/{len(app.routes)}"
    app.add_api_route(path, take)
    async with client_of(app) as client:
        await client.get(path)
    return taken[0]


async def shop() -> Any:  # noqa: ANN401 - whatever the learner's code makes
    """The learner's OrderService."""
    from app.orders.service import get_order_service

    return await provided(get_order_service)


async def register(name: str, number: int = 0) -> int:
    """Register somebody at the user service; their id."""
    from app.users.schemas import UserCreate
    from app.users.service import get_user_service

    data = UserCreate(email=f"u{number}@example.com", full_name=name, password="correct horse")  # noqa: S106 - made-up test data
    return (await get_user_service().register(data)).id


def wish(user_id: int, lines: Lines) -> Any:  # noqa: ANN401 - whatever the learner's code makes
    """What `place` takes."""
    from app.orders.schemas import OrderCreate

    items = [{"product_id": product, "quantity": quantity} for product, quantity in lines]
    return TypeAdapter(OrderCreate).validate_python({"user_id": user_id, "items": items})


async def place(user_id: int, lines: Lines) -> Any:  # noqa: ANN401 - whatever the learner's code makes
    """Place an order at the service of the next caller."""
    return await settled((await shop()).place(wish(user_id, lines)))


def look(thing: Any, name: str) -> Any:  # noqa: ANN401 - whatever the learner's code makes
    """One part of an object, or of a dict."""
    return thing[name] if isinstance(thing, dict) else getattr(thing, name)


def plain(order: Any) -> dict[str, Any] | None:  # noqa: ANN401 - whatever the learner's code makes
    """An order as JSON; None when there is none."""
    if order is None:
        return None
    found = {name: look(order, name) for name in PARTS}
    return found | {"items": [{name: look(item, name) for name in LINE} for item in found["items"]]}


def said_by(error: Exception) -> list[Any]:
    """What an error carries: its arguments, its attributes, and those of the learner's classes behind it."""
    own = [kind for kind in type(error).__mro__ if kind.__module__.startswith("app.")]
    attributes = [vars(error), *(vars(kind) for kind in own)]
    return [*error.args, *(found[name] for found in attributes for name in found if name[:2] != "__")]
