# Derived from chapters/04-naming/checks.py by `course build`: change it there.
"""Exercise 4, the checks that learners see; held_out.py puts the same promises to other tests.

Names are judged by the lesson's own `tests/test_conventions.py`: the same functions as the audit and pytest run.
"""

import json
import random
import re
from collections.abc import Sequence
from typing import Any

from httpx2 import Response

import course
from course.grading.checking import Api, CheckFailed, Probe, ProjectFiles, brief, expect, fail, task
from course.project.checkpoints import files_after_lesson

naming = course.naming  # the chapter's instrument: what the audit in the notebook is made of
type Json = Any
"""What an answer holds."""
type Lines = Sequence[tuple[int, int]]
"""The lines of an order: product and quantity."""

V1 = "/api/v1"
ORDERS, PRODUCTS = f"{V1}/orders", f"{V1}/products"
PRICES = {1: 450, 2: 120, 3: 5900}
NAMES = {1: "Notebook", 2: "Pencil", 3: "Backpack"}
NOWHERE = range(500, 1000)  # ids of orders and products that do not exist
OLD = (
    ("get", "/getOrders", "GET /api/v1/orders?user_id="),
    ("get", "/order/{orderId}", "GET /api/v1/orders/{order_id}"),
    ("post", "/placeOrder", "POST /api/v1/orders"),
    ("get", "/product_info/{prodId}", "GET /api/v1/products/{product_id}"),
)
"""Method, path and what takes its place."""
SERVICE, ROUTER, MOBILE = "app/orders/service.py", "app/orders/router.py", "app/orders/mobile.py"
REPOSITORY, TESTS = "app/orders/repository.py", "tests/test_api.py"
OBJECTION = re.compile(r"(?P<path>[^:]+):(?P<line>\d+): error: (?P<text>.*)  \[(?P<code>[\w-]+)\]")
MISFITS = ("arg-type", "assignment", "attr-defined", "call-arg", "return-value")
"""What mypy calls it when two parts do not fit together; whether everything has a hint is not the subject here."""
PLANT = "any_order_repository.py"
ANY_REPOSITORY = """\
from app.orders.repository import OrderRepository, ProductRepository
from app.orders.service import OrderService
from app.users.service import UserService


def serve(orders: OrderRepository, products: ProductRepository, users: UserService) -> OrderService:
    return OrderService(orders, products, users)
"""
LATER = "test_items_are_a_part_of_their_order"

# Runs the learner's test functions over the app as it is, and over one broken at the wire, whatever it is made of.
BENCH = """
import contextlib, importlib, io, os, sys, threading
from pathlib import Path

os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
import pytest


def broken(real, path, key, to):
    async def wrapper(scope, receive, send):
        if scope["type"] != "http" or not scope["path"].startswith("/api/v1" + path):
            return await real(scope, receive, send)
        if not key:
            await send({"type": "http.response.start", "status": 404, "headers": [(b"content-type", b"application/json")]})
            return await send({"type": "http.response.body", "body": b'{"detail":"Not Found"}'})
        start, body = {}, b""

        async def take(message):
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    body = body.replace(f'"{key}"'.encode(), f'"{to}"'.encode())
                    kept = [(n, v) for n, v in start["headers"] if n.lower() != b"content-length"]
                    await send({**start, "headers": kept})
                    await send({"type": "http.response.body", "body": body})

        await real(scope, receive, take)

    return wrapper


class Noted:
    def __init__(self):
        self.failed = {}

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed[report.nodeid.split("::")[-1]] = report.longreprtext.strip().splitlines()[-1]

    def pytest_collectreport(self, report):
        if report.failed:
            self.failed["collecting " + report.nodeid] = report.longreprtext.strip().splitlines()[-1]


def failing(*how):  # a fresh app each time: what one run registers, the next one could not
    for name in [name for name in sys.modules if name.split(".")[0] in ("app", "tests", "conftest")]:
        del sys.modules[name]
    main = importlib.import_module("app.main")
    if how:
        main.app = broken(main.app, *how)
    noted, root = Noted(), Path(main.__file__).parents[1]
    own = ["-c", os.devnull, "--rootdir", str(root), "--confcutdir", str(root)]
    in_loops = ["-p", "pytest_asyncio.plugin", "-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function"]
    command = ["-q", "--no-header", "-p", "no:cacheprovider", *in_loops, *own, str(root / "tests/test_api.py")]
    printed, ended = io.StringIO(), []
    tests = threading.Thread(target=lambda: ended.append(pytest.main(command, plugins=[noted])))  # this one has a loop
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        tests.start()
        tests.join()
    if ended not in ([0], [1]):
        noted.failed["pytest"] = printed.getvalue().strip()[-200:]
    return noted.failed
"""


@task("4.1", points=1)
async def test_orders_of_one_customer(api: Api, rng: random.Random) -> None:
    """`?user_id=` answers a page of this customer's orders, and how many there are in all."""
    mine, other = await new_user(api, rng), await new_user(api, rng)
    made: dict[int, list[int]] = {mine: [], other: []}
    for user in [other, mine, other, mine, mine, other]:
        made[user].append((await new_order(api, user, some_lines(rng)))["id"])
    for user, query, shown in (
        (mine, "", slice(None)),
        (mine, "&skip=1&limit=1", slice(1, 2)),
        (other, "&skip=2", slice(2, None)),
    ):
        page = await reads(api, f"{ORDERS}?user_id={user}{query}", f"list_page in {SERVICE}")
        ids = [order.get("id") for order in page.get("items", [])] if isinstance(page, dict) else page
        wanted = made[user][shown]
        if ids != wanted:
            fail(
                f"GET {ORDERS}?user_id={user}{query} came back with the orders {ids}; expected {wanted}, the customer's "
                f"own. Filter first, then cut the page: look at list_page in {SERVICE} and at list_orders in {ROUTER}."
            )
        if page.get("total") != len(made[user]):
            fail(
                f"GET {ORDERS}?user_id={user}{query} came back with total={page.get('total')}; expected "
                f"{len(made[user])}, all orders of this customer. Look at list_page in {SERVICE}."
            )


@task("4.1", points=1)
async def test_one_product(api: Api, rng: random.Random) -> None:
    """One product is read at its own path, and one that does not exist is a 404."""
    products = await reads(api, PRODUCTS, ROUTER)
    catalog = [{"id": number, "name": NAMES[number], "price_cents": PRICES[number]} for number in (1, 2, 3)]
    if products != catalog:
        fail(
            f"GET {PRODUCTS} came back with {brief(products)}; expected {brief(catalog)}, as before. Look at {REPOSITORY} and {ROUTER}."
        )
    for product in products:
        one = await reads(api, f"{PRODUCTS}/{product['id']}", ROUTER)
        if one != product:
            fail(
                f"GET {PRODUCTS}/{product['id']} came back with {brief(one)}; expected {brief(product)}, as the list "
                f"has it. Answer a ProductResponse: look at {ROUTER}."
            )
    missing = await api.get(f"{PRODUCTS}/{rng.choice(NOWHERE)}")
    expect(
        missing,
        404,
        why="the catalog has no such product: ProductNotFoundError becomes a 404",
        look_at=ROUTER,
    )


@task("4.2", points=1)
async def test_phones_get_what_they_got(api: Api, rng: random.Random) -> None:
    """The four old routes answer as they always did: same keys, same values, same status."""
    await phones(api, rng, look_at=MOBILE)


@task("4.2", points=0.5)
async def test_old_routes_are_deprecated(api: Api) -> None:
    """The document marks the four old routes as deprecated, and no other route of orders and products."""
    document = await document_of(api)
    routes = {
        (m, bare(path)): found for path, methods in document["paths"].items() for m, found in methods.items()
    }
    for method, path, better in OLD:
        operation = routes.get((method, bare(V1 + path)))
        if operation is None:
            fail(
                f"The document at /openapi.json has no {method.upper()} {V1}{path}; expected it, marked as deprecated: the "
                f"phones still ask there, and {better} is for those who can change. Look at {MOBILE}."
            )
        if not operation.get("deprecated"):
            fail(
                f"{method.upper()} {V1}{path} is not marked as deprecated in /openapi.json; expected it to be, since "
                f"{better} takes its place. Look at the router in {MOBILE}."
            )
    only_these_are_deprecated(document)


@task("4.2", points=1)
async def test_the_audit_is_clean(api: Api, project: ProjectFiles) -> None:
    """Every name holds to the lesson's rules, and ruff's family N has nothing to say."""
    found = await audited(api, project)
    for judged in found.having(naming.Verdict.BROKEN):
        name = judged.name
        better = f", such as {judged.proposal}" if judged.proposal and not judged.proposal_exists else ""
        where = f" ({name.places[0]})" if name.places else ""
        if name.kind is naming.Kind.SCHEMA and name.text.startswith("Body_"):
            better = " (FastAPI made this one up for several Body parameters: a model in their place has a name of yours)"
        on_a_route = name.kind in (naming.Kind.PATH, naming.Kind.PARAMETER, naming.Kind.OPERATION)
        way_out = ", or the route marked as deprecated" if on_a_route else ""
        fail(
            f"The audit has {len(found.having(naming.Verdict.BROKEN))} to fix, the first under {name.kind}: {name.text}{where}. It "
            f"breaks the rule that {judged.rules[0]}, a test of that name in tests/test_conventions.py; expected a name that "
            f"keeps it{better}{way_out}."
        )
    said = project.ruff("check", "--isolated", "--select", "N", "--output-format", "concise", "app")
    if not said.passed:
        raise CheckFailed(
            f"ruff check --select N found {said.output.splitlines()[0]}. Expected Python names in Python's form: the wire's "
            "name goes into an alias.",
            said.output,
        )


@task("4.3", points=1)
async def test_the_tests_notice_what_is_gone(probe: Probe) -> None:
    """Your tests pass on your API, and fail when an old route is gone."""
    await pinned(probe, [("/getOrders", "", ""), ("/placeOrder", "", ""), ("/product_info", "", "")])


@task("4.4", points=1)
async def test_one_more_item(api: Api, rng: random.Random) -> None:
    """Items are listed and added under their order, and the order's total grows."""
    user, lines = await new_user(api, rng), some_lines(rng)
    order = await new_order(api, user, lines)
    path = f"{ORDERS}/{order['id']}/items"
    await same_items(api, path, lines)
    for product in rng.sample([lines[0][0], 6 - lines[0][0] - lines[1][0]], 2):  # one it has, one it has not
        line = (product, rng.randrange(1, 9))
        await add_item(api, path, line)
        lines = [*lines, line]
        await same_items(api, path, lines)
        await same_total(api, f"{ORDERS}/{order['id']}", "total_cents", lines)


@task("4.4", points=0.5)
async def test_the_protocol_knows_how_an_order_grows(project: ProjectFiles) -> None:
    """mypy finds that service, `OrderRepository` and the repository in memory fit together."""
    files = (REPOSITORY, SERVICE, ROUTER)
    promised = (
        f"Expected a method in OrderRepository for whatever the service asks of it: look at {REPOSITORY}."
    )
    for path in files:
        for number, line in enumerate(project.read(path).splitlines(), start=1):
            if re.search(r"#\s*(type:\s*ignore|mypy:)", line):
                fail(f"{path}, line {number} (`{line.strip()}`) keeps mypy quiet. {promised}")
    for path, number, text in misfits(project, files):
        if path == PLANT and '"OrderRepository"; expected' in text:
            fail(
                f"mypy was asked whether OrderService takes any OrderRepository, and said: {text}. Expected it to, since a "
                f"database comes in chapter 15: look at __init__ in {SERVICE}, and at OrderRepository in {REPOSITORY}."
            )
        if path in files and "OrderRepository" in text:
            code = project.read(path).splitlines()[number - 1].strip()
            fail(f"mypy objects to {path}, line {number} (`{code}`): {text}. {promised}")


@task("4.4", points=0.5)
async def test_what_no_order_takes(api: Api, rng: random.Random) -> None:
    """Unknown orders and products are 404, a quantity below 1 is 422, and nothing has changed."""
    user, lines, nothing = await new_user(api, rng), some_lines(rng), rng.choice(NOWHERE)
    order = await new_order(api, user, lines)
    path = f"{ORDERS}/{order['id']}/items"
    nowhere = f"{ORDERS}/{nothing}/items"
    item = {"product_id": 1, "quantity": 1}
    for answer in (await api.get(nowhere), await api.post(nowhere, json=item)):
        expect(answer, 404, why="there is no such order: OrderNotFoundError becomes a 404", look_at=ROUTER)
    unknown = await api.post(path, json=item | {"product_id": nothing})
    expect(
        unknown,
        404,
        why=route_or(unknown, "the catalog has no such product"),
        look_at=f"{ROUTER}, and at where {SERVICE} adds an item",
    )
    for quantity in (0, -rng.randrange(1, 9)):
        answer = await api.post(path, json=item | {"quantity": quantity})
        why = "an item is an OrderItemCreate, whose quantity is 1 at least"
        expect(answer, 422, why=route_or(answer, why), look_at=ROUTER)
    await same_items(api, path, lines)
    await same_total(api, f"{ORDERS}/{order['id']}", "total_cents", lines)


# --- what the checks share -------------------------------------------------------------------------------------------


async def phones(api: Api, rng: random.Random, look_at: str) -> None:
    """Ask all four old routes as the phones do, and compare with what they always got."""
    name = person(rng)
    user = await new_user(api, rng, name)
    await new_order(api, await new_user(api, rng), some_lines(rng))
    product, quantity = rng.choice([1, 2, 3]), rng.randrange(2, 9)
    body = {"userId": user, "prodId": product, "qty": quantity}
    answer = await api.post(f"{V1}/placeOrder", json=body)
    why = (
        "old clients know 200 here, and a new status code is a break"
        if answer.status_code == 201
        else "the phones order here"
    )
    placed = expect(answer, 200, why=gone_or(answer, why), look_at=look_at).json()
    order = {"orderId": placed.get("orderId"), "custName": name, "totalCents": PRICES[product] * quantity}
    same(answer, order, look_at)
    one_body = {"userId": user, "prodId": product}
    one_more = expect(
        await api.post(f"{V1}/placeOrder", json=one_body),
        200,
        why="qty is 1 when a phone leaves it out",
        look_at=look_at,
    )
    second = order | {"orderId": one_more.json().get("orderId"), "totalCents": PRICES[product]}
    same(one_more, second, look_at)
    for path, wanted in (
        (f"/getOrders?userId={user}", [order, second]),
        (f"/getOrders?userId={user}&pageSize=1", [order]),
        (f"/getOrders?userId={user}&pageSize={rng.randrange(21, 100)}", [order, second]),
        (f"/getOrders?userId={rng.choice(NOWHERE)}", []),
        (f"/order/{order['orderId']}", order),
        (
            f"/product_info/{product}",
            {"prodId": product, "prodName": NAMES[product], "priceCents": PRICES[product]},
        ),
    ):
        answer = await api.get(V1 + path)
        same(
            expect(answer, 200, why=gone_or(answer, "the phones ask here, by these names"), look_at=look_at),
            wanted,
            look_at,
        )
    nothing = rng.choice(NOWHERE)
    for path, body, said in (
        (f"/order/{nothing}", None, "Order not found"),
        (f"/product_info/{nothing}", None, "Product not found"),
        ("/placeOrder", {"userId": nothing, "prodId": 1, "qty": 1}, "User not found"),
        ("/placeOrder", {"userId": user, "prodId": nothing, "qty": 1}, "Product not found"),
    ):
        answer = await (api.post(V1 + path, json=body) if body else api.get(V1 + path))
        expect(answer, 404, why="nothing has this number", look_at=look_at)
        if answer.json() != {"detail": said}:
            fail(
                f"{answer.request.method} {V1}{path} of something unknown came back 404 with {brief(answer.json())}; expected "
                f"{brief({'detail': said})}, as old clients show it to their users. Look at {look_at}, and at the text of the error in {SERVICE}."
            )


def same(answer: Response, wanted: Json, look_at: str) -> None:
    """Fail unless an old route's body is byte by byte what it was."""
    if json.dumps(answer.json()) != json.dumps(wanted):
        request = f"{answer.request.method} {answer.request.url.raw_path.decode()}"
        came, old = keys_of(answer.json()), keys_of(wanted)
        renamed = bool(came and old) and came != old
        way_out = "The old name goes into an alias" if renamed else "The names are right, the values are not"
        fail(
            f"{request} came back with {brief(answer.json())}; expected {brief(wanted)}, as old clients know it. {way_out}: look "
            f"at {look_at}."
        )


def keys_of(body: Json) -> list[str]:
    """The keys of an old answer, or of the first of many; none when there is no first."""
    first = next(iter(body), {}) if isinstance(body, list) else body
    return list(first) if isinstance(first, dict) else []


async def document_of(api: Api) -> Json:
    """The OpenAPI document of the running app."""
    return expect(
        await api.get("/openapi.json"), 200, why="the document is public", look_at="app/main.py"
    ).json()


def bare(path: str) -> str:
    """A path without the names of its parameters: no client sees those."""
    return re.sub(r"\{.*?\}", "{}", path)


def only_these_are_deprecated(document: Json) -> None:
    """Fail when a route of orders or products is deprecated that has nothing to take its place."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if operation.get("deprecated") and path.startswith((ORDERS, PRODUCTS)):
                fail(
                    f"{method.upper()} {path} is marked as deprecated in /openapi.json; expected only the old names to be. "
                    f"Look at where deprecated=True stands in {ROUTER} and app/main.py."
                )


async def audited(api: Api, project: ProjectFiles) -> Any:  # noqa: ANN401 - a NamingAudit
    """The audit of the running app, by the lesson's rules."""
    files = {path: project.read(path) for path in project.paths("app/**/*.py")}
    rules = naming.Rules(files_after_lesson(4)[naming.RULES_FILE])
    return naming.audit(naming.Surface(await document_of(api), files), rules)


async def pinned(probe: Probe, breaks: Sequence[tuple[str, str, str]]) -> None:
    """Fail unless the learner's tests pass on their API, and each break of the wire fails at least one more."""
    found = await probe(f"{BENCH}\nresult = [failing(), *(failing(*one) for one in {list(breaks)!r})]\n")
    today, *broken = found
    if wrong := sorted(today.keys() - {LATER}):
        fail(
            f"{wrong[0]} in {TESTS} fails on your API as it is ({today[wrong[0]]}); expected it to pass. Run pytest on it, and "
            "look at what the test or the route says."
        )
    for (path, key, to), failed in zip(breaks, broken, strict=True):
        if failed.keys() <= today.keys():
            what = f"answering {to!r} for {key!r}" if key else "gone (404)"
            fail(
                f"With {path} {what}, all your tests pass; expected one to fail. Ask {path} as a phone does and compare a "
                f"value that only the right answer has, in {TESTS}."
            )


def misfits(project: ProjectFiles, files: Sequence[str]) -> list[tuple[str, int, str]]:
    """What in these files, or in a service for any repository, does not fit to mypy --strict: path, line and text."""
    plant = project.root / PLANT
    plant.write_text(ANY_REPOSITORY, encoding="utf-8")
    try:
        options = (
            "--strict",
            "--python-version=3.12",
            "--config-file=",
            "--no-color-output",
            "--no-error-summary",
        )
        said = project.mypy(*options, *files, PLANT)
    finally:
        plant.unlink()
    found = [match for line in said.output.splitlines() if (match := OBJECTION.fullmatch(line))]
    if not said.passed and not found:
        raise CheckFailed(f"mypy could not read {', '.join(files)}; expected files that parse.", said.output)
    return [(m["path"], int(m["line"]), m["text"]) for m in found if m["code"] in MISFITS]


async def add_item(api: Api, path: str, line: tuple[int, int]) -> None:
    """Add an item to an order over HTTP; fails unless the answer is 201 and the item."""
    item = {"product_id": line[0], "quantity": line[1]}
    answer = await api.post(path, json=item)
    body = expect(answer, 201, why=route_or(answer, "a new item answers 201 Created"), look_at=ROUTER).json()
    if body != item:
        fail(f"POST {path} came back with {brief(body)}; expected {brief(item)}, the item. Look at {ROUTER}.")


async def same_items(api: Api, path: str, lines: Lines) -> None:
    """Fail unless an order has these items."""
    wanted = [{"product_id": product, "quantity": quantity} for product, quantity in lines]
    items = await reads(api, path, ROUTER)
    if items != wanted:
        fail(
            f"GET {path} came back with {brief(items)}; expected {brief(wanted)}, each item by itself and in the order they came. "
            f"Look at what {SERVICE} and {REPOSITORY} keep of an item."
        )


async def same_total(api: Api, path: str, key: str, lines: Lines) -> None:
    """Fail unless an order costs what its lines cost together."""
    wanted = sum(PRICES[product] * quantity for product, quantity in lines)
    got = (await reads(api, path, SERVICE)).get(key)
    if got != wanted:
        fail(
            f"GET {path} came back with {key}={got}; expected {wanted}, what its items cost together. Look at what "
            f"{SERVICE} and {REPOSITORY} change of an order that gets an item."
        )


async def reads(api: Api, path: str, look_at: str) -> Json:
    """GET a path; its body."""
    answer = await api.get(path)
    return expect(answer, 200, why=route_or(answer, "there is something to read"), look_at=look_at).json()


def route_or(answer: Response, why: str) -> str:
    """`why`, or that no route was there at all."""
    if no_route(answer):
        return "no route answers at this path"
    if answer.status_code == 422:
        return f"the route refuses this request with {answer.text[:160]}"
    return why


def gone_or(answer: Response, why: str) -> str:
    """`why`, or that the old name no longer works."""
    if no_route(answer):
        return "the old name is gone, and a phone cannot be updated"
    if answer.is_redirect:
        return "a phone does not follow redirects"
    if answer.status_code == 422:
        return "what old clients send, by these names and values, is refused"
    return why


def no_route(answer: Response) -> bool:
    """Whether no route was there, as opposed to a route that found nothing."""
    return answer.status_code == 405 or (answer.status_code == 404 and '"Not Found"' in answer.text)


def person(rng: random.Random) -> str:
    """A name that no answer can know beforehand."""
    return f"{rng.choice(['Zoë', 'Noor', 'Jürgen', 'Mei', 'Olu'])} Okafor {rng.randrange(1000, 10000)}"


def some_lines(rng: random.Random) -> list[tuple[int, int]]:
    return [(product, rng.randrange(1, 9)) for product in rng.sample([1, 2, 3], 2)]


async def new_user(api: Api, rng: random.Random, name: str = "Ada Lovelace") -> int:
    """Register somebody; their id."""
    data = {"email": f"u{rng.randrange(10**9)}@example.com", "full_name": name, "password": "correct horse"}
    made = expect(
        await api.post(f"{V1}/users", json=data), 201, why="users answered before", look_at="app/main.py"
    )
    return int(made.json()["id"])


async def new_order(api: Api, user: int, lines: Lines) -> Json:
    """Place an order by the new name; the body of the answer."""
    items = [{"product_id": product, "quantity": quantity} for product, quantity in lines]
    answer = await api.post(ORDERS, json={"user_id": user, "items": items})
    return expect(answer, 201, why=route_or(answer, "a new order answers 201"), look_at=ROUTER).json()
