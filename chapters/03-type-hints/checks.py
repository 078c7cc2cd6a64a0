"""Exercise 3, the checks that learners see; held_out.py puts the same promises to other inputs."""

import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path

from httpx2 import Response

from course.checks import (
    Api,
    Json,
    Probe,
    ProjectFiles,
    Sent,
    Shop,
    expect,
    expect_as_before,
    expect_unchanged,
    odd_requests,
    snapshot,
    status_of,
    task,
    wrong,
)
from course.checks.awkward import integers
from course.checks.linted import lint
from course.checks.openapi import resolved
from course.checks.typed import aliases, mypy_says, no_type_errors, no_way_around

USERS, ORDERS = "/api/v1/users", "/api/v1/orders"
PRICES = {1: 450, 2: 120, 3: 5900}
TYPES, PRICING = "app/core/types.py", "app/orders/pricing.py"
REPOSITORY, SERVICE = "app/orders/repository.py", "app/orders/service.py"
PAGINATION, ROUTER = "app/core/pagination.py", "app/orders/router.py"
METHODS = {"Order": ("add", "get", "count", "list_page", "list_of_user"), "Product": ("get", "list_all")}
REFUSED, TAKEN = "an error", "no error"

# What mypy is asked about: the beginning of a file, whose last line begins a function.
PRICED = """
from collections.abc import Iterable
from app.core.types import Cents, OrderId, ProductId, UserId
from app.orders.models import Product
from app.orders.pricing import find_price, line_cents

def look(
    products: Iterable[Product], product: ProductId, order: OrderId, user: UserId, cents: Cents
) -> None:"""
STRANGERS = (Path(__file__).parent / "probes" / "strangers.py").read_text(encoding="utf-8")
FITTING = f"""{STRANGERS}
from app.orders.repository import (
    InMemoryOrderRepository, InMemoryProductRepository, OrderRepository, ProductRepository
)

def as_order_repository(it: OrderRepository) -> None: ...
def as_product_repository(it: ProductRepository) -> None: ..."""
ADD = """
    async def add(
        self, user_id: int, customer_name: str, items: list[OrderItem], total_cents: int
    ) -> Order:
        return Order(1, user_id, customer_name, items, total_cents)
"""
SERVED = f"""{STRANGERS}
from app.orders.schemas import OrderCreate
from app.orders.service import OrderService
from app.users.service import UserService

async def look(data: OrderCreate, users: UserService, shop: OrderService) -> None:"""
PAGED = """
from app.core.pagination import Page
from app.orders.schemas import OrderResponse

def look(orders: Page[OrderResponse], names: Page[str], numbers: Page[int]) -> None:"""


@task(
    "3.1", points=0.5, promise="`ProductId`, `OrderId` and `Cents` are plain names for `int`, like `UserId`"
)
def test_names_for_int(project: ProjectFiles) -> None:
    """ProductId, OrderId and Cents are int, to mypy and to FastAPI."""
    names = {f"[{name}]": "list[int]" for name in ("product", "order", "cents", "user")}
    mypy_takes(project, PRICED, names, look_at=TYPES)
    named = aliases(project.read(TYPES))
    for name in ("ProductId", "OrderId", "Cents"):
        meant = name
        while meant in named:
            meant = named[meant]
        if meant not in (name, "int", "'int'", "builtins.int"):
            why = "int: a plain name adds no rule, or FastAPI answers 422 where it was 404"
            wrong(f"`{name}`", f"is a name for {meant}", why, TYPES)


@task(
    "3.1", points=0.25, promise="`None` when it is not among `products`, which is any iterable of `Product`"
)
async def test_a_price_or_nothing(probe: Probe, rng: random.Random) -> None:
    """A price comes back for what is for sale and None for what is not, whatever the products are kept in."""
    for once in (False, True):
        numbers = integers(rng)
        catalog = {number: some_price(rng) for number in numbers[: rng.randrange(3, 6)]}
        await prices_are(probe, catalog, numbers, once=once)


@task("3.1", points=0.25, promise="a product that costs 0 is for sale: its price is 0")
async def test_free_is_a_price(probe: Probe, rng: random.Random) -> None:
    """The price of a free product is 0, not nothing."""
    free, other, gone = integers(rng)[:3]
    await prices_are(probe, {other: some_price(rng), free: 0}, [free, gone], once=False)


@task("3.1", points=0.25, promise="price times any quantity: an order costs that, line by line")
async def test_lines_cost_price_times_quantity(api: Api, probe: Probe, rng: random.Random) -> None:
    """A line costs price times quantity, whatever the quantity, and the total of an order is the sum of its lines."""
    shop = Shop(api, rng)
    user = await shop.register()
    for quantity in (99, 100, *(number for number in integers(rng) if number > 0)):
        lines = {rng.choice([1, 2]): quantity, 3: rng.randrange(1, 300)}
        answer = await shop.try_to_order(user.id, lines)
        expect(answer, 201, why="the user and the products exist", look_at=PRICING)
        if (came := answer.json()["total_cents"]) != total_of(lines):
            wrong(answer, f"came back with total_cents={came}", f"{total_of(lines)}", PRICING)
    asked = [(some_price(rng), number) for number in integers(rng)]
    for (price, quantity), came in zip(asked, await probe("lines", asked=asked), strict=True):
        if came != price * quantity:
            sent = f"line_cents({price}, {quantity})"
            wrong(sent, f"came back {came!r}", f"{price * quantity}", f"line_cents in {PRICING}")


@task(
    "3.1",
    points=0.75,
    promise="the signatures in `pricing.py` tell mypy --strict all of this, in today's spelling",
)
def test_signatures_of_prices(project: ProjectFiles) -> None:
    """mypy --strict has no objection and knows what goes in and out; no Any, cast, ignore or old spelling."""
    todays(project, TYPES, PRICING)
    asked = {
        "find_price(products, product)": "int | None",
        "line_cents(cents, 2)": "int",
        'find_price(products, "seven")': REFUSED,
        'find_price(["a notebook"], product)': REFUSED,
        'line_cents(cents, "two")': REFUSED,
        "line_cents(None, 2)": REFUSED,
    }
    mypy_takes(project, PRICED, asked, clean=(PRICING, TYPES), look_at=f"the signatures in {PRICING}")


@task(
    "3.2", points=0.5, promise="whatever it inherits from, and a class without one of these methods is none"
)
def test_who_has_the_methods_is_a_repository(project: ProjectFiles) -> None:
    """A class with the right methods is a repository to mypy, whatever it inherits from; one without them is not."""
    head, asked = FITTING, {}
    for kind, methods in METHODS.items():
        asked[f"as_{kind.lower()}_repository({kind}s())"] = TAKEN
        asked[f"as_{kind.lower()}_repository({kind}sAndNoMore())"] = TAKEN
        same = [f"{method} = {kind}s.{method}" for method in methods if method != "add"]
        head += f"\nclass {kind}sAndNoMore:\n    {'; '.join(same)}\n{ADD if kind == 'Order' else ''}"
        for method in methods:
            rest = [other for other in methods if other != method]
            head += f"\nclass {kind}sWithout_{method}:\n    {', '.join(rest)}"
            head += f" = {', '.join(f'{kind}s.{other}' for other in rest)}\n"
            asked[f"as_{kind.lower()}_repository({kind}sWithout_{method}())"] = REFUSED
    look = f"the protocols in {REPOSITORY}: `OrdersAndNoMore` has the methods of the task, and inherits from nothing"
    mypy_takes(project, f"{head}\ndef look() -> None:", asked, look_at=look)


@task(
    "3.2",
    points=0.5,
    promise="both `InMemory…` classes fit, and mypy --strict has nothing to say about the file",
)
def test_memory_fits(project: ProjectFiles) -> None:
    """Both InMemory classes fit their protocol, and mypy --strict has no objection; no Any, cast or ignore."""
    todays(project, REPOSITORY)
    asked = {f"as_{kind.lower()}_repository(InMemory{kind}Repository())": TAKEN for kind in METHODS}
    mypy_takes(project, f"{FITTING}\ndef look() -> None:", asked, clean=(REPOSITORY,), look_at=REPOSITORY)


@task("3.2", points=0.25, promise="through both protocols, mypy knows that `get` may find nothing")
def test_a_repository_may_have_nothing(project: ProjectFiles) -> None:
    """Through the protocols mypy sees that an order or a product may not be there."""
    head = f"{FITTING}\nasync def look(orders: OrderRepository, products: ProductRepository) -> None:"
    asked = {"await orders.get(7)": "Order | None", "await products.get(7)": "Product | None"}
    mypy_takes(project, head, asked, look_at=f"the protocols in {REPOSITORY}")


@task("3.2", points=0.25, promise="gives at most `limit` orders after the first `skip`")
async def test_pages_from_memory(api: Api, rng: random.Random) -> None:
    """A page has the orders after the first skip, and all are counted."""
    placed = await some_orders(Shop(api, rng), count=rng.randrange(5, 8))
    for skip, limit in ((0, 2), (2, 2), (1, 3), (len(placed) - 1, 4), (0, len(placed)), (9, 3)):
        await shows_page(api, placed, skip, limit, look_at=f"list_page and count in {REPOSITORY}")


@task("3.2", points=0.25, promise="what is kept in memory is found again, as before")
async def test_memory_still_keeps(api: Api, as_given: Api, probe: Probe, rng: random.Random) -> None:
    """Orders are found again by their id, by their user and in pages of any size; the catalog is what it was."""
    paths = [f"{ORDERS}/{number}" for number in range(1, 7)] + [f"{USERS}/{n}/summary" for n in (1, 2, 3)]
    asked = [*purchases(rng, 5), *(Sent("GET", path, {}) for path in (*paths, "/api/v1/products"))]
    look = f"what the InMemory classes in {REPOSITORY} keep, and find"
    await expect_as_before(api, as_given, asked, look_at=look)
    for number in integers(rng, but=range(1, 7)):
        answer = await api.get(f"{ORDERS}/{number}")
        if answer.status_code == 200 or REPOSITORY in status_of(answer):
            wrong(answer, "", "no order, for nobody placed this one", look)
    numbers, kept = [1, 2, 3, *integers(rng, but=PRICES)], rng.randrange(3, 7)
    pages = [(skip, limit) for skip in (0, 1, kept, kept + 1) for limit in (0, 1, kept, 10**5)]
    found = await probe("in_memory", numbers=numbers, kept=kept, pages=pages)
    for (skip, limit), page in zip(pages, found["pages"], strict=True):
        if page != (wanted := list(range(kept))[skip : skip + limit]):
            sent = f"list_page({skip}, {limit}) of InMemoryOrderRepository with {kept} orders in it"
            wrong(sent, f"came back with {len(page)} of them", f"{len(wanted)}, the oldest first", look)
    for number, came in zip(numbers, found["prices"], strict=True):
        if came != PRICES.get(number):
            sent = f"The price of what get({number}) of InMemoryProductRepository finds"
            wrong(sent, f"came back {came}", f"{PRICES.get(number)}", look)


@task(
    "3.3",
    points=0.5,
    promise="an unknown product in `POST /orders` and an unknown order in `GET /orders/{order_id}`",
)
async def test_unknown_is_404_again(api: Api, rng: random.Random) -> None:
    """An unknown product or order is a 404 and says so, whatever its number is."""
    shop = Shop(api, rng)
    user, kept = (await shop.register()).id, len(await some_orders(shop, count=2))
    for number in integers(rng, but=PRICES):
        for lines in ({number: 1}, {2: 1, number: 1}, {number: 2, 3: 1}):
            not_found(await shop.try_to_order(user, lines), "Product")
    for number in integers(rng, but=range(1, kept + 1)):
        not_found(await api.get(f"{ORDERS}/{number}"), "Order")


@task("3.3", points=0.25, promise="a refused order leaves no trace")
async def test_a_refused_order_leaves_no_trace(api: Api, rng: random.Random) -> None:
    """After every order that is refused, all is as it was."""
    shop = Shop(api, rng)
    user, gone = (await shop.register()).id, rng.choice(integers(rng, but=PRICES))
    await some_orders(shop, count=2)
    before = await snapshot(api)
    for lines in ({1: 2, gone: 1}, {gone: 1}, {gone: 3, 2: 1}, {1: 1}):
        refused = await shop.try_to_order(user if gone in lines else user + 70, lines)
        expect(refused, 404, why="somebody or something in it is unknown", look_at=SERVICE)
        await expect_unchanged(api, before, refused, look_at=f"the order of the steps in place, {SERVICE}")


@task("3.3", points=0.25, promise="a free product can be ordered, and adds 0")
async def test_a_free_product_adds_nothing(probe: Probe, rng: random.Random) -> None:
    """With products of another maker, what is free adds 0 and what is unknown is refused."""
    free, (dear, gone) = rng.choice([0, -1]), integers(rng, but=[0, -1])[:2]
    cost, many = some_price(rng), rng.randrange(2, 300)
    carts = [[(free, 3)], [(free, 1), (dear, many)], [(dear, 1), (gone, 1)]]
    found = await probe("other_shop", catalog=[(free, 0), (dear, cost)], carts=carts)
    wanted = [0, cost * many, "ProductNotFoundError"]
    if found["came"] != wanted or found["kept"] != 2:
        sent = f"With other repositories, a free product, the same with {many} for {cost} each, and an unknown one"
        came = f"came to {found['came']}, with {found['kept']} orders kept"
        wrong(sent, came, f"{wanted} and 2: 0 is a price, None is none", f"when {SERVICE} refuses an order")


@task("3.3", points=0.25, promise="schemas through and through, new ones each time, nothing that is kept")
async def test_schemas_through_and_through(probe: Probe, rng: random.Random) -> None:
    """What the service hands out holds nothing that is kept or was handed out before, at no depth."""
    found = await probe("other_shop", catalog=[(7, some_price(rng))], carts=[[(7, 1), (7, 2)]])
    for method in ("place", "get", "list_of_user"):
        for kind in found["kinds"].get(method, ["nothing"]):
            if kind.startswith("app.orders.models.") or kind in ("builtins.dict", "nothing"):
                came = f"hands out something with {kind.rpartition('.')[2]} in it"
                why = "an OrderResponse with OrderItemResponse in it: a copy, not what is kept"
                wrong(f"{method} of OrderService", came, why, f"its return in {SERVICE}")
    for method in found["again"]:
        why = "new ones each time: whoever changes one would change the next answer"
        came = "hands out an object that was handed out before"
        wrong(f"{method} of OrderService", came, why, f"its return in {SERVICE}")


@task("3.3", points=0.75, promise="the signatures tell mypy --strict so, in today's spelling")
def test_signatures_of_the_service(project: ProjectFiles) -> None:
    """mypy --strict has no objection and knows what goes in and out; no Any, cast, ignore or old spelling."""
    todays(project, SERVICE)
    asked = {
        "OrderService(Orders(), Products(), users)": "OrderService",
        "OrderService(7, Products(), users)": REFUSED,
        "OrderService(Orders(), 7, users)": REFUSED,
        "await shop.place(data)": "OrderResponse",
        "await shop.get(7)": "OrderResponse",
        "[*await shop.list_of_user(7)]": "list[OrderResponse]",
    }
    mypy_takes(project, SERVED, asked, clean=(SERVICE,), look_at=f"the signatures in {SERVICE}")


@task("3.3", points=0.25, promise="in `total` how many there are in all")
async def test_a_page_knows_the_total(api: Api, rng: random.Random) -> None:
    """A page of orders is right, and its total counts all of them."""
    placed = await some_orders(Shop(api, rng), count=rng.randrange(4, 7))
    for skip, limit in ((0, 1), (1, 2), (len(placed), 2), (0, 50)):
        await shows_page(api, placed, skip, limit, look_at=f"list_page in {SERVICE}")


@task("3.3", points=0.25, promise="everything else that the shop answers is as before")
async def test_the_service_answers_as_before(api: Api, as_given: Api, rng: random.Random) -> None:
    """Random requests, odd ones among them, are answered as before; what crashed is a 404."""
    await answers_as_before(api, as_given, rng, look_at=f"what you changed in {SERVICE}")


@task("3.4", points=0.5, promise="answers 200 with `{items, total, skip, limit}`")
async def test_pages_of_orders(api: Api, rng: random.Random) -> None:
    """A page holds the right orders, and says what was asked for."""
    placed = await some_orders(Shop(api, rng), count=rng.randrange(5, 8))
    for skip, limit in ((0, 2), (2, 2), (1, 3), (len(placed) - 1, 4), (len(placed) + 5, 3), (10_000, 100)):
        await shows_page(api, placed, skip, limit, look_at=f"the route in {ROUTER} and Page in {PAGINATION}")


@task(
    "3.4",
    points=0.5,
    promise="left out, `skip` is 0 and `limit` is 20; beyond the bounds of `Skip` and `Limit`",
)
async def test_bounds_of_a_page(api: Api, rng: random.Random) -> None:
    """Without parameters it is the first 20; what is out of bounds is 422."""
    placed = await some_orders(Shop(api, rng), count=rng.randrange(21, 24))
    await shows_page(api, placed, None, None, look_at=f"the signature in {ROUTER}")
    beyond = [f"limit={number}" for number in (0, 101, *integers(rng)) if not 1 <= number <= 100]
    beyond += [f"skip={number}" for number in (10_001, *integers(rng)) if not 0 <= number <= 10_000]
    for query in (*beyond, "limit=many", "limit=2.5", "skip=0.5", "skip=", "limit=1e1"):
        why = "`Skip` or `Limit` refuses it, when the signature has them"
        expect(await api.get(f"{ORDERS}?{query}"), 422, why=why, look_at=ROUTER)


@task("3.4", points=0.25, promise="OpenAPI documents the bounds, and that the items are orders")
async def test_openapi_knows_the_page(api: Api) -> None:
    """OpenAPI shows the bounds of both parameters, and that the items are orders."""
    document = (await api.get("/openapi.json")).json()
    route = document["paths"][ORDERS]["get"]
    shown = {one["name"]: resolved(one["schema"], document) for one in route.get("parameters", [])}
    for name, wanted in {"skip": (0, 10_000), "limit": (1, 100)}.items():
        schema = shown.get(name, {})
        low = schema.get("minimum", schema.get("exclusiveMinimum", -2) + 1)
        high = schema.get("maximum", schema.get("exclusiveMaximum", 0) - 1)
        if (low, high) != wanted:
            look = f"the signature in {ROUTER}: bounds in the types, not in the function"
            wrong(
                f"OpenAPI of GET {ORDERS}",
                f"shows {schema or 'nothing'} for {name}",
                f"the bounds {wanted}",
                look,
            )
    page = resolved(route["responses"]["200"]["content"]["application/json"]["schema"], document)
    items = resolved(page.get("properties", {}).get("items", {}), document).get("items", {})
    if not items.get("$ref", "").endswith("/OrderResponse"):
        look = f"what the route in {ROUTER} returns, and items in {PAGINATION}"
        wrong(f"OpenAPI of GET {ORDERS}", f"has items that are {items or 'anything'}", "OrderResponse", look)


@task("3.4", points=0.25, promise="mypy knows what is in `items`")
def test_mypy_knows_the_items(project: ProjectFiles) -> None:
    """mypy knows what is in a page of whatever there is."""
    pages = {"orders": "OrderResponse", "names": "str", "numbers": "int"}
    asked = {f"[*{name}.items]": f"list[{kind}]" for name, kind in pages.items()}
    mypy_takes(project, PAGED, asked, clean=(PAGINATION,), look_at=f"Page in {PAGINATION}")


@task("3.4", points=0.25, promise="Pydantic checks it")
async def test_pydantic_checks_the_items(probe: Probe, rng: random.Random) -> None:
    """Pydantic takes items that fit, however many there are in all, and refuses those that do not."""
    for items, total, wanted in (
        ([rng.randrange(10**6), 0], 9, [True, False]),
        (["ada"], 10_001 + rng.randrange(99), [False, True]),
        ([rng.randrange(10**6)], 10**20, [True, False]),
        ([None], 9, [False, False]),
    ):
        if (came := await probe("page_items", items=items, total=total)) != wanted:
            sent = f"Whether {items}, with total={total}, fit Page[int] and Page[str]"
            look = f"items and total of Page in {PAGINATION}"
            wrong(sent, f"came back {came} from Pydantic", f"{wanted}", look)


@task(
    "3.4",
    points=0.5,
    promise="mypy --strict has nothing to say about all of `app`, which is in today's spelling",
)
def test_nothing_to_say(project: ProjectFiles) -> None:
    """mypy --strict has nothing to say about all of app; no Any, cast, ignore or old spelling anywhere in it."""
    todays(project, *project.paths("app/**/*.py"))
    no_type_errors(project, "app")


@task("3.4", points=0.25, promise="everything else that the shop answers is as before")
async def test_the_router_answers_as_before(api: Api, as_given: Api, rng: random.Random) -> None:
    """Random requests, odd ones among them, are answered as before; what crashed is a 404."""
    await answers_as_before(api, as_given, rng, look_at=f"what you changed in {ROUTER} and {PAGINATION}")


# --- what the checks share --------------------------------------------------------------------------------------------


def mypy_takes(
    project: ProjectFiles, head: str, asked: Mapping[str, str], *, look_at: str, clean: tuple[str, ...] = ()
) -> None:
    """Fail unless mypy takes each expression for the type that is wanted, or refuses it."""
    shown = [code if wanted in (REFUSED, TAKEN) else f"reveal_type({code})" for code, wanted in asked.items()]
    lines = [f"    {code}  # line {number}" for number, code in enumerate(shown)]
    said = mypy_says(project, "\n".join([head, *lines, ""]), clean=clean)
    said.none_elsewhere(f"what the checks import from {look_at}")
    for number, (code, wanted) in enumerate(asked.items()):
        mark = f"line {number}"
        errors, came = said.errors(mark), said.revealed(mark)
        if wanted == REFUSED and not errors:
            wrong(f"`{code}`", "passes mypy without a word", "an error: it takes too much", look_at)
        if wanted != REFUSED and errors:
            why = " ".join(said.notes(mark)) or errors[0]
            wrong(f"`{code}`", f"is an error to mypy: {why}", "none", look_at)
        if wanted not in (REFUSED, TAKEN, came):
            wrong(f"mypy takes `{code}`", f"for {came!r}", f"{wanted!r}", look_at)


def todays(project: ProjectFiles, *paths: str) -> None:
    """Fail when a file keeps mypy quiet, or when ruff knows a newer spelling."""
    no_way_around(project, *paths)
    for found in lint(project, "--isolated", "--target-version=py312", "--select=UP", *paths):
        wrong("ruff check --select UP", f"finds {found}", "today's spelling", found.path)


async def prices_are(probe: Probe, catalog: Mapping[int, int], asked: list[int], *, once: bool) -> None:
    """Fail unless find_price knows the price of each number, or that there is none."""
    found = await probe("prices", catalog=list(catalog.items()), numbers=asked, once=once)
    for number, came in zip(asked, found, strict=True):
        wanted = catalog.get(number)
        if came != wanted or type(came) is not type(wanted):
            what = "for sale" if wanted else "free" if wanted == 0 else "not there"
            sent = (
                f"find_price for product {number}, which is {what}, in a {'generator' if once else 'list'},"
            )
            wrong(sent, f"came back {came!r}", f"{wanted!r}", f"find_price in {PRICING}")


def not_found(answer: Response, what: str) -> None:
    """Fail unless the answer is a 404 that says what was not found, in the words of chapter 1."""
    look = f"what {SERVICE} does with None, and what {ROUTER} makes of it"
    expect(answer, 404, why=f"there is no such {what.lower()}", look_at=look)
    if answer.json().get("detail") != f"{what} not found":
        came = f"came back 404 with {answer.text}"
        wrong(answer, came, f"`{what} not found` in its detail: the service words it", look)


def some_price(rng: random.Random) -> int:
    return rng.choice((1, rng.randrange(100, 9000), 10**5, 10**20))


def total_of(lines: Mapping[int, int]) -> int:
    return sum(PRICES[product] * quantity for product, quantity in lines.items())


async def some_orders(shop: Shop, *, count: int) -> list[Json]:
    """Place so many orders of two customers."""
    users, rng = await shop.customers(2), shop.rng
    carts = [{product: rng.randrange(1, 150) for product in rng.sample([1, 2, 3], 2)} for _ in range(count)]
    return [await shop.order(rng.choice(users).id, cart) for cart in carts]


async def shows_page(
    api: Api, placed: list[Json], skip: int | None, limit: int | None, *, look_at: str
) -> None:
    """Fail unless this page of all that was placed is right."""
    asked = {name: value for name, value in (("skip", skip), ("limit", limit)) if value is not None}
    answer = await api.get(ORDERS, params=asked)
    expect(answer, 200, why="beyond the last order a page is empty, not an error", look_at=look_at)
    first, most = skip or 0, limit or 20
    wanted: dict[str, Json] = {
        "total": len(placed),
        "skip": first,
        "limit": most,
        "items": placed[first : first + most],
    }
    page = answer.json()
    if not isinstance(page, dict) or page.keys() != wanted.keys():
        wrong(
            answer, f"came back with {answer.text[:80]}", "an object with items, total, skip, limit", look_at
        )
    for name, value in wanted.items():
        if json.dumps(page[name]) != json.dumps(value):
            shown = [ids(it) if name == "items" else f"{name}={it}" for it in (page[name], value)]
            wrong(answer, f"with {len(placed)} orders placed came back with {shown[0]}", shown[1], look_at)


def ids(orders: list[Json]) -> str:
    return f"the orders {[order.get('id') if isinstance(order, dict) else order for order in orders]}"


def purchases(rng: random.Random, count: int) -> Iterator[Sent]:
    """Two customers who register, and so many orders of theirs, the first of one product in two lines, the last one twice."""
    for name in ("Ada", "Grace"):
        user = {"email": f"{name}@example.com", "full_name": name, "password": "correct horse"}
        yield Sent("POST", USERS, {}, user)
    for number in range(count):
        products = rng.choices([1, 2, 3], k=2) if number else [rng.choice([1, 2, 3])] * 2
        cart = [(product, rng.choice((1, 99, 100, 10**5))) for product in products]
        items = [{"product_id": product, "quantity": quantity} for product, quantity in cart]
        again = Sent("POST", ORDERS, {}, {"user_id": rng.choice((1, 2)), "items": items})
        yield again
    yield again


async def answers_as_before(api: Api, as_given: Api, rng: random.Random, *, look_at: str) -> None:
    """Fail at the first answer that no promise explains: pages of orders are new, what crashed is a 404."""
    ids = [Sent("GET", f"{path}/{number}", {}) for path in (USERS, ORDERS) for number in integers(rng)]
    asked = [*purchases(rng, 5), *ids, *await odd_requests(as_given, rng, 60)]

    def explained(before: Response, after: Response) -> bool:
        path = before.request.url.path.rstrip("/")
        if path == ORDERS and before.request.method == "GET":
            return True
        if before.status_code == 500 and after.status_code != 404:
            wrong(after, "", "404, where the app as given crashed: it does not exist", look_at)
        return path.startswith(ORDERS) and before.status_code in (404, 500) and after.status_code == 404

    await expect_as_before(api, as_given, asked, look_at=look_at, explained=explained)
    nobody = [
        Sent("POST", ORDERS, {}, {"user_id": number, "items": [{"product_id": product, "quantity": 1}]})
        for number in integers(rng, but=range(1, 60))
        for product in (1, rng.choice(integers(rng, but=PRICES)))
    ]
    await expect_as_before(api, as_given, nobody, look_at=look_at)
