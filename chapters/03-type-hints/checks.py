"""Exercise 3, the checks that learners see; held_out.py puts the same promises to other tests."""

import random
import re
from typing import Any

from httpx2 import Response

from course.checks.typed import mypy_says, no_type_errors, no_way_around
from course.grading.checking import Api, CheckFailed, Probe, ProjectFiles, expect, fail, task

type Json = Any
"""What an answer holds."""

USERS, ORDERS, PRODUCTS = "/api/v1/users", "/api/v1/orders", "/api/v1/products"
PRICES = {1: 450, 2: 120, 3: 5900}
NAMES = {1: "Notebook", 2: "Pencil", 3: "Backpack"}
NOWHERE = range(500, 1000)  # ids of users, orders and products that do not exist
TYPES, PRICING = "app/core/types.py", "app/orders/pricing.py"
REPOSITORY, SERVICE = "app/orders/repository.py", "app/orders/service.py"
PAGINATION, ROUTER = "app/core/pagination.py", "app/orders/router.py"

# --- 3.1 Name what the numbers mean, say what may be missing ----------------------------------------------------------


@task("3.1", points=0.75)
async def test_a_price_or_nothing(probe: Probe, rng: random.Random) -> None:
    """A price comes back for what is for sale, free or not, and None for what is not."""
    products = {number: rng.randrange(1, 9999) for number in rng.sample(range(1, 400), 4)}
    free = rng.choice(list(products))
    products[free] = 0
    gone, price, quantity = rng.choice(NOWHERE), rng.randrange(1, 999), rng.randrange(2, 9)
    asked = [*products, gone]
    found = await probe(f"""
from app.orders.models import Product
from app.orders.pricing import find_price, line_cents

products = {{n: Product(id=n, name=f"No. {{n}}", price_cents=cents) for n, cents in {products!r}.items()}}
prices = [find_price(list(products.values()), n) for n in {asked!r}]
once = []
for n in {asked!r}:
    try:
        once.append(find_price((product for product in products.values()), n))
    except Exception as error:
        once.append(type(error).__name__)
result = [prices, line_cents({price}, {quantity}), once]
""")
    for number, came, once in zip(asked, found[0], found[2], strict=True):
        what = "is free" if number == free else "is not there" if number == gone else "is for sale"
        says_price(number, what, came, products.get(number))
        says_price(number, f"{what}, among products of a generator", once, products.get(number))
    if found[1] != price * quantity:
        fail(
            f"line_cents({price}, {quantity}) came back {found[1]}; expected {price * quantity}. Look at {PRICING}."
        )


@task("3.1", points=0.75)
def test_signatures_of_prices(project: ProjectFiles) -> None:
    """mypy --strict has no objection, knows that a price may be missing, and knows what an id is."""
    said = mypy_says(
        project,
        """
from collections.abc import Iterable
from app.core.types import Cents, OrderId, ProductId, UserId
from app.orders.models import Product
from app.orders.pricing import find_price, line_cents

def look(products: Iterable[Product], product: ProductId, order: OrderId, user: UserId, cents: Cents) -> None:
    reveal_type(find_price(products, product))  # price
    reveal_type(line_cents(cents, 2))  # line
    reveal_type([product, order, cents])  # names
    find_price(products, "seven")  # id
    find_price(["a notebook"], product)  # products
""",
        clean=(PRICING, TYPES),
    )
    said.none_elsewhere("the names of this task")
    if errors := said.errors("price"):
        fail(
            f"mypy objects to `find_price(products, product)` with products: Iterable[Product]: {errors[0]}. Ask for no more "
            f"than a loop needs: look at the signature in {PRICING}."
        )
    price = said.revealed("price")
    if price != "int | None":
        fail(
            f"mypy takes what find_price returns for {price!r}; expected 'int | None'. "
            f"Look at the signature in {PRICING}: which two things can come out?"
        )
    for mark, wanted in (("line", "int"), ("names", "list[int]")):
        if (came := said.revealed(mark)) != wanted:
            fail(
                f"mypy takes {said.code(mark)} for {came!r}; expected {wanted!r}. Look at {TYPES} and {PRICING}."
            )
    for mark in ("id", "products"):
        if not said.errors(mark):
            fail(
                f"mypy lets `{said.code(mark)}` pass; expected it to object. A parameter of find_price takes anything: "
                f"look at its hints in {PRICING}."
            )


@task("3.1", points=0.5)
def test_no_way_around_in_prices(project: ProjectFiles) -> None:
    """No Any, cast, ignore or old spelling in the files of this task."""
    no_way_around(project, TYPES, PRICING)


# --- 3.2 Ask for what you need ----------------------------------------------------------------------------------------

# Repositories that inherit from nothing, for mypy and for probes. Their parameters take anything, so they fit however the
# protocol is spelled.
STRANGERS = """
from typing import Any
from app.orders.models import Order, Product

class Products:
    kept: list[Product] = []
    async def get(self, product_id: Any) -> Product | None:
        return next((product for product in self.kept if product.id == product_id), None)
    async def list_all(self) -> list[Product]:
        return list(self.kept)

class Orders:
    def __init__(self) -> None:
        self.kept: list[Order] = []
    async def add(self, user_id: Any, customer_name: Any, items: Any, total_cents: Any) -> Order:
        self.kept.append(Order(len(self.kept) + 1, user_id, customer_name, items, total_cents))
        return self.kept[-1]
    async def get(self, order_id: Any) -> Order | None:
        return next((order for order in self.kept if order.id == order_id), None)
    async def list_all(self) -> list[Order]:
        return list(self.kept)
    async def count(self) -> int:
        return len(self.kept)
    async def list_page(self, skip: Any, limit: Any) -> list[Order]:
        return self.kept[skip:skip + limit]
    async def list_of_user(self, user_id: Any) -> list[Order]:
        return [order for order in self.kept if order.user_id == user_id]
"""


@task("3.2", points=1)
def test_repositories_are_protocols(project: ProjectFiles) -> None:
    """A class with the right methods is a repository to mypy, whatever it inherits from; one without is not."""
    said = mypy_says(
        project,
        f"""{STRANGERS}
from app.orders.repository import (
    InMemoryOrderRepository, InMemoryProductRepository, OrderRepository, ProductRepository
)

class ReadOnlyOrders:
    get, list_all, count = Orders.get, Orders.list_all, Orders.count
    list_page, list_of_user = Orders.list_page, Orders.list_of_user

class UnlistedProducts:
    get = Products.get

def take_orders(orders: OrderRepository) -> None: ...
def take_products(products: ProductRepository) -> None: ...

take_orders(InMemoryOrderRepository())  # InMemoryOrderRepository
take_products(InMemoryProductRepository())  # InMemoryProductRepository
take_orders(Orders())  # OrderRepository
take_products(Products())  # ProductRepository
take_orders(ReadOnlyOrders())  # no add
take_products(UnlistedProducts())  # no list_all
""",
        clean=(REPOSITORY,),
    )
    for name in ("OrderRepository", "ProductRepository"):
        errors, notes = said.errors(f"InMemory{name}"), said.notes(f"InMemory{name}")
        if errors and (notes or not said.errors(name)):
            why = f"mypy says: {' '.join(notes)}" if notes else "compare the two, method by method"
            if re.search(r"Expected: def [^>]*> (?!Coroutine)", why):
                why += " (a Coroutine is what an `async def` returns: is it one in the protocol?)"
            fail(f"InMemory{name} does not fit its protocol; {why}. Look at {name} in {REPOSITORY}.")
    for name in ("OrderRepository", "ProductRepository"):
        if errors := said.errors(name):
            raise CheckFailed(
                f"A class with all the methods, which inherits from nothing, is no {name} to mypy; expected it to be "
                f"one. Is {name} in {REPOSITORY} a Protocol, and does it ask for no more than InMemory{name} has?",
                "\n".join(errors),
            )
    for method, name in (("add", "OrderRepository"), ("list_all", "ProductRepository")):
        if not said.errors(f"no {method}"):
            fail(
                f"A class without the method `{method}` passes for {name}; expected mypy to object. Which methods does the service "
                f"need? Look at {name} in {REPOSITORY}."
            )


@task("3.2", points=0.5)
async def test_memory_still_keeps(probe: Probe, project: ProjectFiles, rng: random.Random) -> None:
    """What is kept in memory is found again, by its id and by its user; no Any, cast or ignore in the file."""
    no_way_around(project, REPOSITORY)
    ada, grace = rng.sample(range(1, 90), 2)
    found = await probe(f"""
from app.orders.models import OrderItem
from app.orders.repository import InMemoryOrderRepository, InMemoryProductRepository

orders, products = InMemoryOrderRepository(), InMemoryProductRepository()
made = [await orders.add(user, "Somebody", [OrderItem(2, 1)], 120) for user in ({ada}, {grace}, {ada})]
kept = [await orders.get(order.id) for order in made]
nothing = [await orders.get({rng.choice(NOWHERE)}), await products.get({rng.choice(NOWHERE)})]
result = {{
    "ids": [order.id for order in made],
    "kept": [order and order.id for order in kept],
    "ada": [order.id for order in await orders.list_of_user({ada})],
    "nothing": [str(found) for found in nothing],
    "catalog": [[product.id, product.name, product.price_cents] for product in await products.list_all()],
}}
""")
    ids = found["ids"]
    wanted = {
        "ids": ids,
        "kept": ids,
        "ada": [ids[0], ids[2]],
        "nothing": ["None", "None"],
        "catalog": [[number, NAMES[number], cents] for number, cents in PRICES.items()],
    }
    for name, came in found.items():
        if came != wanted[name] or len(set(ids)) < len(ids):
            fail(
                f"Three orders were added in memory, and what is found of them ({name}) is {came}; expected "
                f"{wanted[name]}. The InMemory classes in {REPOSITORY} only get a new name: what did they do before?"
            )


# --- 3.3 Say what may be missing, where it is decided -----------------------------------------------------------------


@task("3.3", points=1)
async def test_unknown_is_404_again(api: Api, rng: random.Random) -> None:
    """An unknown product or order is 404 again and says so, and what exists is sold at its price."""
    answer = await api.get(PRODUCTS)
    catalog = expect(answer, 200, why="it answered before", look_at=f"list_products in {SERVICE}").json()
    wanted = [{"id": n, "name": NAMES[n], "price_cents": cents} for n, cents in PRICES.items()]
    if catalog != wanted:
        fail(f"GET {PRODUCTS} came back with {answer.text}; expected the catalog as it was: {wanted}.")
    user = await new_user(api, rng)
    lines = some_lines(rng)
    placed = await new_order(api, user, lines)
    if placed["total_cents"] != total_of(lines):
        fail(
            f"An order of {in_words(lines)} came back with total_cents={placed['total_cents']}; expected "
            f"{total_of(lines)}. Look at {SERVICE}."
        )
    again = expect(
        await api.get(f"{ORDERS}/{placed['id']}"), 200, why="it was placed just now", look_at=SERVICE
    )
    if again.json() != placed:
        fail(
            f"GET {ORDERS}/{placed['id']} came back with {again.text}; expected the order as it was placed: {placed}."
        )
    unknown = await place(api, user, [lines[0], (rng.choice(NOWHERE), 1)])
    why = "one of its products is not for sale, and find_price says None then"
    not_found(unknown, "Product", why=why, look_at=SERVICE)
    never = await api.get(f"{ORDERS}/{rng.choice(NOWHERE)}")
    why = "this order was never placed: the repository says None"
    not_found(never, "Order", why=why, look_at=f"get in {SERVICE}")
    nobody = await place(api, rng.choice(NOWHERE), lines)
    not_found(
        nobody, "User", why="nobody has this id, and UserService says so", look_at=f"place in {SERVICE}"
    )


# A shop of the check's own, with a product that is free.
OWN_SHOP = f"""{STRANGERS}
from app.orders.schemas import OrderCreate
from app.orders.service import OrderService, ProductNotFoundError
from app.users.schemas import UserCreate
from app.users.service import get_user_service

Products.kept = [Product(id=FREE, name="Sample", price_cents=0), Product(id=DEAR, name="Desk", price_cents=PRICE)]
users = get_user_service()
ada = await users.register(UserCreate(email="probe@example.com", full_name="Ada", password="correct horse"))
orders = Orders()
shop = OrderService(orders, Products(), users)

async def buy(*lines):
    items = [dict(product_id=product, quantity=quantity) for product, quantity in lines]
    return await shop.place(OrderCreate.model_validate(dict(user_id=ada.id, items=items)))
"""


@task("3.3", points=1)
async def test_any_repository_will_do(probe: Probe, rng: random.Random) -> None:
    """With repositories of other makers the service sells free things, refuses unknown ones and hands out schemas."""
    free, dear, gone = rng.sample(range(400, 900), 3)
    price, quantity = rng.randrange(100, 9000), rng.randrange(2, 9)
    found = await probe(f"""{own_shop(free, dear, price)}
totals = []
for lines in ([({free}, 3)], [({free}, 1), ({dear}, {quantity})]):
    try:
        totals.append((last := await buy(*lines)).total_cents)
    except ProductNotFoundError:
        totals.append("refused")
try:
    await buy(({dear}, 1), ({gone}, 1))
    refused = "nothing"
except Exception as error:
    refused = "ProductNotFoundError" if isinstance(error, ProductNotFoundError) else type(error).__name__
handed_out = {{}}
if "refused" not in totals:
    handed_out = {{"place": last, "get": await shop.get(2), "list_of_user": (await shop.list_of_user(ada.id))[0]}}
result = {{
    "totals": totals,
    "refused": refused,
    "kept": len(orders.kept),
    "models": [name for name, thing in handed_out.items() if isinstance(thing, Order)],
}}
""")
    if found["totals"] != [0, price * quantity]:
        hint = "how it adds up"
        if "refused" in found["totals"]:
            hint = "when it refuses: 0 is a price, and products are those of the repository that it was given"
        fail(
            f"3 of a free product, and 1 of it with {quantity} for {price} each, came to {found['totals']}; expected "
            f"{[0, price * quantity]}. Look in {SERVICE} at {hint}."
        )
    if found["refused"] != "ProductNotFoundError":
        fail(
            f"An order for a product that is not there raised {found['refused']}; expected ProductNotFoundError. "
            f"Look at what {SERVICE} does when find_price says None."
        )
    if found["kept"] != 2:
        fail(
            f"After two orders and a refused one, the repository holds {found['kept']}; expected 2. "
            f"Look at the order of the steps in place, {SERVICE}."
        )
    if found["models"]:
        fail(
            f"{found['models'][0]} of OrderService hands out the model that is kept; expected an OrderResponse. "
            f"Look at its return in {SERVICE}."
        )


@task("3.3", points=0.5)
def test_signatures_of_the_service(project: ProjectFiles) -> None:
    """mypy --strict has no objection and knows what the service returns; no Any, cast or ignore."""
    no_way_around(project, SERVICE)
    said = mypy_says(
        project,
        f"""{STRANGERS}
from app.core.types import OrderId, UserId
from app.orders.schemas import OrderCreate
from app.orders.service import OrderService
from app.users.service import get_user_service

async def look(data: OrderCreate, order: OrderId, user: UserId) -> None:
    shop = OrderService(Orders(), Products(), get_user_service())  # strangers
    reveal_type(await shop.place(data))  # place
    reveal_type(await shop.get(order))  # get
    reveal_type(await shop.list_of_user(user))  # list_of_user
""",
        clean=(SERVICE,),
    )
    said.none_elsewhere("the methods of OrderService")
    if errors := said.errors("strangers"):
        fail(
            f"mypy refuses repositories that fit the protocols: {errors[0]}. Ask for the protocols, not for what keeps things in "
            f"memory: look at __init__ in {SERVICE}."
        )
    for mark, wanted in (
        ("place", "OrderResponse"),
        ("get", "OrderResponse"),
        ("list_of_user", "list[OrderResponse]"),
    ):
        if (came := said.revealed(mark)) != wanted:
            more = " It raises when there is nothing, so None never comes out." if "None" in came else ""
            fail(
                f"mypy takes what {mark} of OrderService returns for {came!r}; expected {wanted!r}.{more} "
                f"Look at its signature in {SERVICE}."
            )


# --- 3.4 The twist: a page of anything --------------------------------------------------------------------------------


@task("3.4", points=1)
async def test_pages_of_orders(api: Api, rng: random.Random) -> None:
    """A page holds the right orders, and knows how many there are in all."""
    user = await new_user(api, rng)
    placed = [await new_order(api, user, some_lines(rng)) for _ in range(rng.randrange(5, 8))]
    for skip, limit in ((0, 2), (2, 2), (1, 3), (len(placed) - 1, 4), (len(placed) + 5, 3)):
        await shows_page(api, f"?skip={skip}&limit={limit}", placed, skip, limit)
    await shows_page(api, "", placed, 0, 20)


@task("3.4", points=0.5)
async def test_bounds_of_a_page(api: Api, rng: random.Random) -> None:
    """What is out of bounds is 422, and OpenAPI shows the bounds."""
    why = "the parameter carries no bound that refuses it"
    for query in (
        "limit=0",
        f"limit={rng.randrange(101, 10**9)}",
        f"skip=-{rng.randrange(1, 99)}",
        "skip=10001",
        "limit=many",
    ):
        expect(await api.get(f"{ORDERS}?{query}"), 422, why=why, look_at=f"the signature in {ROUTER}")
    document = (await api.get("/openapi.json")).json()
    parameters = document["paths"][ORDERS]["get"].get("parameters", [])
    schemas = {parameter["name"]: resolved(parameter["schema"], document) for parameter in parameters}
    for name, bounds in {
        "skip": {"minimum": 0, "maximum": 10_000},
        "limit": {"minimum": 1, "maximum": 100},
    }.items():
        shown = {key: schemas.get(name, {}).get(key) for key in bounds}
        if shown != bounds:
            fail(
                f"OpenAPI shows {shown} for {name} of GET {ORDERS}; expected {bounds}. Put the bound into the type, not "
                f"into the function: `Skip` and `Limit` in {PAGINATION} have it."
            )


@task("3.4", points=0.5)
def test_page_of_anything(project: ProjectFiles) -> None:
    """mypy knows what is in a page, and has nothing to say about all of app."""
    no_way_around(project, PAGINATION, ROUTER, SERVICE, REPOSITORY)
    said = mypy_says(
        project,
        """
from app.core.pagination import Page
from app.orders.schemas import OrderResponse

def look(orders: Page[OrderResponse], names: Page[str]) -> None:
    reveal_type([*orders.items])  # orders
    reveal_type([*names.items])  # names
    reveal_type(names.total)  # total
""",
    )
    said.none_elsewhere("Page with a type for its items, as in Page[OrderResponse]")
    for mark, wanted in (("orders", "list[OrderResponse]"), ("names", "list[str]"), ("total", "int")):
        if (came := said.revealed(mark)) != wanted:
            fail(
                f"In a Page[{'OrderResponse' if mark == 'orders' else 'str'}], mypy takes {said.code(mark)} for {came!r}; "
                f"expected {wanted!r}. Look at Page in {PAGINATION}."
            )
    no_type_errors(project, "app")


# --- what the checks share --------------------------------------------------------------------------------------------


def says_price(number: int, what: str, came: object, wanted: int | None) -> None:
    if came != wanted or type(came) is not type(wanted):
        fail(
            f"find_price for product {number}, which {what}, came back {came!r}; expected {wanted!r}. "
            f"Look at find_price in {PRICING}."
        )


def own_shop(free: int, dear: int, price: int) -> str:
    """The start of a probe with a shop whose repositories are the check's own."""
    return OWN_SHOP.replace("FREE", str(free)).replace("DEAR", str(dear)).replace("PRICE", str(price))


def not_found(answer: Response, what: str, *, why: str, look_at: str) -> None:
    """Fail unless the answer is a 404 whose detail names what was not found, in the words of chapter 1."""
    expect(answer, 404, why=why, look_at=look_at)
    if f'"{what} not found"' not in answer.text:
        request = answer.request
        fail(
            f"{request.method} {request.url.path}, where no such {what.lower()} exists, came back 404 with {answer.text}; "
            f"expected `{what} not found` in its detail, as in chapter 1. The service words its error, the router passes it "
            f"on: look at {look_at}."
        )


def some_lines(rng: random.Random) -> list[tuple[int, int]]:
    return [(product, rng.randrange(1, 20)) for product in rng.sample(list(PRICES), 2)]


def total_of(lines: list[tuple[int, int]]) -> int:
    return sum(PRICES[product] * quantity for product, quantity in lines)


def in_words(lines: list[tuple[int, int]]) -> str:
    return " and ".join(f"{quantity} of product {product}" for product, quantity in lines)


async def new_user(api: Api, rng: random.Random) -> int:
    data = {"email": f"u{rng.randrange(10**9)}@example.com", "full_name": "Ada", "password": "correct horse"}
    made = expect(await api.post(USERS, json=data), 201, why="users answered before", look_at="app/main.py")
    return int(made.json()["id"])


async def place(api: Api, user: int, lines: list[tuple[int, int]]) -> Response:
    items = [{"product_id": product, "quantity": quantity} for product, quantity in lines]
    return await api.post(ORDERS, json={"user_id": user, "items": items})


async def new_order(api: Api, user: int, lines: list[tuple[int, int]]) -> Json:
    answer = await place(api, user, lines)
    return expect(answer, 201, why="the user and the products exist", look_at=SERVICE).json()


async def shows_page(api: Api, query: str, placed: list[Json], skip: int, limit: int) -> None:
    """Fail unless this page of all that was placed is right."""
    why = "a page has no end that is an error: beyond the last order it is empty"
    answer = expect(await api.get(f"{ORDERS}{query}"), 200, why=why, look_at=ROUTER)
    page = answer.json()
    if not isinstance(page, dict) or page.keys() != {"items", "total", "skip", "limit"}:
        came = f"the keys {', '.join(page)}" if isinstance(page, dict) else f"a {type(page).__name__}"
        fail(
            f"GET {ORDERS}{query} came back with {came}; expected an object with items, total, skip, limit. "
            f"Look at Page in {PAGINATION} and at the route in {ROUTER}."
        )
    wanted = {"total": len(placed), "skip": skip, "limit": limit}
    for name, value in wanted.items():
        if page[name] != value:
            fail(
                f"With {len(placed)} orders placed, GET {ORDERS}{query} came back with {name}={page[name]}; expected "
                f"{value}. Look at how {SERVICE} makes the page."
            )
    if page["items"] != placed[skip : skip + limit]:
        came_ids, wanted_ids = ids_of(page["items"]), ids_of(placed[skip : skip + limit])
        fail(
            f"GET {ORDERS}{query} came back with the orders {came_ids}; expected {wanted_ids}, whole and in the order "
            f"in which they were placed. Look at list_page in {REPOSITORY}."
        )


def resolved(schema: Json, document: Json) -> Json:
    """A schema of OpenAPI; where it only names another one (as for a `type` alias in a model), that one."""
    name = schema.get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"].get(name, schema)


def ids_of(items: list[Json]) -> list[Json]:
    return [item.get("id") if isinstance(item, dict) else item for item in items]
