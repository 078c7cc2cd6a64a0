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


async def order_there(catalog: list[list[int]], carts: list[list[list[int]]]) -> dict[str, object]:
    """Place each cart; what they came to, how many orders are kept, and the types of all that is handed out."""
    orders, users = Orders(), get_user_service()
    shop = OrderService(orders, Products(*(Product(n, f"No. {n}", cents) for n, cents in catalog)), users)
    email = f"{uuid.uuid4().hex}@example.com"
    ada = await users.register(UserCreate(email=email, full_name="Ada", password=email))
    came: list[object] = []
    handed_out: dict[str, object] = {}
    for cart in carts:
        items = [{"product_id": product, "quantity": quantity} for product, quantity in cart]
        try:
            placed = await shop.place(OrderCreate.model_validate({"user_id": ada.id, "items": items}))
        except ProductNotFoundError:
            came.append("ProductNotFoundError")
        else:
            came.append(placed.total_cents)
            handed_out["place"] = placed
            handed_out["get"] = await shop.get(placed.id)
            handed_out["list_of_user"] = await shop.list_of_user(ada.id)
    kinds = {name: sorted(set(_kinds(thing))) for name, thing in handed_out.items()}
    return {"came": came, "kept": len(orders.kept), "kinds": kinds}


def _kinds(thing: object) -> Iterator[str]:
    """The type of a thing, and of everything inside it."""
    yield f"{type(thing).__module__}.{type(thing).__name__}"
    inside: list[object] = list(getattr(thing, "__dict__", {}).values())
    if isinstance(thing, dict):
        inside += thing.values()
    elif isinstance(thing, list | tuple | set):
        inside += thing
    for part in inside:
        yield from _kinds(part)
