# Derived from chapters/04-naming/checks.py by `course build`: change it there.
"""Exercise 4, the checks that learners see; held_out.py puts the same promises to other inputs.

What was there before is compared with the app as given, request by request. Names are judged by the lesson's own
`tests/test_conventions.py`: the same functions as the audit and pytest run.
"""

import json
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from httpx2 import Response

import course
from course.checks import (
    Api,
    Json,
    Probe,
    ProjectFiles,
    Sent,
    Shop,
    brief,
    expect,
    expect_as_before,
    expect_unchanged,
    snapshot,
    status_of,
    task,
    wrong,
)
from course.checks.awkward import Case, cases, integers, odd
from course.checks.linted import lint
from course.checks.own_tests import last_line, run_tests
from course.checks.state import difference
from course.checks.typed import mypy, silencing_comments
from course.project.checkpoints import files_after_lesson
from course.project.tools.findings import read_tests

ALSO_OF = {"4.4": ("app/orders/service.py", "app/orders/router.py")}
"""Files of other tasks that a task's answers go into, too."""

naming = course.naming  # the chapter's instrument: what the audit in the notebook is made of
type Items = Sequence[tuple[int, int]]
"""What an order holds: product and quantity."""

V1 = "/api/v1"
USERS, ORDERS, PRODUCTS = f"{V1}/users", f"{V1}/orders", f"{V1}/products"
PRICES = {1: 450, 2: 120, 3: 5900}
OLD = {
    ("get", f"{V1}/getOrders"): "GET /orders?user_id=",
    ("get", f"{V1}/order/{{}}"): "GET /orders/{order_id}",
    ("post", f"{V1}/placeOrder"): "POST /orders",
    ("get", f"{V1}/product_info/{{}}"): "GET /products/{product_id}",
}
"""The phones' routes, and what takes the place of each."""
PHONES = tuple(path.partition("{")[0] for _, path in OLD)
SERVICE, ROUTER, MOBILE = "app/orders/service.py", "app/orders/router.py", "app/orders/mobile.py"
REPOSITORY, TESTS = "app/orders/repository.py", "tests/test_api.py"
NO_ORDER = "what cannot be ordered is the client's mistake: give qty a lower bound"
DOCUMENT = "The document at /openapi.json"
LATER = "test_items_are_a_part_of_their_order"
BROKEN_WIRE = "broken_wire"
NEW_NAMES = {
    "/getOrders": {"orderId": "id", "custName": "customer_name", "totalCents": "total_cents"},
    "/placeOrder": {"orderId": "id", "custName": "customer_name", "totalCents": "total_cents"},
    "/product_info": {"prodId": "id", "prodName": "name", "priceCents": "price_cents"},
}
"""The old routes that tests have to pin, and by which other keys they could answer."""


@task("4.1", points=0.75, promise="answers a page of this customer's orders only")
async def test_orders_of_one_customer(api: Api, rng: random.Random) -> None:
    """`?user_id=` answers a page of this customer's orders, and `total` how many there are in all."""
    for user, made in (await busy_shop(api, rng)).items():
        for skip, limit in ((0, 20), (1, 1), (0, 100), (rng.randrange(2, 9), 20), (90, 5))[
            : 5 if made else 1
        ]:
            query = f"&skip={skip}&limit={limit}" if (skip, limit) != (0, 20) else ""
            why = "a number without orders has an empty page"
            answer = await found(api, f"{ORDERS}?user_id={user}{query}", why)
            page, wanted = answer.json(), made[skip : skip + limit]
            ids, should = ([order["id"] for order in orders] for orders in (page["items"], wanted))
            if ids != should:
                reason = "filter first, then cut the page" if should else "none, and 0 is a number, too"
                where = f"list_page in {SERVICE}, and at list_orders in {ROUTER}"
                wrong(answer, f"came back with the orders {ids}", f"{should}: {reason}", where)
            if (total := page["total"]) != len(made):
                why = f"{len(made)}, all orders of this customer"
                wrong(answer, f"came back with total={total}", why, f"list_page in {SERVICE}")
            whole = {"items": wanted, "total": len(made), "skip": skip, "limit": limit}
            if differs := difference(whole, page):
                came = f"came back with {differs[0]} = {differs[2]}"
                wrong(answer, came, f"{differs[1]}, as without user_id", f"list_page in {SERVICE}")


@task("4.1", points=0.5, promise="answers 200 with the product, exactly as `GET /products` lists it")
async def test_one_product(api: Api, as_given: Api, rng: random.Random) -> None:
    """A product is read at a path of its own, and whatever number is none is a 404."""
    for product in (await as_given.get(PRODUCTS)).json():
        one = await found(api, f"{PRODUCTS}/{product['id']}")
        if one.json() != product:
            why = f"{brief(product)}, as the list has it"
            wrong(one, f"came back with {brief(one.json())}", why, f"what get_product in {ROUTER} answers")
    for number in integers(rng, but=PRICES):
        missing = await api.get(f"{PRODUCTS}/{number}")
        why = "the catalog has no such product: ProductNotFoundError becomes a 404"
        expect(missing, 404, why=why, look_at=ROUTER)


@task("4.1", points=0.5, promise="all other requests get the answers they got, refusals included")
async def test_the_rest_is_as_before(api: Api, as_given: Api, rng: random.Random) -> None:
    """Orders without `user_id`, products, summaries and new orders are what they were, good and odd."""
    look_at = f"what you changed around the gaps in {ROUTER} and {SERVICE}"
    requests = [*good_day(rng), *odd_orders(rng)]
    await expect_as_before(api, as_given, requests, look_at=look_at, explained=other_words)


@task("4.1", points=0.25, promise="the audit has nothing to fix in the new route")
async def test_what_is_new_is_well_named(api: Api, project: ProjectFiles) -> None:
    """The product's route is named by the lesson's rules."""
    await well_named(api, project, ROUTER, f"{PRODUCTS}/{{}}")


@task("4.2", points=0.5, promise="each phone gets the answers it got, byte by byte")
async def test_phones_get_what_they_got(api: Api, as_given: Api, rng: random.Random) -> None:
    """The four old routes answer as they always did: same keys, same values, same status."""
    await fill(api, as_given, rng)
    await as_phones_know(api, as_given, [*orders_by_phone(rng), *asked_by_phone((1, 2, 3, 9, 10**5))])


@task("4.2", points=0.5, promise="what a phone may send stays what it was")
async def test_phones_send_what_they_sent(api: Api, as_given: Api, rng: random.Random) -> None:
    """What old clients may leave out, add or write as text is as it was, and what they may not is, too."""
    await fill(api, as_given, rng)
    valid: dict[str, Json] = {"userId": 1, "prodId": 2, "qty": 3}
    bodies = [case.body for case in cases(valid, rng) if not below_one(case.body)]
    placed = [Sent("POST", f"{V1}/placeOrder", {}, body) for body in bodies]
    asked = asked_by_phone([*integers(rng), "nobody", "2.0", "1x"])
    odd_queries = [Sent("GET", f"{V1}/getOrders", query) for query in ({}, {"userId": 1, "more": 1})]
    await as_phones_know(api, as_given, [*placed, *odd_queries, *asked])


@task("4.2", points=0.25, promise="a `qty` below 1 is a 422")
async def test_an_impossible_quantity(api: Api, rng: random.Random) -> None:
    """No phone can order less than one piece, and nothing is ordered then."""
    user, state = await Shop(api, rng).register(), await snapshot(api)
    for quantity in (number for number in integers(rng) if number < 1):
        answer = await api.post(f"{V1}/placeOrder", json={"userId": user.id, "prodId": 1, "qty": quantity})
        expect(answer, 422, why=NO_ORDER, look_at=MOBILE)
        await expect_unchanged(api, state, answer, look_at=MOBILE)


@task("4.2", points=0.25, promise="a `pageSize` from 1 to 100 works as it did")
async def test_page_sizes(api: Api, as_given: Api, rng: random.Random) -> None:
    """`pageSize` cuts what it cut; outside of 1 to 100 the bounds of `Limit` may refuse it."""
    await fill(api, as_given, rng, mine=22, others=82)
    sizes = (None, 1, 2, 3, 20, 21, 99, 100, 101, *integers(rng))
    asked = [
        Sent("GET", f"{V1}/getOrders", {"userId": 1} if size is None else {"userId": 1, "pageSize": size})
        for size in sizes
    ]
    await as_phones_know(api, as_given, asked)


@task("4.2", points=0.25, promise="the four routes are marked as deprecated in the document")
async def test_old_routes_are_deprecated(api: Api) -> None:
    """The document marks the four old routes as deprecated, and no other route of orders and products."""
    marked = await deprecated_or_not(api)
    for (method, path), better in OLD.items():
        if (method, path) not in marked:
            why = f"it, marked as deprecated: the phones still ask there, and {better} is for those who can change"
            wrong(DOCUMENT, f"has no {method.upper()} {path}", why, MOBILE)
        if not marked[method, path]:
            why = f"it to, since {better} takes its place"
            wrong(
                DOCUMENT,
                f"does not mark {method.upper()} {path} as deprecated",
                why,
                f"the router in {MOBILE}",
            )
    only_these_are_deprecated(marked)


@task("4.2", points=0.25, promise="the audit has nothing to fix, and `ruff check --select N` finds nothing")
async def test_the_audit_is_clean(api: Api, project: ProjectFiles) -> None:
    """Every name holds to the lesson's rules."""
    await well_named(api, project, MOBILE)


@task("4.2", points=0.25, promise="`ruff check --select N` finds nothing, without a `noqa`")
async def test_python_names_are_pythons(project: ProjectFiles) -> None:
    """ruff's family N has nothing to say."""
    for one in lint(project, "--isolated", "--select=N", "--ignore-noqa", "app"):
        why = "Python names in Python's form: the wire's name goes into an alias"
        wrong("`ruff check --select N app`", f"found {one}", why, f"line {one.line} of {one.path}")


@task("4.2", points=0.25, promise="the page size of `/getOrders` is read from `APP_ORDERS_PAGE_SIZE`")
async def test_the_page_size_is_a_setting(probe: Probe, rng: random.Random) -> None:
    """A phone that names no page size gets as many orders as the environment says, or 20."""
    for setting in (None, str(rng.randrange(2, 15))):
        others, wanted = str(rng.randrange(15, 20)), int(setting or 20)
        shown = await probe("page_size", setting=setting, others=others)
        if shown != wanted:
            how = f"with APP_ORDERS_PAGE_SIZE={setting}" if setting else "without APP_ORDERS_PAGE_SIZE"
            how += f" and with ordersPageSize={others}"
            came = f"{how} in the environment, for a customer with 23 orders, came back with {shown}"
            wrong(f"GET {V1}/getOrders?userId=1", came, f"{wanted} of them", f"PAGE_SIZE in {MOBILE}")


@task("4.3", points=0.25, promise="your tests pass on your API")
async def test_the_tests_pass(probe: Probe) -> None:
    """Your tests pass on your API as it is."""
    code, output, failing = await own_tests(probe)
    if code not in (0, 1):
        wrong(f"pytest {TESTS}", f"ended with {last_line(output)}", "tests that run", TESTS, detail=output)
    for name, message in failing.items():
        if name != LATER:
            came = f"fails at {name} on your API as it is ({message[:160].rstrip('.')})"
            wrong(f"pytest {TESTS}", came, "it to pass", "what the test or the route says", detail=output)


@task("4.3", points=0.5, promise="or `/product_info/{prodId}` is gone")
async def test_the_tests_notice_what_is_gone(probe: Probe) -> None:
    """Your tests fail when an old route is gone."""
    await pinned(probe, {path: {} for path in NEW_NAMES})


@task("4.3", points=0.5, promise="they fail when one of these three answers by other keys")
async def test_the_tests_notice_other_keys(probe: Probe) -> None:
    """Your tests fail when an old route answers by other keys."""
    await pinned(probe, NEW_NAMES)


@task("4.4", points=0.5, promise="answers 200 with the items of this order")
async def test_the_items_of_an_order(api: Api, rng: random.Random) -> None:
    """The items of an order are read under it, and an order that nobody placed has none: a 404."""
    shop = Shop(api, rng)
    user = await shop.register()
    for items in (some_items(rng), [(2, 1)], some_items(rng)):
        order = await shop.order(user.id, dict(items))
        await same_items(api, order["id"], items)
    for number in integers(rng, but=(1, 2, 3)):
        no_such_order(await api.get(items_of(number)))


@task("4.4", points=0.5, promise="at the end, even when it has that product already")
async def test_one_more_item(api: Api, rng: random.Random) -> None:
    """An item is added under its order, at the end, each by itself."""
    shop, items = Shop(api, rng), some_items(rng)
    user = await shop.register()
    order = await shop.order(user.id, dict(items))
    await shop.order(user.id, dict(some_items(rng)))
    one, other = items[0][0], 6 - items[0][0] - items[1][0]
    for item in (items[-1], (one, 1), (one, 10**5), (other, 2), (other, 2)):  # twice the same is two items
        answer = await add_item(api, order["id"], item)
        expect(answer, 201, why="a new item answers 201 Created", look_at=ROUTER)
        if answer.json() != (body := {"product_id": item[0], "quantity": item[1]}):
            wrong(answer, f"came back with {brief(answer.json())}", f"{brief(body)}, the item", ROUTER)
        items = [*items, item]
        await same_items(api, order["id"], items)


@task("4.4", points=0.5, promise="its `total_cents` has grown by what the item costs")
async def test_the_total_grows(api: Api, rng: random.Random) -> None:
    """Every way to an order shows its new total, and no other order has changed."""
    await totals_grow(api, rng, [(1, 2), (3, 1), (2, 7)])


@task("4.4", points=0.5, promise="a refused `POST` changes nothing")
async def test_what_no_order_takes(api: Api, as_given: Api, rng: random.Random) -> None:
    """What no new order takes is refused, by the same status, and nothing has changed."""
    item: dict[str, Json] = {"product_id": 2, "quantity": 3}
    old_names = Case("by the phones' names", {"prodId": 2, "qty": 3})
    await refused_as_in_new_orders(api, as_given, rng, [*cases(item, rng), old_names])
    state = await snapshot(api)
    for number in integers(rng, but=(1, 2, 3)):
        answer = await api.post(items_of(number), json=item)
        no_such_order(answer)
        await expect_unchanged(api, state, answer, look_at=SERVICE)


@task("4.4", points=0.25, promise="the new names hold to the six rules")
async def test_the_names_of_items(api: Api, project: ProjectFiles) -> None:
    """The routes of items are named by the lesson's rules, and are not marked as old."""
    await well_named(api, project, ROUTER, f"{ORDERS}/{{}}/items")
    only_these_are_deprecated(await deprecated_or_not(api))


@task("4.4", points=0.25, promise="whatever the service asks of the orders, `OrderRepository` has")
async def test_the_protocol_knows_how_an_order_grows(project: ProjectFiles, probe: Probe) -> None:
    """mypy finds that service, `OrderRepository` and the repository in memory fit together."""
    files = (REPOSITORY, SERVICE, ROUTER)
    why = "a method in OrderRepository for whatever the service asks of it"
    for path in files:
        for line, what in silencing_comments(project.read(path)):
            if what != "noqa":
                wrong(path, f"has `{what}` in line {line}, which keeps mypy quiet", why, REPOSITORY)
    for path, line, kind, text in mypy(project, *files):
        if kind == "error" and path in files and "OrderRepository" in text:
            both = f"{why}, and the same in memory"
            wrong("`mypy app/orders`", f"objects to {path}, line {line}: {text}", both, REPOSITORY)
    if names := await probe("only_the_protocol"):
        came = f"was given orders with the methods of OrderRepository only, and asks for {names[0]}"
        wrong(SERVICE, came, f"{why}: a database takes this place in chapter 15", REPOSITORY)


# --- what the checks share -------------------------------------------------------------------------------------------


async def busy_shop(api: Api, rng: random.Random) -> dict[int, list[Json]]:
    """More orders than a page holds, of two customers in turn; whose they are, and numbers of nobody."""
    shop = Shop(api, rng)
    one, other, idle = await shop.customers(3)
    nobody = integers(rng, but=(1, 2, 3))
    made: dict[int, list[Json]] = {user: [] for user in (one.id, other.id, idle.id, *nobody)}
    owners = rng.sample([one.id, other.id], counts=[21, 79], k=100)
    for user in (*owners, other.id, one.id, other.id, one.id, other.id):
        made[user].append(await shop.order(user, {rng.choice((1, 2, 3)): 1}))
    return made


def good_day(rng: random.Random, mine: int = 4, others: int = 2) -> list[Sent]:
    """Three customers register, and two of them order, in turn: the first, and another one."""
    names = rng.sample(("Zoë", "D'Arcy", "李小龍", "Ada", "Ngũgĩ"), 3)
    people = [
        {"email": f"u{n}@example.com", "full_name": name, "password": "x" * 8} for n, name in enumerate(names)
    ]
    orders = [
        {"user_id": user, "items": [{"product_id": p, "quantity": n} for p, n in some_items(rng)]}
        for user in (*rng.sample([1, 2], counts=[mine, others], k=mine + others), 1)
    ]
    return [Sent("POST", USERS, {}, one) for one in people] + [
        Sent("POST", ORDERS, {}, one) for one in orders
    ]


async def fill(api: Api, as_given: Api, rng: random.Random, mine: int = 4, others: int = 2) -> None:
    """Let both apps have the same good day."""
    for sent in good_day(rng, mine, others):
        await sent.to(as_given)
        await sent.to(api)


def odd_orders(rng: random.Random) -> Iterable[Sent]:
    """Every odd request to the routes of orders and products that are no phone's."""
    item: dict[str, Json] = {"product_id": 2, "quantity": 3}
    yield Sent("POST", ORDERS, {}, {"user_id": 99, "items": [{"product_id": 99, "quantity": 1}]})
    yield Sent("POST", ORDERS, {}, {"userId": 1, "items": [{"prodId": 2, "qty": 3}]})
    yield from (Sent("GET", ORDERS, {name: 1}) for name in ("userId", "pageSize"))
    yield from (Sent("POST", ORDERS, {}, case.body) for case in cases({"user_id": 1, "items": [item]}, rng))
    yield from (
        Sent("POST", ORDERS, {}, {"user_id": 1, "items": [item, case.body]}) for case in cases(item, rng)
    )
    for path in (ORDERS, PRODUCTS):
        yield from (
            Sent("GET", path, {name: _text(n)}) for name in ("skip", "limit", "more") for n in (3, *odd(3))
        )
    for number in (1, 6, *integers(rng), "nobody", "1.0"):
        yield from (Sent("GET", path, {}) for path in (f"{ORDERS}/{number}", f"{USERS}/{number}/summary"))


def orders_by_phone(rng: random.Random) -> Iterable[Sent]:
    """Orders as phones place them, and such that name nobody or nothing."""
    for user, product in ((1, 1), (2, 2), (2, 3), (99, 1), (1, 99), (99, 99)):
        body: dict[str, Json] = {"userId": user, "prodId": product, "qty": rng.randrange(2, 9)}
        yield from [Sent("POST", f"{V1}/placeOrder", {}, body)] * 2
    yield Sent("POST", f"{V1}/placeOrder", {}, {"userId": 2, "prodId": rng.choice((1, 2, 3))})


def asked_by_phone(numbers: Iterable[Json]) -> Iterable[Sent]:
    """What phones ask for by a number."""
    for number in numbers:
        yield Sent("GET", f"{V1}/getOrders", {"userId": number})
        yield from (Sent("GET", f"{V1}/{path}/{number}", {}) for path in ("order", "product_info"))


async def as_phones_know(api: Api, as_given: Api, requests: Iterable[Sent]) -> None:
    """Send each request to both apps; fail at the first answer that a phone would not know again."""
    for sent in requests:
        before, after = await sent.to(as_given), await sent.to(api)
        if other_words(before, after) or no_longer_accepted(before, after):
            continue
        if before.status_code == 500:
            expect(after, 422, why=NO_ORDER, look_at=MOBILE)
        if before.status_code != after.status_code:
            wrong(after, "", f"{status_of(before)}, as before: {gone_or(after)}", MOBILE)
        was, now = before.json(), after.json()
        if (keys := keys_of(now)) != (old := keys_of(was)):
            why = "in the order that they had"
            if set(old) - set(keys):
                why = "as old clients know them" + (
                    ": the old name goes into an alias" if set(keys) - set(old) else ""
                )
            elif set(keys) != set(old):
                why = "and no others"
            wrong(after, f"came back with the keys {brief(keys)}", f"{brief(old)}, {why}", MOBILE)
        if differs := difference(was, now):
            where, wanted, came = differs
            why = "as old clients show it" if before.status_code == 404 else "as old clients know it"
            wrong(after, f"came back with {where} = {came}", f"{wanted}, {why}", MOBILE)


def other_words(before: Response, after: Response) -> bool:
    """Whether both refuse what was sent: a 422 may say so in other words, a 405 may list methods in another order."""
    return before.status_code == after.status_code and after.status_code in (405, 422)


def no_longer_accepted(before: Response, after: Response) -> bool:
    """Whether a 422 is what the task allows: where it crashed, and for a page size out of bounds."""
    size = after.request.url.params.get("pageSize", "")
    out_of_bounds = re.fullmatch(r"\s*[-+]?\d+(\.0+)?\s*", size) and not 1 <= float(size) <= 100
    return after.status_code == 422 and (before.status_code == 500 or bool(out_of_bounds))


def below_one(body: Mapping[str, Json]) -> bool:
    """Whether this is an order of less than one piece."""
    quantity = body.get("qty")
    return isinstance(quantity, int) and quantity < 1


def keys_of(body: Json) -> list[str]:
    """The keys of an old answer, or of the first of many; none when there is no first."""
    first = next(iter(body), {}) if isinstance(body, list) else body
    return list(first) if isinstance(first, dict) else []


async def document_of(api: Api) -> Json:
    """The OpenAPI document of the running app."""
    return (await found(api, "/openapi.json")).json()


async def deprecated_or_not(api: Api) -> dict[tuple[str, str], bool]:
    """Method and path of each operation in the document, and whether it is marked as deprecated."""
    return {
        (method, bare(path)): bool(operation.get("deprecated"))
        for path, methods in (await document_of(api))["paths"].items()
        for method, operation in methods.items()
    }


def bare(path: str) -> str:
    """A path without the names of its parameters: no client sees those."""
    return re.sub(r"\{.*?\}", "{}", path)


def only_these_are_deprecated(marked: Mapping[tuple[str, str], bool]) -> None:
    """Fail when a route of orders or products is deprecated that has nothing to take its place."""
    for (method, path), is_marked in marked.items():
        if is_marked and path.startswith((ORDERS, PRODUCTS)):
            came = f"marks {method.upper()} {path} as deprecated"
            where = f"where deprecated=True stands in {ROUTER} and app/main.py"
            wrong(DOCUMENT, came, "only the old names to be", where)


async def well_named(api: Api, project: ProjectFiles, look_at: str, path: str = "") -> None:
    """Fail when the audit has something to fix; with a path, in the names that stand there."""
    document = await document_of(api)
    here = json.dumps([methods for where, methods in document["paths"].items() if bare(where) == path])
    if path and here == "[]":
        wrong(DOCUMENT, f"has no {path}", "it under this name", look_at)
    files = {file: project.read(file) for file in project.paths("app/**/*.py")}
    rules = naming.Rules(files_after_lesson(4)[naming.RULES_FILE])
    for judged in naming.audit(naming.Surface(document, files), rules).having(naming.Verdict.BROKEN):
        name = judged.name
        if path and bare(name.text) != path and not re.search(rf'["/]{re.escape(name.text)}"', here):
            continue
        better = f", such as {judged.proposal}" if judged.proposal and not judged.proposal_exists else ""
        if name.text.startswith("Body_"):
            better = " (FastAPI made this one up for several Body parameters: a model in their place has one of yours)"
        where = f" ({name.places[0]})" if name.places else ""
        came = (
            f"has to fix, under {name.kind}: {name.text}{where}, which breaks the rule that {judged.rules[0]}"
        )
        wrong("`await course.naming_audit(api)`", came, f"a name that keeps it{better}", look_at)


async def own_tests(
    probe: Probe, path: str = "", keys: Mapping[str, str] | None = None
) -> tuple[int, str, dict[str, str]]:
    """Run the learner's tests, over an API that is broken at this path or whole: exit code, output, and what failed."""
    conftest = (Path(__file__).parent / "probes" / f"{BROKEN_WIRE}.py").read_text(encoding="utf-8")
    how = json.dumps({"path": V1 + path, "keys": keys or {}})
    code, output = await run_tests(
        probe, {"conftest.py": conftest, f"{BROKEN_WIRE}.json": how} if path else {}, TESTS
    )
    return code, output, {test.name: test.message for test in read_tests(output) if not test.passed}


async def pinned(probe: Probe, breaks: Mapping[str, Mapping[str, str]]) -> None:
    """Fail unless each of these breaks of the wire (a path that is gone, or has other keys) fails one test more."""
    _, _, today = await own_tests(probe)
    for path, keys in breaks.items():
        _, output, failing = await own_tests(probe, path, keys)
        if failing.keys() <= today.keys():
            old, new = next(iter(keys.items()), ("", ""))
            what = f"answering {new!r} for {old!r} and so on" if keys else "gone (404)"
            where = f"what {TESTS} compares: ask {path} as a phone does, and for a value that only the right answer has"
            wrong(f"pytest {TESTS} with {path} {what}", "passes", "one test to fail", where, detail=output)


def no_such_order(answer: Response) -> None:
    """Fail unless this is a 404."""
    why = route_or(answer, "there is no such order: OrderNotFoundError becomes a 404")
    expect(answer, 404, why=why, look_at=ROUTER)


def some_items(rng: random.Random) -> list[tuple[int, int]]:
    """What somebody orders: two products of three."""
    return [(product, rng.randrange(2, 9)) for product in rng.sample([1, 2, 3], 2)]


def items_of(order_id: Json) -> str:
    """The path of an order's items."""
    return f"{ORDERS}/{order_id}/items"


def cost(items: Items) -> int:
    """What these items cost together."""
    return sum(PRICES[product] * quantity for product, quantity in items)


async def add_item(api: Api, order_id: int, item: tuple[int, int]) -> Response:
    """Add an item to an order over HTTP; fails unless that is a success."""
    answer = await api.post(items_of(order_id), json={"product_id": item[0], "quantity": item[1]})
    if not answer.is_success:
        expect(answer, 201, why=route_or(answer, "a new item answers 201 Created"), look_at=ROUTER)
    return answer


async def same_items(api: Api, order_id: int, items: Items) -> None:
    """Fail unless an order has these items, at both places that show them."""
    wanted = [{"product_id": product, "quantity": quantity} for product, quantity in items]
    for path in (items_of(order_id), f"{ORDERS}/{order_id}"):
        answer = await found(api, path)
        body = answer.json()
        if (came := body["items"] if isinstance(body, dict) else body) != wanted:
            why = f"{brief(wanted)}, each item by itself and in the order they came"
            where = f"what {SERVICE} and {REPOSITORY} keep of an item"
            wrong(answer, f"came back with {brief(came)}", why, where)


async def totals_grow(api: Api, rng: random.Random, added: Items) -> None:
    """Add items to the middle one of a customer's orders; fail unless every way to them shows what they cost."""
    shop, orders = Shop(api, rng), [some_items(rng) for _ in range(3)]
    user = (await shop.register()).id
    _, order, _ = [(await shop.order(user, dict(items)))["id"] for items in orders]
    for item in added:
        await add_item(api, order, item)
        orders[1].append(item)
        all_of_them = [cost(items) for items in orders]
        for path, wanted in {
            f"{ORDERS}/{order}": all_of_them[1],
            f"{V1}/order/{order}": all_of_them[1],
            ORDERS: all_of_them,
            f"{ORDERS}?user_id={user}": all_of_them,
            f"{V1}/getOrders?userId={user}": all_of_them,
            f"{USERS}/{user}/summary": sum(all_of_them),
        }.items():
            answer = await found(api, path)
            if (came := totals(answer.json())) != wanted:
                why = f"{wanted}, what the items cost together"
                where = f"what {SERVICE} and {REPOSITORY} change of an order that gets an item"
                wrong(answer, f"came back with {came} as the total", why, where)


def totals(body: Json) -> Json:
    """What an order costs, or each of many."""
    if isinstance(body, dict) and "total" in body:
        body = body["items"]
    if isinstance(body, list):
        return [totals(one) for one in body]
    return body.get("total_cents", body.get("totalCents"))


async def refused_as_in_new_orders(
    api: Api, as_given: Api, rng: random.Random, odd_items: Iterable[Case]
) -> None:
    """Send items to an order; fail unless each is refused, or not, as a new order with it is by the app as given."""
    for client in (as_given, api):
        shop = Shop(client, rng)
        await shop.order((await shop.register()).id, dict(some_items(rng)))
    state = await snapshot(api)
    for case in odd_items:
        in_new_order = await as_given.post(ORDERS, json={"user_id": 1, "items": [case.body]})
        answer = await api.post(items_of(1), json=case.body)
        both_succeed = answer.is_success and in_new_order.is_success
        if answer.status_code != in_new_order.status_code and not both_succeed:
            why = route_or(answer, "as POST /orders answers such an item")
            where = f"what {ROUTER} takes, and at where {SERVICE} asks for the price"
            wrong(answer, "", f"{status_of(in_new_order)}: {why}", where)
        if answer.is_success:
            state = await snapshot(api)
        else:
            await expect_unchanged(api, state, answer, look_at=f"when {SERVICE} asks for the price")


async def found(api: Api, path: str, why: str = "there is something to read") -> Response:
    """GET a path that is there; the answer."""
    answer = await api.get(path)
    return expect(answer, 200, why=route_or(answer, why), look_at=ROUTER)


def route_or(answer: Response, why: str) -> str:
    """`why`, or that no route was there at all."""
    if answer.status_code == 405 or (answer.status_code == 404 and '"Not Found"' in answer.text):
        return "no route answers at this path"
    return why


def gone_or(answer: Response) -> str:
    """What a phone makes of an answer that it does not know."""
    if answer.is_redirect:
        return "a phone does not follow redirects"
    if answer.status_code == 422:
        return "what old clients send, by these names and values, is refused"
    if answer.status_code == 201:
        return "a new status code is a break"
    if route_or(answer, ""):
        return "the old name is gone, and a phone cannot be updated"
    return "what was refused is taken now" if answer.is_success else "old clients know no other answer"


def _text(value: Json) -> Json:
    return value if isinstance(value, str | int | float) else ""
