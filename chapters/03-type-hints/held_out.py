"""Exercise 3, the checks that are never released: the promises of checks.py, put to other tests."""

import random

from checks import (
    NOWHERE,
    ORDERS,
    PAGINATION,
    REPOSITORY,
    ROUTER,
    SERVICE,
    USERS,
    new_order,
    new_user,
    own_shop,
    place,
    shows_page,
    some_lines,
    total_of,
)

from course.checks.typed import mypy_says
from course.grading.checking import Api, Probe, ProjectFiles, expect, fail, task


@task("3.2", points=0.5)
def test_a_repository_may_have_nothing(project: ProjectFiles) -> None:
    """Through the protocols mypy sees that an order or a product may not be there."""
    said = mypy_says(
        project,
        """
from app.orders.repository import OrderRepository, ProductRepository

async def look(orders: OrderRepository, products: ProductRepository) -> None:
    reveal_type(await orders.get(7))  # Order
    reveal_type(await products.get(7))  # Product
    reveal_type(await products.list_all())  # list[Product]
""",
    )
    said.none_elsewhere("OrderRepository and ProductRepository")
    for mark in ("Order", "Product"):
        if errors := said.errors(mark):
            fail(
                f"mypy objects to `await repository.get(7)` of any {mark}Repository: {errors[0]}. Look at the protocol in {REPOSITORY}."
            )
        if (came := said.revealed(mark)) != f"{mark} | None":
            fail(
                f"mypy takes what get of {mark}Repository returns for {came!r}; expected '{mark} | None'. "
                f"Look at the protocol in {REPOSITORY}."
            )


@task("3.3", points=0.5)
async def test_refused_orders_leave_no_trace(api: Api, rng: random.Random) -> None:
    """A refused order is in no list and in no sum, and the summary of a user stays right."""
    user, other = await new_user(api, rng), await new_user(api, rng)
    total = 0
    for _ in range(rng.randrange(2, 5)):
        lines = some_lines(rng)
        total += total_of(lines)
        await new_order(api, user, lines)
        await new_order(api, other, some_lines(rng))
        refused = await place(api, user, [(rng.choice(NOWHERE), 2), lines[0]])
        expect(refused, 404, why="one of its products is not for sale", look_at=SERVICE)
    summary = expect(
        await api.get(f"{USERS}/{user}/summary"),
        200,
        why="it answered before",
        look_at=f"list_of_user in {SERVICE}",
    ).json()
    if summary["total_cents"] != total:
        fail(
            f"GET {USERS}/{user}/summary came back with total_cents={summary['total_cents']}; expected {total}. "
            f"Look at list_of_user and place in {SERVICE}."
        )


@task("3.4", points=0.5)
async def test_long_lists(api: Api, probe: Probe, rng: random.Random) -> None:
    """Twenty orders are a page unless the client says otherwise, the last page is a short one, and all are counted."""
    user = await new_user(api, rng)
    placed = [await new_order(api, user, [(2, 1)]) for _ in range(rng.randrange(23, 27))]
    await shows_page(api, "", placed, 0, 20)
    await shows_page(api, "?skip=20", placed, 20, 20)
    await shows_page(api, "?limit=100", placed, 0, 100)
    await shows_page(api, "?skip=10000&limit=1", placed, 10_000, 1)
    many = rng.randrange(10_200, 10_900)
    total = await probe(f"""{own_shop(1, 2, 100)}
import httpx2
from app.main import app
from app.orders.service import get_order_service

app.dependency_overrides[get_order_service] = lambda: shop
orders.kept = [Order(number, ada.id, "Ada", [], 0) for number in range(1, {many} + 1)]
async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://probe") as client:
    result = (await client.get("{ORDERS}?limit=2")).json()["total"]
""")
    if total != many:
        fail(
            f"With {many} orders kept, GET {ORDERS}?limit=2 came back with total={total}; expected {many}. The repository "
            f"can count without handing out what it counts: look at {SERVICE}."
        )


@task("3.4", points=0.5)
async def test_pydantic_and_openapi_know_the_items(api: Api, probe: Probe) -> None:
    """Pydantic refuses items of another type, and OpenAPI says that the items are orders."""
    found = await probe("""
from pydantic import TypeAdapter, ValidationError
from app.core.pagination import Page

def fits(kind, items):
    try:
        TypeAdapter(kind).validate_python({"items": items, "total": 2, "skip": 0, "limit": 2})
    except ValidationError:
        return False
    return True

def look():  # in a function: at the top of a module Pydantic registers a new generic type with that module
    return [fits(Page[int], [1, 2]), fits(Page[str], ["a"]), fits(Page[int], ["a", "b"])]

result = look()
""")
    if found != [True, True, False]:
        wrong = "refuses items that fit" if found[2] is False else "lets ['a', 'b'] pass as a Page[int]"
        fail(f"Pydantic {wrong}; expected Page to check its items. Look at items in {PAGINATION}.")
    document = (await api.get("/openapi.json")).json()
    answer = document["paths"][ORDERS]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    page = document["components"]["schemas"].get(answer.get("$ref", "").rpartition("/")[2], answer)
    items = page.get("properties", {}).get("items", {}).get("items", {})
    if not items.get("$ref", "").endswith("/OrderResponse"):
        fail(
            f"OpenAPI says that the items of GET {ORDERS} are {items or 'anything'}; expected OrderResponse. "
            f"Look at the return hint in {ROUTER}."
        )
