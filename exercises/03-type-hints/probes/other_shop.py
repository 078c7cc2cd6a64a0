# Derived from chapters/03-type-hints/probes/other_shop.py by `course build`: change it there.
"""Run in the learner's process: their service over repositories of other makers."""

import uuid
from collections.abc import Iterator

from app.orders.models import Product
from app.orders.schemas import OrderCreate
from app.orders.service import OrderService, ProductNotFoundError
from app.users.schemas import UserCreate
from app.users.service import get_user_service
from probes.strangers import Orders, Products
from pydantic import BaseModel


async def order_there(catalog: list[list[int]], carts: list[list[list[int]]]) -> dict[str, object]:
    """Place each cart; what they came to, how many orders are kept, and what is in all that is handed out."""
    orders, users = Orders(), get_user_service()
    shop = OrderService(orders, Products(*(Product(n, f"No. {n}", cents) for n, cents in catalog)), users)
    email = f"{uuid.uuid4().hex}@example.com"
    ada = await users.register(UserCreate(email=email, full_name="Ada", password=email))
    came: list[object] = []
    handed_out: list[tuple[str, object]] = []
    for cart in carts:
        items = [{"product_id": product, "quantity": quantity} for product, quantity in cart]
        try:
            placed = await shop.place(OrderCreate.model_validate({"user_id": ada.id, "items": items}))
        except ProductNotFoundError:
            came.append("ProductNotFoundError")
        else:
            came.append(placed.total_cents)
            handed_out.append(("place", placed))
            for _ in range(2):
                handed_out.append(("get", await shop.get(placed.id)))
                handed_out.append(("list_of_user", await shop.list_of_user(ada.id)))
    kinds = {
        name: sorted({f"{type(part).__module__}.{type(part).__name__}" for part in _parts(thing)})
        for name, thing in handed_out
    }
    return {"came": came, "kept": len(orders.kept), "kinds": kinds, "again": _again(handed_out)}


def _again(handed_out: list[tuple[str, object]]) -> list[str]:
    """The methods that handed out something that can be changed and was handed out before."""
    seen: set[int] = set()
    again: list[str] = []
    for name, thing in handed_out:
        parts = {id(part) for part in _parts(thing) if isinstance(part, BaseModel | list | dict)}
        again += [name] if parts & seen else []
        seen |= parts
    return again


def _parts(thing: object) -> Iterator[object]:
    """A thing, and everything inside it."""
    yield thing
    inside: list[object] = list(getattr(thing, "__dict__", {}).values())
    if isinstance(thing, dict):
        inside += thing.values()
    elif isinstance(thing, list | tuple | set):
        inside += thing
    for part in inside:
        yield from _parts(part)
