"""A shop where orders grow, are shipped or cancelled, and belong to somebody, as they come with the handbook's errors."""

import random
from collections.abc import Awaitable, Iterable, Mapping
from typing import Any, Final

from httpx2 import Response

from course.checks.before import Sent
from course.checks.refusals import refuses
from course.checks.shop import ORDERS, PRODUCTS, USERS, Shop
from course.grading.checking import Api
from course.grading.failures import expect

type Lines = Iterable[tuple[int, int]]
"""The lines of an order: product and quantity."""

STOCK: Final = {1: 1000, 2: 5000, 3: 200}
STATUSES: Final = ("placed", "shipped", "cancelled")


class Desk(Shop):
    """A shop where orders grow, change and are refused; `where` to look when that goes wrong."""

    def __init__(self, api: Api, rng: random.Random, where: str) -> None:
        super().__init__(api, rng)
        self.where = where

    async def user(self) -> int:
        """Register somebody; their id."""
        return (await self.register()).id

    async def user_and_order(self) -> tuple[int, int]:
        """Register somebody, who orders a pencil; both ids."""
        user = await self.user()
        return user, await self.order_in(user, "placed")

    async def place(self, user: int, lines: Lines) -> Response:
        """Send an order; whatever comes back."""
        items = [{"product_id": product, "quantity": quantity} for product, quantity in lines]
        return await self.api.post(ORDERS, json={"user_id": user, "items": items})

    async def order_in(self, user: int, state: str, lines: Lines = ((2, 1),)) -> int:
        """Place an order and bring it into a state; its id."""
        placed = await self.expect(self.place(user, lines), 201, "there is enough of all of it")
        order = int(placed.json()["id"])
        if state != "placed":
            await self.expect(
                self.change(order, state), 200, f"the staff may bring a placed order to {state}"
            )
        return order

    async def add(self, order: int, product: int, quantity: int) -> Response:
        """Add an item to an order."""
        item = {"product_id": product, "quantity": quantity}
        return await self.api.post(f"{ORDERS}/{order}/items", json=item)

    async def see(self, order: int, caller: int | str | None = None) -> Response:
        """Ask for an order, as a user or (None) as the staff."""
        return await self.api.get(f"{ORDERS}/{order}", headers=as_user(caller))

    async def change(self, order: int, status: str, caller: int | str | None = None) -> Response:
        """Change an order's status, as a user or (None) as the staff."""
        return await self.api.patch(f"{ORDERS}/{order}", json={"status": status}, headers=as_user(caller))

    async def expect(self, request: Awaitable[Response], status: int, why: str) -> Response:
        """Fail unless the request has this status."""
        return expect(await request, status, why=why, look_at=self.where)

    async def refuses(
        self, request: Awaitable[Response], status: int, why: str, look_at: str = "", *, says: bool = False
    ) -> Response:
        """Fail unless the request is refused as a problem, and changes nothing."""
        return await refuses(self.api, request, status, why=why, look_at=look_at or self.where, says=says)

    async def expect_shelf(self, user: int, left: Mapping[int, int], why: str) -> None:
        """Fail unless exactly so much is left of each product: one more is refused, and all of it can be bought."""
        for product, count in left.items():
            sentence = f"{count} of product {product} are left, since {why}"
            await self.expect(self.place(user, [(product, count + 1)]), 409, sentence)
            await self.expect(self.place(user, [(product, count)]), 201, sentence)


def as_user(caller: int | str | None) -> dict[str, str]:
    """The header that says who asks."""
    return {} if caller is None else {"X-User-Id": str(caller)}


def customers(rng: random.Random) -> list[Sent]:
    """Two people register, and place eight orders; one of them comes back often enough for the discount."""
    sent, password = [], "correct horse"
    for user in (1, 2):
        data = {"email": f"u{user}@example.com", "full_name": f"Noor {user}", "password": password}
        sent.append(Sent("POST", USERS, {}, data))
    for user in (1, 1, 2, 1, 1, 1, 1, 2):
        lines = [(product, rng.randrange(1, 9)) for product in rng.sample(sorted(STOCK), 2)]
        items = [{"product_id": product, "quantity": quantity} for product, quantity in lines]
        sent.append(Sent("POST", ORDERS, {}, {"user_id": user, "items": items}))
    return [*sent, Sent("POST", f"{ORDERS}/1/items", {}, {"product_id": 2, "quantity": 3})]


def reads() -> list[Sent]:
    """Everything that can be read of them, under new and old names."""
    paths = [PRODUCTS, *(f"{ORDERS}/{n}{part}" for n in range(1, 10) for part in ("", "/items", "/receipt"))]
    paths += [f"/api/v1/{name}/{n}" for name in ("order", "product_info", "products") for n in range(5)]
    queries: list[dict[str, Any]] = [{}, {"skip": 1, "limit": 3}, {"user_id": 77}, {"limit": 0}]
    pages = [Sent("GET", ORDERS, query) for query in (*queries, {"user_id": 1, "skip": 2, "limit": 2})]
    old = [Sent("GET", "/api/v1/getOrders", {"userId": user}) for user in (1, 2, 3)]
    return [*(Sent("GET", path, {}) for path in paths), *pages, *old]
