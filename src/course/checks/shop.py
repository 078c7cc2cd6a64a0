"""A client of the shop that `my-api` is, for checks: customers and orders that are valid, unique and awkward."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from httpx2 import Response

from course.grading.channel import Json
from course.grading.checking import Api
from course.grading.failures import expect

USERS: Final = "/api/v1/users"
ORDERS: Final = "/api/v1/orders"
PRODUCTS: Final = "/api/v1/products"

FIRST: Final = ("Ada", "José", "Łukasz", "Zoë", "李", "Ngũgĩ", "Ægir", "D'Arcy", "Anne-Marie", "X")
LAST: Final = (
    "Lovelace",
    "Ñandú",
    "Þórsdóttir",
    "van der Berg",
    "O'Neill",
    "王小明",
    "Strauß",
    "MacDonald",
    "Jr. III",
)


@dataclass(frozen=True)
class Customer:
    """Somebody who registered."""

    id: int
    email: str
    full_name: str
    password: str


class Shop:
    """Does over HTTP what customers do, with data drawn from a check's `rng`."""

    def __init__(self, api: Api, rng: random.Random) -> None:
        self.api = api
        self.rng = rng
        self._number = rng.randrange(10**6)

    def person(self) -> str:
        """A name that somebody may have: letters of any alphabet, blanks, apostrophes."""
        return f"{self.rng.choice(FIRST)} {self.rng.choice(LAST)}"

    def email(self) -> str:
        """An address that nobody had before, written as people write them: capitals, dots, a plus."""
        self._number += 1
        form = self.rng.choice(
            ("u{0}@example.com", "U.{0}@Example.com", "u+{0}@mail.example.org", "{0}@example.net")
        )
        return form.format(self._number)

    async def register(self, full_name: str = "") -> Customer:
        """Register somebody, of any name or of this one; fails the check when that is no longer possible."""
        password = self.rng.choice(("correct horse", "ÄÖÜ-äöü-ß", "        ", "x" * 64))
        data = {"email": self.email(), "full_name": full_name or self.person(), "password": password}
        answer = expect(
            await self.api.post(USERS, json=data),
            201,
            why="whoever is new can register, as before",
            look_at="app/users/service.py and app/main.py",
        )
        return Customer(answer.json()["id"], data["email"], data["full_name"], password)

    async def customers(self, count: int) -> list[Customer]:
        """Register so many people."""
        return [await self.register() for _ in range(count)]

    async def try_to_order(self, user_id: Json, items: Mapping[int, Json]) -> Response:
        """Send an order, product to quantity; whatever comes back."""
        lines = [{"product_id": product, "quantity": quantity} for product, quantity in items.items()]
        return await self.api.post(ORDERS, json={"user_id": user_id, "items": lines})

    async def order(self, user_id: int, items: Mapping[int, int]) -> Json:
        """Place an order that can be placed; the body of the answer."""
        answer = await self.try_to_order(user_id, items)
        return expect(
            answer,
            201,
            why="the customer exists and there is enough of all of it",
            look_at="app/orders/router.py and app/orders/service.py",
        ).json()

    async def products(self) -> list[Json]:
        """What there is to buy."""
        answer = await self.api.get(PRODUCTS)
        found: list[Json] = expect(answer, 200, why="as before", look_at="app/orders/router.py").json()
        return found

    def fresh_id(self) -> int:
        """An id that nobody and nothing has yet, small or huge."""
        return self.rng.choice((self.rng.randrange(500, 10**4), 10**5, 10**9 + self.rng.randrange(100)))
