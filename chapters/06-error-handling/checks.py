"""Exercise 6, the checks that learners see; held_out.py puts the same promises to other tests."""

import random
import re
from typing import Any

from httpx2 import Response

from course.grading.checking import Api, Probe, ProjectFiles, as_before, expect, fail, task

type Json = Any
"""What an answer holds."""
type Lines = list[tuple[int, int]]
"""The lines of an order: product and quantity."""

USERS, ORDERS, PRODUCTS = "/api/v1/users", "/api/v1/orders", "/api/v1/products"
STOCK = {1: 1000, 2: 5000, 3: 200}
NOWHERE = range(500, 1000)  # ids of users, products and orders that do not exist
SERVICE, ROUTER = "app/orders/service.py", "app/orders/router.py"
TRANSITIONS, ACCESS = "app/orders/transitions.py", "app/orders/access.py"
AROUND = f"{SERVICE} and {ROUTER}"
CALLER, WAREHOUSE = "app/orders/dependencies.py", "app/orders/warehouse.py"
SPEAKS_HTTP = ("app.orders.router", "app.orders.mobile", "app.orders.dependencies")
INSIDE = ("object at 0x", "OrderItem(", "app.orders", "Traceback", "10.0.0.7")


@task("6.1", points=0.5)
async def test_unknown_things_are_404(api: Api, rng: random.Random) -> None:
    """Unknown orders, products and users answer 404, as problems."""
    nothing = rng.choice(NOWHERE)
    user = await new_user(api, rng)
    why = "an unknown order is a NotFoundError, and the handler of the lesson makes a 404 of it"
    refused(await api.get(f"{ORDERS}/{nothing}"), 404, why, SERVICE)
    refused(await change(api, nothing, "shipped"), 404, why, ROUTER)
    why = "an unknown product is a NotFoundError"
    refused(await api.get(f"{PRODUCTS}/{nothing}"), 404, why, SERVICE)
    refused(await place(api, user, [(1, 1), (nothing, 1)]), 404, why, SERVICE)
    refused(
        await place(api, nothing, [(1, 1)]), 404, "the users' service raises for an unknown user", SERVICE
    )


@task("6.1", points=0.5)
async def test_more_than_there_is(api: Api, rng: random.Random) -> None:
    """Ordering more than there is answers 409 and takes nothing."""
    user, product = await new_user(api, rng), rng.choice([1, 3])
    other = 4 - product
    too_many = STOCK[product] + rng.randrange(1, 50)
    why = "the shelf holds less than that, and an order is all or nothing: OutOfStockError is a ConflictError"
    refused(await place(api, user, [(other, 7), (product, too_many)]), 409, why, SERVICE)
    kept = (await api.get(ORDERS)).json()["total"]
    if kept:
        fail(
            f"After one refused order, GET {ORDERS} has total={kept}; expected 0. Take from the shelf before the "
            f"repository adds the order, in {SERVICE}."
        )
    why = "the refused order has taken what it could from the shelf; expected all or nothing"
    expect(await place(api, user, [(other, STOCK[other])]), 201, why=why, look_at=SERVICE)


@task("6.1", points=0.25)
async def test_the_rest_is_as_before(api: Api, rng: random.Random) -> None:
    """Prices, the discount, pages, items, products and receipts are what they were."""
    mine, other = await new_user(api, rng), await new_user(api, rng)
    first = {"id": 1, "user_id": mine, "customer_name": "Noor", "status": "placed"}
    orders, count = [], 0
    for user in (mine, mine, other, mine, mine, mine, mine):
        count += user == mine
        product, quantity = (1, 2) if not orders else (rng.choice([1, 2]), 2 * rng.randrange(1, 9))
        full = {1: 450, 2: 120}[product] * quantity
        items = [{"product_id": product, "quantity": quantity}]
        order = first | {"id": len(orders) + 1, "user_id": user, "items": items}
        orders.append(order | {"total_cents": full if count <= 5 else full - full * 5 // 100})
        placed = await place(api, user, [(product, quantity)])
        expect(placed, 201, why="there is enough of all of it", look_at=SERVICE)
        as_before(placed, orders[-1], look_at=AROUND)
    owned = [order for order in orders if order["user_id"] == mine]
    products = [
        {"id": 1, "name": "Notebook", "price_cents": 450},
        {"id": 2, "name": "Pencil", "price_cents": 120},
        {"id": 3, "name": "Backpack", "price_cents": 5900},
    ]
    receipt = {"order_id": 1, "total_cents": 900, "vat_cents": 156, "in_words": "nine euros and zero cents"}
    for path, wanted in (
        (f"{ORDERS}/4", orders[3]),
        (ORDERS, {"items": orders, "total": 7, "skip": 0, "limit": 20}),
        (f"{ORDERS}?skip=1&limit=3", {"items": orders[1:4], "total": 7, "skip": 1, "limit": 3}),
        (f"{ORDERS}?user_id={mine}&skip=2&limit=2", {"items": owned[2:4], "total": 6, "skip": 2, "limit": 2}),
        (f"{ORDERS}/2/items", orders[1]["items"]),
        (f"{ORDERS}/1/receipt", receipt),
        (PRODUCTS, products),
        (f"{PRODUCTS}/3", products[2]),
    ):
        answer = await api.get(path)
        as_before(
            expect(answer, 200, why="it did before this exercise", look_at=SERVICE), wanted, look_at=AROUND
        )
    phones = await api.get(f"/api/v1/getOrders?userId={mine}")
    old = [{"orderId": one["id"], "custName": "Noor", "totalCents": one["total_cents"]} for one in owned]
    as_before(expect(phones, 200, why="the phones still ask here", look_at=SERVICE), old, look_at=AROUND)
    added = expect(await add(api, 1, 2, 3), 201, why="a placed order may grow", look_at=SERVICE)
    as_before(added, {"product_id": 2, "quantity": 3}, look_at=AROUND)
    grown = orders[0] | {"items": [*orders[0]["items"], added.json()], "total_cents": 1260}
    as_before(await api.get(f"{ORDERS}/1"), grown, look_at=AROUND)


@task("6.1", points=0.25)
def test_no_http_below_the_router(project: ProjectFiles) -> None:
    """In `app/orders/`, only routers and the dependency know HTTP."""
    for found in project.imports():
        http = found.imported.split(".")[0] in ("fastapi", "starlette")
        if found.importer.startswith("app.orders.") and found.importer not in SPEAKS_HTTP and http:
            path = found.importer.replace(".", "/") + ".py"
            fail(
                f"{path}, line {found.line}, imports {found.imported} (`{found.code}`); expected no HTTP below the "
                "router. Raise an error with a parent from app/exceptions.py: app/problems.py knows its status."
            )


@task("6.2", points=1)
async def test_an_order_ends_once(api: Api, rng: random.Random) -> None:
    """A placed order can be shipped or cancelled; every other change is 409."""
    user = await new_user(api, rng)
    for end in rng.sample(["shipped", "cancelled"], 2):
        order = await new_order(api, user, [(2, rng.randrange(1, 9))])
        again = "a placed order stays placed unless it is shipped or cancelled: setting placed is no change"
        refused(await change(api, order, "placed"), 409, again, TRANSITIONS)
        why = f"a placed order may be {end}"
        changed = expect(await change(api, order, end), 200, why=why, look_at=TRANSITIONS)
        if changed.json().get("status") != end:
            fail(
                f"PATCH {ORDERS}/{order} to {end} came back with status={changed.json().get('status')!r}; expected {end!r}, the new "
                f"status of the order. Look at change_status in {TRANSITIONS}."
            )
        for wanted in rng.sample(["placed", "shipped", "cancelled"], 3):
            why = f"the order is {end} already, and that is the end of it"
            refused(await change(api, order, wanted), 409, why, TRANSITIONS)


@task("6.2", points=0.5)
async def test_cancelled_goods_return(api: Api, rng: random.Random) -> None:
    """What a cancelled order took can be bought again."""
    user = await new_user(api, rng)
    order = await new_order(api, user, [(3, rng.randrange(20, 40)), (3, rng.randrange(1, 20))])
    expect(await change(api, order, "cancelled"), 200, why="it is placed", look_at=TRANSITIONS)
    why = "an order of backpacks was cancelled, so all 200 are on the shelf again"
    expect(await place(api, user, [(3, STOCK[3])]), 201, why=why, look_at=TRANSITIONS)


@task("6.2", points=0.5)
async def test_an_ended_order_does_not_grow(api: Api, rng: random.Random) -> None:
    """Items can be added to a placed order, and to no other; they come off the shelf."""
    user = await new_user(api, rng)
    orders = {end: await new_order(api, user, [(2, 1)]) for end in ("shipped", "cancelled")}
    why = "a placed order may grow"
    expect(await add(api, orders["shipped"], 1, 3), 201, why=why, look_at=f"check_open in {TRANSITIONS}")
    why = "three notebooks were added to an order and are no longer on the shelf: add_item takes them too"
    refused(await place(api, user, [(1, STOCK[1] - 2)]), 409, why, SERVICE)
    why = "three notebooks were added, and more than three are gone: take an item once"
    expect(await place(api, user, [(1, STOCK[1] - 3)]), 201, why=why, look_at=SERVICE)
    for end, order in orders.items():
        expect(await change(api, order, end), 200, why="it is placed", look_at=TRANSITIONS)
        why = f"the order is {end} and does not grow any more"
        refused(await add(api, order, 2, 1), 409, why, f"check_open in {TRANSITIONS}")


@task("6.3", points=1)
async def test_an_order_belongs_to_somebody(api: Api, rng: random.Random) -> None:
    """Owner and staff see and cancel an order; another user gets 403, and 404 for an unknown one."""
    owner, other = await new_user(api, rng), await new_user(api, rng)
    order = await new_order(api, owner, [(2, 1)])
    why = f"order {order} belongs to user {owner}, and user {other} asks: known, but not allowed"
    refused(await api.get(f"{ORDERS}/{order}", headers=as_user(other)), 403, why, f"{ACCESS} and {ROUTER}")
    refused(await change(api, order, "cancelled", other), 403, why, f"{ACCESS} and {ROUTER}")
    for caller, who in ((owner, "the owner"), (None, "the staff, without a header,")):
        answer = await api.get(f"{ORDERS}/{order}", headers=as_user(caller))
        expect(answer, 200, why=f"{who} may see the order", look_at=f"{ACCESS} and {ROUTER}")
    nothing = rng.choice(NOWHERE)
    why = "an order that does not exist is nobody's: look for it first, then ask who may"
    refused(await api.get(f"{ORDERS}/{nothing}", headers=as_user(other)), 404, why, SERVICE)
    expect(await change(api, order, "cancelled", owner), 200, why="the owner may cancel", look_at=ACCESS)


@task("6.4", points=1)
async def test_unknown_callers(api: Api, probe: Probe, rng: random.Random) -> None:
    """An `X-User-Id` that nobody has is 401, one that is no number 422, one that is known that user, none the staff."""
    user, nobody = await new_user(api, rng), rng.choice(NOWHERE)
    order = await new_order(api, user, [(2, 1)])
    why = f"nobody has the id {nobody}, so the shop does not know who asks: raise AuthenticationError"
    refused(await change(api, order, "shipped", nobody), 401, why, CALLER)
    refused(await api.get(f"{ORDERS}/{order}", headers=as_user(nobody)), 401, why, CALLER)
    odd = await api.get(f"{ORDERS}/{order}", headers={"X-User-Id": "ada"})
    refused(odd, 422, "X-User-Id is no number: leave that to FastAPI, by the header's type", CALLER)
    why = "a request without the header comes from the staff, and nobody is asked for"
    expect(await change(api, order, "shipped"), 200, why=why, look_at=CALLER)
    found = await probe(_WHO_ASKS)
    for header, said in zip((None, 1, 2), found, strict=True):
        if said != header:
            asked = "without X-User-Id" if header is None else f"with X-User-Id {header}, a known user"
            fail(
                f"get_caller, {asked}, returned {said!r}; expected {header!r}. None is the staff, and a known user is that "
                f"user's id: look at what get_caller in {CALLER} returns on each way out."
            )


@task("6.4", points=1)
async def test_the_warehouse_refuses(probe: Probe, rng: random.Random) -> None:
    """The order and its 201 stay, and the log has one record with a traceback that names the order."""
    quantities = [1] * rng.randrange(2, 6) + [rng.randrange(61, 99)]
    judge_log(quantities, await probe(watched(quantities)))


# --- what the checks share -------------------------------------------------------------------------------------------

_WHO_ASKS = """
import httpx2
from fastapi import Depends
from app.main import app
from app.orders.dependencies import get_caller


@app.get("/who-asks")
async def who_asks(caller=Depends(get_caller)):
    return caller


transport, result = httpx2.ASGITransport(app, raise_app_exceptions=False), []
async with httpx2.AsyncClient(transport=transport, base_url="http://api") as client:
    for name in ("one", "two"):
        user = {"email": f"{name}@example.com", "full_name": name, "password": "correct horse"}
        await client.post("/api/v1/users", json=user)
    for headers in ({}, {"X-User-Id": "1"}, {"X-User-Id": "2"}):
        answer = await client.get("/who-asks", headers=headers)
        result.append(answer.json() if answer.status_code == 200 else f"status {answer.status_code}")
"""

_LOG = """
import logging, traceback
import httpx2
from app.main import app
from app.orders import warehouse

class Keep(logging.Handler):
    def emit(self, record):
        chain = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else record.exc_text or ""
        records.append({"level": record.levelno, "text": record.getMessage(), "trace": chain})

records, told, result, seen = [], [], [], {"answered": False}
logging.getLogger().addHandler(Keep())
logging.disable(logging.NOTSET)
send_on = warehouse._send

async def note_and_send(order_id, pieces):
    told.append([*(part if isinstance(part, int) else repr(part) for part in (order_id, pieces)), seen["answered"]])
    await send_on(order_id, pieces)

async def noted(scope, receive, send):
    async def answer(message):
        await send(message)
        seen["answered"] |= message["type"] == "http.response.body" and not message.get("more_body")
    await app(scope, receive, answer)

warehouse._send = note_and_send
transport = httpx2.ASGITransport(noted, raise_app_exceptions=False)
async with httpx2.AsyncClient(transport=transport, base_url="http://api") as client:
    user = {"email": "log@example.com", "full_name": "Log", "password": "correct horse"}
    await client.post("/api/v1/users", json=user)
    for quantity in QUANTITIES:
        records.clear(), told.clear()
        seen["answered"] = False
        half = quantity // 3
        lines = [{"product_id": 2, "quantity": part} for part in (quantity - half, half) if part]
        answer = await client.post("/api/v1/orders", json={"user_id": 1, "items": lines})
        order = answer.json().get("id") if answer.status_code == 201 else None
        kept = (await client.get(f"/api/v1/orders/{order}")).status_code if order else 0
        result.append({"quantity": quantity, "status": int(answer.status_code), "body": answer.text, "order": order,
                       "kept": int(kept), "records": list(records), "told": list(told)})
"""


def watched(quantities: list[int]) -> str:
    """A probe that places one order per number of pencils and tells what was answered, logged and announced."""
    return _LOG.replace("QUANTITIES", repr(quantities))


def judge_log(quantities: list[int], found: list[Json]) -> None:
    """Fail unless each order is answered, announced and logged as it should be."""
    if [order["quantity"] for order in found] != quantities:
        fail(
            f"{len(quantities)} orders were placed, and {len(found)} came back; expected each one. Look at {ROUTER}."
        )
    for order in found:
        if order["status"] != 201 or order["kept"] != 200:
            came = f"came back {order['status']}" if order["status"] != 201 else "is not kept"
            fail(
                f"{asked_for(order)} {came}; expected 201 and the order: the customer's part is done, whatever the warehouse "
                f"says. Look at how {ROUTER} calls announce."
            )
    for order in found:
        judge_what_was_told(order)
        errors = [record for record in order["records"] if record["level"] >= 40]
        if order["quantity"] <= 50:
            judge_what_was_taken(order, errors)
        else:
            judge_what_was_refused(order, errors)


def asked_for(order: Json) -> str:
    """The request that placed an order, for a message."""
    pieces = order["quantity"]
    return f"POST {ORDERS} with {pieces} {'piece' if pieces == 1 else 'pieces'}"


def judge_what_was_told(order: Json) -> None:
    """Fail unless the warehouse was told of this order and all its pieces, after the answer."""
    asked, pieces = asked_for(order), order["quantity"]
    for number, amount, answered in order["told"]:
        if [number, amount] != [order["order"], pieces]:
            fail(
                f"{asked} is order {order['order']}, and the warehouse was told to pack {amount} for order {number}; expected the "
                f"order's id and {pieces}, the pieces of all lines. Look at what {ROUTER} hands to announce, and at the call in {WAREHOUSE}."
            )
        if not answered:
            fail(
                f"{asked} was announced to the warehouse before the client had the 201; expected it afterwards, or each "
                f"customer waits for the warehouse. Hand announce to the background tasks: look at {ROUTER}."
            )


def judge_what_was_taken(order: Json, errors: list[Json]) -> None:
    """Fail when the log has an error for an order that the warehouse took, or the warehouse was not told."""
    asked = asked_for(order)
    if errors:
        raised = errors[0]["trace"].strip().splitlines()[-1:]
        cause = f" ({raised[0][:120].rstrip('.')})" if raised else ""
        fail(
            f"{asked} was taken by the warehouse, and the log has an error, {errors[0]['text']!r}{cause}; expected none. Look "
            f"at {WAREHOUSE} and at how {ROUTER} hands announce to the background."
        )
    if not order["told"]:
        fail(
            f"{asked} came back 201, and the warehouse was told nothing; expected announce to run after it. Look at "
            f"how {ROUTER} hands announce to the background, and at {WAREHOUSE}."
        )


def judge_what_was_refused(order: Json, errors: list[Json]) -> None:
    """Fail unless the log has one error for an order that the warehouse refused, with the cause and the order's id."""
    asked = asked_for(order)
    if not errors:
        fail(
            f"{asked} is more than the warehouse takes, and the log has no error; expected one record, or nobody "
            f"ever packs it. Look at announce in {WAREHOUSE} and at how {ROUTER} calls it."
        )
    text, trace = errors[0]["text"], errors[0]["trace"]
    if len(errors) > 1:
        fail(
            f"{asked} was refused by the warehouse, and the log has {len(errors)} errors; expected one. Who logs "
            f"an error does not raise it again: look at {WAREHOUSE}."
        )
    if "WarehouseOfflineError: 10.0.0.7" not in trace:
        last = trace.strip().splitlines()[-1:]
        cause = f"with a {last[0][:120].rstrip('.')}" if last else "without a traceback"
        fail(
            f"{asked} was refused by the warehouse, and the log says {text!r} {cause}; expected a traceback with the "
            f"warehouse's own error. Use logger.exception in {WAREHOUSE}, and look at how {ROUTER} calls announce."
        )
    if not re.search(rf"\b{order['order']}\b", text):
        fail(
            f"Order {order['order']} was refused by the warehouse, and the log says {text!r}; expected "
            f"the order's id in that text. Look at {WAREHOUSE}."
        )


async def new_user(api: Api, rng: random.Random) -> int:
    """Register somebody; their id."""
    data = {"email": f"u{rng.randrange(10**9)}@example.com", "full_name": "Noor", "password": "correct horse"}
    made = expect(await api.post(USERS, json=data), 201, why="users answered before", look_at="app/main.py")
    return int(made.json()["id"])


async def place(api: Api, user: int, lines: Lines) -> Response:
    """Place an order over HTTP."""
    items = [{"product_id": product, "quantity": quantity} for product, quantity in lines]
    return await api.post(ORDERS, json={"user_id": user, "items": items})


async def new_order(api: Api, user: int, lines: Lines) -> int:
    """Place an order that can be placed; its id."""
    placed = expect(await place(api, user, lines), 201, why="there is enough of all of it", look_at=SERVICE)
    return int(placed.json()["id"])


async def add(api: Api, order: int, product: int, quantity: int) -> Response:
    """Add an item to an order."""
    return await api.post(f"{ORDERS}/{order}/items", json={"product_id": product, "quantity": quantity})


async def change(api: Api, order: int, status: str, caller: int | None = None) -> Response:
    """Change an order's status, as a user or (None) as the staff."""
    return await api.patch(f"{ORDERS}/{order}", json={"status": status}, headers=as_user(caller))


def as_user(caller: int | None) -> dict[str, str]:
    """The header that says who asks."""
    return {} if caller is None else {"X-User-Id": str(caller)}


def refused(answer: Response, status: int, why: str, look_at: str) -> None:
    """Fail unless the answer has this status, is a problem, and tells nothing of the shop's inside."""
    caller = answer.request.headers.get("X-User-Id")
    who = f" (X-User-Id is {caller})" if caller else ""
    expect(answer, status, why=f"{why}{who}", look_at=look_at)
    asked = f"{answer.request.method} {answer.request.url.path}"
    kind = answer.headers.get("content-type", "nothing")
    if not kind.startswith("application/problem+json"):
        fail(
            f"{asked} came back {status} as {kind}; expected application/problem+json. Raise the error and let the "
            f"handler in app/problems.py answer: look at {ROUTER} and {look_at}."
        )
    detail = answer.json().get("detail")
    if not isinstance(detail, str) or detail.strip() in ("", "None"):
        fail(
            f"{asked} came back {status} with detail={detail!r}; expected a sentence that says what is wrong. It is the text of the "
            f"error you raise: look at {look_at}."
        )
    for inside in INSIDE:
        if inside in answer.text:
            fail(
                f"{asked} came back {status} and tells the client {inside!r}; expected one sentence without the shop's "
                f"inside. The cause belongs into the log: look at {look_at}."
            )
