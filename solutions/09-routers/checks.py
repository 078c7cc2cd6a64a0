# Derived from chapters/09-routers/checks.py by `course build`: change it there.
"""Exercise 9, the checks that learners see; held_out.py puts the same promises to other inputs.

All but two ask the running app: addresses are followed, the shelf is bought empty, what a version shows is compared with the other.
"""

import ast
import random
import re
from collections.abc import Awaitable, Collection, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from httpx2 import Response

from course.checks import (
    Api,
    AppCrashed,
    Json,
    ProjectFiles,
    Sent,
    World,
    brief,
    expect,
    expect_as_before,
    odd_requests,
    status_of,
    task,
    wrong,
)
from course.checks.awkward import cases, integers
from course.checks.desk import STATUSES, STOCK, Desk, Lines, as_user, customers, reads
from course.checks.records import expect_one_error, recorded
from course.checks.refusals import refuses
from course.checks.shop import ORDERS
from course.checks.state import difference

EACH_TASK_ALONE = True

MINE = f"{ORDERS}/mine"
V2 = "/api/v2/orders"
ROUTER, TRANSITIONS, ITEMS, SCHEMAS, SECOND = (
    f"app/orders/{name}.py" for name in ("router", "transitions", "items", "schemas", "v2")
)
DECIDES = (ast.If, ast.IfExp, ast.Match, ast.Try, ast.TryStar, ast.Raise)
"""What no route needs when the service decides."""
CALLERS = (None, 1, 2, 77, "ada")
QUERY = "?source=app"
KINDS = {"dict": "an object", "list": "a list"}
STANDING = ("id", "status", "total")
SCHEMA = re.compile(r"#/components/schemas/(\w+)")


# --- 9.1 an order ----------------------------------------------------------------------------------------------------


@task("9.1", points=0.25, promise="its Location leads to the new order")
async def test_a_new_order_says_where_it_is(api: Api, rng: random.Random) -> None:
    """`POST /orders` answers 201, and a GET of its `Location` answers the same order."""
    desk = Desk(api, rng, ROUTER)
    for user in [await desk.user() for _ in range(3)]:
        for product, query in ((1, ""), (2, QUERY)):
            sent = place(api, user, [(product, 2)], ORDERS + query)
            placed = await desk.expect(sent, 201, "the order is made")
            await expect_address(api, placed, f"{ORDERS}/{placed.json()['id']}", ROUTER)


@task("9.1", points=0.5, promise="GET /orders/mine answers what GET /orders?user_id=… answers")
async def test_mine_is_a_page_of_my_orders(api: Api, rng: random.Random) -> None:
    """`GET /orders/mine` is the page of the caller's own orders."""
    pages = [{}, {"skip": 1, "limit": 2}, {"limit": 0}, {"user_id": 1}]
    await expect_mine(Desk(api, rng, ROUTER), rng, pages=pages)


@task("9.1", points=0.25, promise="without X-User-Id, or with one that nobody has, GET /orders/mine is a 401")
async def test_mine_of_nobody_is_401(api: Api, rng: random.Random) -> None:
    """Whoever does not say who they are gets no orders."""
    where = f"which route of {ROUTER} takes /orders/mine, and who asks there: `Caller` is None for the staff"
    desk = Desk(api, rng, where)
    await desk.user_and_order()
    for nobody in (None, *integers(rng, but=range(1, 60))):
        answer = await api.get(MINE, headers=as_user(nobody))
        expect(answer, 401, why="the shop does not know who asks", look_at=desk.where)


@task("9.1", points=0.5, promise="DELETE /orders/{order_id} cancels the order")
async def test_delete_cancels(api: Api, rng: random.Random) -> None:
    """A deleted order answers 204 without a body, is there, is cancelled, and is back on the shelf."""
    desk = Desk(api, rng, ROUTER)
    user = await desk.user()
    for caller in (None, user):
        order = await desk.order_in(user, "placed", [(3, 30), (1, 5), (3, 2)])
        before = (await desk.see(order)).json()
        await expect_gone(api, cancel(api, order, caller), ROUTER)
        await expect_same(api, f"{ORDERS}/{order}", before | {"status": "cancelled"}, TRANSITIONS)
    desk.where = f"what `cancel` puts back, in {TRANSITIONS}"
    await desk.expect_shelf(user, {3: STOCK[3], 1: STOCK[1]}, "both orders are cancelled")


@task("9.1", points=0.5, promise="a DELETE of an order that is cancelled, by whatever request")
async def test_delete_again_changes_nothing(api: Api, rng: random.Random) -> None:
    """A repeated DELETE answers 204, and puts nothing back twice."""
    desk = Desk(api, rng, TRANSITIONS)
    user = await desk.user()
    await desk.order_in(user, "placed", [(3, 100)])
    for how in rng.sample(["DELETE", "PATCH"], 2):
        order = await desk.order_in(user, "placed" if how == "DELETE" else "cancelled", [(3, 40), (1, 1)])
        before = (await desk.see(order)).json() | {"status": "cancelled"}
        for _ in range(3):
            await expect_gone(api, cancel(api, order, rng.choice([None, user])), TRANSITIONS)
            await expect_same(api, f"{ORDERS}/{order}", before, TRANSITIONS)
    why = "100 are sold: what is cancelled again is not put back again"
    await desk.expect_shelf(user, {3: STOCK[3] - 100, 1: STOCK[1]}, why)


@task("9.1", points=0.25, promise="a DELETE of a shipped order is a 409, of an unknown one a 404")
async def test_delete_is_refused(api: Api, rng: random.Random) -> None:
    """What is shipped, unknown, or somebody else's is not cancelled, and nothing changes."""
    desk = Desk(api, rng, TRANSITIONS)
    owner, other = [one.id for one in await desk.customers(2)]
    for state in rng.sample(STATUSES, 3):
        order = await desk.order_in(owner, state)
        why = f"user {other} may not see the order, which is {state}, and so not cancel it"
        await desk.refuses(cancel(api, order, other), 403, why, f"what {ROUTER} hands on to service.cancel")
    shipped = await desk.order_in(owner, "shipped", [(3, 9)])
    for caller in (None, owner):
        await desk.refuses(cancel(api, shipped, caller), 409, "what is shipped cannot be cancelled any more")
    for nowhere in integers(rng, but=range(1, 9)):
        await desk.refuses(cancel(api, nowhere), 404, "there is no such order", ROUTER)
    await desk.expect_shelf(owner, {3: STOCK[3] - 9}, "9 are shipped")


@task("9.1", points=0.25, promise="nothing is decided in router.py")
def test_the_router_decides_nothing(project: ProjectFiles) -> None:
    """The functions of `router.py` have no `if`, `and`, `or`, `match`, `try` or `raise`."""
    decides_nothing(project, ROUTER)


@task("9.1", points=0.25, promise="the document (/openapi.json) announces what comes")
async def test_the_document_announces_orders(api: Api) -> None:
    """The document has the statuses of the answers."""
    await expect_announced(api, {("post", ORDERS): 201, ("delete", f"{ORDERS}/{{order_id}}"): 204}, ROUTER)


@task("9.1", points=0.25, promise="everything else is as before")
async def test_orders_are_as_before(api: Api, as_given: Api, world: World, rng: random.Random) -> None:
    """The other routes, their refusals, who may see an order, and what the warehouse hears are as they were."""
    await expect_rest_as_before(api, as_given, rng, ROUTER)
    user = await Desk(api, rng, ROUTER).user()
    await expect_told(api, world, user, [(2, 41), (1, rng.randrange(20, 90))], path=ORDERS, look_at=ROUTER)


# --- 9.2 its items ---------------------------------------------------------------------------------------------------


@task("9.2", points=0.25, promise="GET /orders/{order_id}/items/{item_id} answers 200 with the item")
async def test_an_item_has_an_address(api: Api, rng: random.Random) -> None:
    """One item is what the list shows of it; an item of another order is a 404."""
    desk = Desk(api, rng, ITEMS)
    user = await desk.user()
    orders = [await desk.order_in(user, "placed", [(1, 2), (2, 1), (1, 7)]) for _ in range(2)]
    items = {order: await items_of(api, order) for order in orders}
    for order, other in (orders, orders[::-1]):
        for item in items[order]:
            await expect_same(api, path_of(order, item["id"]), item, ITEMS)
            why = f"item {item['id']} is a part of order {order}"
            await desk.refuses(api.get(path_of(other, item["id"])), 404, why)
        for nowhere in integers(rng, but=range(1, 60)):
            await desk.refuses(api.get(path_of(order, nowhere)), 404, "nobody has this item")
            await desk.refuses(api.get(path_of(nowhere, items[order][0]["id"])), 404, "nobody has this order")


@task("9.2", points=0.25, promise="its Location is the address of the new item")
async def test_a_new_item_says_where_it_is(api: Api, rng: random.Random) -> None:
    """`POST` of an item answers 201, and a GET of its `Location` answers the same item."""
    desk = Desk(api, rng, ITEMS)
    for user in [await desk.user() for _ in range(2)]:
        order = await desk.order_in(user, "placed", [(1, 2), (3, 1)])
        for query in rng.sample(["", QUERY, ""], 3):
            product, quantity = rng.choice([1, 2, 3]), rng.randrange(1, 5)
            body = {"product_id": product, "quantity": quantity, "is_gift": not query}
            sent = api.post(f"{ORDERS}/{order}/items{query}", json=body)
            added = await desk.expect(sent, 201, "the item is made")
            await expect_address(api, added, path_of(order, added.json()["id"]), ITEMS)


@task("9.2", points=0.25, promise="changes what is sent, keeps the rest, and answers 200 with the item")
async def test_a_patch_changes_what_is_sent(api: Api, rng: random.Random) -> None:
    """A PATCH changes what it names, and nothing else; the shelf follows."""
    desk = Desk(api, rng, SCHEMAS)
    user = await desk.user()
    for gift in (False, True):
        order = await desk.order_in(user, "placed", [(2, 3), (3, 10)])
        await expect_patches(desk, order, [{"is_gift": gift}, {"quantity": 124}, {}])
        await expect_patches(desk, order, [{"is_gift": not gift}, {"quantity": 7, "is_gift": gift}])
    await desk.expect_shelf(user, {3: STOCK[3] - 14}, "two orders have 7 each")


@task("9.2", points=0.25, promise="a PATCH with a quantity below 1 is a 422")
async def test_a_patch_is_refused(api: Api, rng: random.Random) -> None:
    """Too little is a 422, too much a 409, and nothing changes."""
    desk = Desk(api, rng, SCHEMAS)
    order = await desk.order_in(await desk.user(), "placed", [(3, 10)])
    path = path_of(order, (await items_of(api, order))[0]["id"])
    for quantity in rng.sample([0, -1, -(10**20), "many", 1.5], 5):
        body = {"quantity": quantity, "is_gift": True}
        await desk.refuses(api.patch(path, json=body), 422, "an item is one piece at least, and whole")
    for quantity in (STOCK[3] + 1, 10**20):
        body = {"is_gift": True, "quantity": quantity}
        await desk.refuses(api.patch(path, json=body), 409, f"there are {STOCK[3]}", ITEMS)


@task("9.2", points=0.5, promise="DELETE of an item is a 204 with an empty body")
async def test_delete_takes_an_item_away(api: Api, rng: random.Random) -> None:
    """A deleted item is off the order, off the sum, and back on the shelf."""
    desk = Desk(api, rng, ITEMS)
    user = await desk.user()
    order = await desk.order_in(user, "placed", [(3, 50), (1, 5), (3, 50)])
    gone, *_, stays = items = await items_of(api, order)
    await expect_gone(api, api.delete(path_of(order, gone["id"])), ITEMS)
    await expect_same(api, f"{ORDERS}/{order}/items", items[1:], ITEMS)
    await expect_gone(api, api.delete(path_of(order, stays["id"]), headers=as_user(user)), ITEMS)
    await expect_same(api, f"{ORDERS}/{order}/items", items[1:2], ITEMS)
    await desk.expect_shelf(user, {3: STOCK[3], 1: STOCK[1] - 5}, "both items with product 3 are deleted")


@task("9.2", points=0.25, promise="a repeated DELETE of an item is a 404 and changes nothing")
async def test_an_item_is_deleted_once(api: Api, rng: random.Random) -> None:
    """What is gone is a 404, and puts nothing back twice."""
    desk = Desk(api, rng, ITEMS)
    user = await desk.user()
    order = await desk.order_in(user, "placed", [(3, 50), (3, 40), (1, 1)])
    path = path_of(order, (await items_of(api, order))[0]["id"])
    await expect_gone(api, api.delete(path), ITEMS)
    for request in rng.sample([api.delete, api.get, api.delete], 3):
        await desk.refuses(request(path), 404, "the item is gone already")
    await desk.expect_shelf(user, {3: STOCK[3] - 40}, "one item with 40 is left")


@task("9.2", points=0.25, promise="the last item of an order, and the items of an order that is shipped")
async def test_what_has_to_stay(api: Api, rng: random.Random) -> None:
    """The last item stays, and so do the items of an order that has ended."""
    desk = Desk(api, rng, ITEMS)
    user = await desk.user()
    order = await desk.order_in(user, "placed", [(3, 2)])
    path = path_of(order, (await items_of(api, order))[0]["id"])
    await desk.refuses(api.delete(path), 409, "an order without items is none")
    for state in rng.sample(STATUSES[1:], 2):
        order = await desk.order_in(user, state, [(3, 2), (1, 1)])
        path, why = path_of(order, (await items_of(api, order))[0]["id"]), f"the order is {state}"
        await desk.refuses(api.delete(path), 409, why)
        await desk.refuses(api.patch(path, json={"quantity": 1, "is_gift": True}), 409, why)
        await desk.refuses(desk.add(order, 1, 1), 409, why)


@task("9.2", points=0.25, promise="all five routes hand on who asks")
async def test_items_belong_to_somebody(api: Api, rng: random.Random) -> None:
    """Each of the five routes is a 403 for another user."""
    desk = Desk(api, rng, f"what {ITEMS} hands on to the service")
    owner, other = [one.id for one in await desk.customers(2)]
    order = await desk.order_in(owner, "placed", [(3, 2), (1, 1)])
    item, why = (await items_of(api, order))[0]["id"], f"the order belongs to user {owner}"
    for method in rng.sample(["GET", "PATCH", "DELETE", "GET all", "POST"], 5):
        path = f"{ORDERS}/{order}/items" if method in ("GET all", "POST") else path_of(order, item)
        body = {"product_id": 1, "quantity": 2, "is_gift": True} if method in ("PATCH", "POST") else None
        sent = Sent(method.removesuffix(" all"), path, {}, body, as_user(other))
        await desk.refuses(sent.to(api), 403, why)


@task("9.2", points=0.25, promise="nothing is decided in items.py")
def test_items_decide_nothing(project: ProjectFiles) -> None:
    """The functions of `items.py` have no `if`, `and`, `or`, `match`, `try` or `raise`."""
    decides_nothing(project, ITEMS)


@task("9.2", points=0.25, promise="the document announces what comes")
async def test_the_document_announces_items(api: Api) -> None:
    """The document has the statuses of the answers."""
    items = f"{ORDERS}/{{order_id}}/items"
    one = f"{items}/{{item_id}}"
    of_one = {("get", one): 200, ("patch", one): 200, ("delete", one): 204}
    await expect_announced(api, {("post", items): 201} | of_one, ITEMS)


@task("9.2", points=0.25, promise="everything else answers as before")
async def test_items_are_as_before(api: Api, as_given: Api, rng: random.Random) -> None:
    """The other routes, and their refusals, are as they were."""
    await expect_rest_as_before(api, as_given, rng, ITEMS)


# --- 9.3 version 2 ---------------------------------------------------------------------------------------------------


@task("9.3", points=0.5, promise="answers the order in the new shape, with exactly these keys")
async def test_the_new_shape(api: Api, rng: random.Random) -> None:
    """An order of version 2 has the keys of the example, and no others, at any depth."""
    desk = Desk(api, rng, SECOND)
    for user in [*[await desk.user()] * 7, *[await desk.user() for _ in range(2)]]:  # seven: a discount comes
        order = await desk.order_in(user, rng.choice(STATUSES), [(2, rng.randrange(1, 9)), (1, 2), (2, 1)])
        await api.patch(f"/api/v1/users/{user}", json={"full_name": f"Number {user} of today"})
        await expect_same(api, f"{V2}/{order}", await shown(api, order), SECOND)


@task("9.3", points=0.25, promise="what it has to pay is what version 1 says, discount included")
async def test_the_total_is_the_one_of_version_1(api: Api, rng: random.Random) -> None:
    """With a discount, and after items came and went, both versions say the same sum."""
    desk = Desk(api, rng, f"where {SECOND} takes the total from")
    user = await desk.user()
    for order in [await desk.order_in(user, "placed", [(1, 1), (1, 3)]) for _ in range(7)]:
        await desk.expect(desk.add(order, 3, rng.randrange(1, 4)), 201, "there is enough")
        await expect_same(api, f"{V2}/{order}", await shown(api, order), desk.where, only=("total",))


@task("9.3", points=0.25, promise="GET /api/v2/orders answers a page")
async def test_the_page_of_version_2(api: Api, rng: random.Random) -> None:
    """The list of version 2 is a page in the new shape, with the parameters of version 1."""
    await expect_pages(Desk(api, rng, SECOND), rng)


@task("9.3", points=0.25, promise="POST /api/v2/orders answers 201 with the order in the new shape")
async def test_version_2_takes_orders(api: Api, rng: random.Random) -> None:
    """An order is placed in version 2, whoever asks, and its `Location` is there, too."""
    desk = Desk(api, rng, SECOND)
    for user in [await desk.user() for _ in range(3)]:
        for caller, query in zip(CALLERS, ("", QUERY, "", QUERY, ""), strict=True):
            sent = place(api, user, [(1, 2), (2, 5)], V2 + query, caller)
            placed = await desk.expect(sent, 201, "version 1 takes it, whoever asks")
            await expect_address(api, placed, f"{V2}/{placed.json().get('id')}", SECOND)


@task("9.3", points=0.25, promise="there is one shop: what one version places or changes, the other shows")
async def test_there_is_one_shop(api: Api, rng: random.Random) -> None:
    """Both versions sell from one shelf, and show each other's orders and changes."""
    desk = Desk(api, rng, f"which service {SECOND} asks: the app's own, by get_order_service")
    enough = "there is enough"
    user = await desk.user()
    order = (await desk.expect(place(api, user, [(3, 60), (1, 1)]), 201, enough)).json()["id"]
    await desk.order_in(user, "placed", [(3, 40)])
    await desk.expect(desk.see(order, user), 200, "it is placed, in version 2")
    await desk.expect(desk.add(order, 2, 3), 201, "it is placed, in version 2")
    await expect_same(api, f"{V2}/{order}", await shown(api, order), desk.where, only=STANDING)
    await desk.expect(desk.change(order, "cancelled"), 200, "it is placed, in version 2")
    await expect_same(api, f"{V2}/{order}", await shown(api, order), desk.where, only=STANDING)
    sold = place(api, user, [(3, STOCK[3] - 39)])
    await desk.refuses(sold, 409, "version 1 has sold 40 of them")
    await desk.expect_shelf(user, {3: STOCK[3] - 40}, "40 are sold, and version 2's 60 are cancelled")


@task("9.3", points=0.25, promise="version 2 refuses what version 1 refuses, with the same status")
async def test_version_2_refuses_the_same(api: Api, rng: random.Random) -> None:
    """Odd bodies, unknown orders and other users are refused as in version 1, and nothing changes."""
    desk = Desk(api, rng, SECOND)
    owner, other = [one.id for one in await desk.customers(2)]
    order = await desk.order_in(owner, "placed")
    refused = [(other, 403, f"it belongs to user {owner}"), (10**5, 401, "nobody has this id")]
    for caller, status, why in refused:
        await desk.refuses(api.get(f"{V2}/{order}", headers=as_user(caller)), status, why)
    for nowhere in (*integers(rng, but=range(1, 60)), "7a"):
        status = (await api.get(f"{ORDERS}/{nowhere}")).status_code
        await desk.refuses(api.get(f"{V2}/{nowhere}"), status, f"version 1 answers {status}")
    await expect_odd_orders_refused(api, rng, owner)


@task("9.3", points=0.25, promise="the warehouse is told of each order once, whichever version placed it")
async def test_the_warehouse_hears_of_both(api: Api, world: World, rng: random.Random) -> None:
    """What the warehouse refuses is in the log once, for both versions; so it was told."""
    user = await Desk(api, rng, SECOND).user()
    await expect_told(api, world, user, [(2, 51)], [(2, 50), (1, rng.randrange(1, 40))])


@task("9.3", points=0.25, promise="version 1 answers as before, and its part of the document is as before")
async def test_version_1_is_as_before(api: Api, as_given: Api, rng: random.Random) -> None:
    """Version 1 answers what it answered, and clients made from its document still fit."""
    await expect_rest_as_before(api, as_given, rng, SECOND)
    was, now = [named_operations((await one.get("/openapi.json")).json()) for one in (as_given, api)]
    for operation, names in was.items():
        if now.get(operation) != names:
            where = f"the names of functions and schemas in {SECOND}: version 1 has some of them already"
            wrong("The document", f"says of {operation}: {now.get(operation)}", f"{names}, as before", where)


@task("9.3", points=0.25, promise="each operation id is there once in the whole document")
async def test_operation_ids_are_unique(api: Api) -> None:
    """Each operation id names one operation."""
    document = (await api.get("/openapi.json")).json()
    found: dict[str, str] = {}
    for where, (name, *_) in named_operations(document, below="/").items():
        if name in found:
            came = f"has the operation id {name!r} for {found[name]} and for {where}"
            expected = "one of each: a client made from it has one method of this name"
            wrong("The document", came, expected, f"the names of the functions in {SECOND}")
        found[name] = where
    if missing := {f"POST {V2}", f"GET {V2}", f"GET {V2}/{{}}"} - set(found.values()):
        wrong("The document", f"has no {sorted(missing)[0]}", "the three routes of version 2", SECOND)


# --- what the checks share -------------------------------------------------------------------------------------------


async def cancel(api: Api, order: int, caller: int | None = None) -> Response:
    """Delete an order, as a user or (None) as the staff."""
    return await api.delete(f"{ORDERS}/{order}", headers=as_user(caller))


async def place(
    api: Api, user: int, lines: Lines, path: str = V2, caller: int | str | None = None
) -> Response:
    """Send an order, to version 2 and as the staff when nothing else is said."""
    items = [{"product_id": product, "quantity": quantity} for product, quantity in lines]
    return await api.post(path, json={"user_id": user, "items": items}, headers=as_user(caller))


async def items_of(api: Api, order: int) -> list[Any]:
    """The items of an order, as version 1 lists them."""
    answer = await api.get(f"{ORDERS}/{order}/items")
    found: list[Any] = expect(answer, 200, why="the order is there", look_at=ITEMS).json()
    return found


def path_of(order: int, item: int) -> str:
    """The address of an item."""
    return f"{ORDERS}/{order}/items/{item}"


async def expect_address(api: Api, made: Response, path: str, look_at: str) -> None:
    """Fail unless the Location of what was made is this path here, and a GET of it answers the same body."""
    location = made.headers.get("location")
    if location is None:
        wrong(made, f"came back {status_of(made)} without a Location", path, look_at)
    here = made.request.url
    url = here.join(location)
    if (url.scheme, url.netloc, url.path, url.query) != (here.scheme, here.netloc, path, b""):
        wrong(made, f"came back with Location: {location}", path, f"what {look_at} writes into the header")
    await expect_same(api, path, made.json(), look_at)


async def expect_gone(api: Api, request: Awaitable[Response], look_at: str) -> None:
    """Fail unless a DELETE is answered with 204 and an empty body."""
    answer = expect(await request, 204, why="it is done, and there is nothing to say of it", look_at=look_at)
    came = f"came back 204 with the body {answer.text!r}" if answer.content else ""
    try:
        await api.get("/health")  # what follows a 204 is the next answer, or nothing
    except AppCrashed:
        came = "came back 204, and after it a body, which the connection took for the next answer"
    if came:
        wrong(answer, came, "no body: a 204 has none", look_at)


async def expect_same(api: Api, path: str, wanted: Json, look_at: str, *, only: Collection[str] = ()) -> None:
    """Fail unless a GET of this path answers 200 with this body; with `only`, under these keys of it."""
    answer = expect(await api.get(path), 200, why="it is there", look_at=look_at)
    expect_equal(answer, wanted, look_at, only=only)


def expect_equal(answer: Response, wanted: Json, look_at: str, *, only: Collection[str] = ()) -> None:
    """Fail unless an answer has this body (or this under these keys); name the first place where it has not."""
    body = answer.json()
    if type(body) is not type(wanted):
        came, expected = [KINDS.get(type(one).__name__, brief(one)) for one in (body, wanted)]
        wrong(answer, f"came back with {came}", expected, look_at)
    if only:
        body, wanted = [{key: one.get(key) for key in only} for one in (body, wanted)]
    if found := difference(wanted, body):
        where, expected, came = found
        expected = "no such key" if expected == "missing" else expected
        wrong(answer, f"came back with {where} = {came}", expected, look_at)


async def expect_mine(desk: Desk, rng: random.Random, pages: Iterable[Mapping[str, int]]) -> None:
    """Fail unless `/orders/mine` is, for each of three customers, what the list says of them."""
    users = [one.id for one in await desk.customers(3)]
    for user in rng.choices(users[:2], k=7):
        await desk.order_in(user, rng.choice(STATUSES))
    where = f"which route of {ROUTER} takes /orders/mine, and what it asks for"
    for page in pages:
        for user in users:
            mine = await desk.api.get(MINE, params=page, headers=as_user(user))
            wanted = await desk.api.get(ORDERS, params={**page, "user_id": user})
            why = f"GET {ORDERS}?user_id={user} says so"
            expect(mine, wanted.status_code, why=why, look_at=where)
            if mine.status_code == 200:
                expect_equal(mine, wanted.json(), ROUTER)


async def expect_patches(desk: Desk, order: int, bodies: Iterable[dict[str, Json]]) -> None:
    """Patch the last item of an order again and again; fail unless each body changes what it names and no more."""
    kept, item = await items_of(desk.api, order)
    where = f"{SCHEMAS} and {ITEMS}"
    why = "a PATCH says what changes, and may leave out the rest"
    for body in bodies:
        item = item | body
        patched = await desk.api.patch(path_of(order, item["id"]), json=body)
        expect_equal(expect(patched, 200, why=why, look_at=where), item, where)
        await expect_same(desk.api, f"{ORDERS}/{order}/items", [kept, item], ITEMS)


async def shown(api: Api, order: int) -> dict[str, Json]:
    """What version 2 has to show of an order, made of what version 1 shows."""
    answer = expect(await api.get(f"{ORDERS}/{order}"), 200, why="it was placed", look_at=SECOND)
    old, products = answer.json(), (await api.get("/api/v1/products")).json()
    shelf = {one["id"]: part(one, "id", "name") | {"price": euros(one["price_cents"])} for one in products}
    items = [
        part(one, "id", "quantity", "is_gift") | {"product": shelf[one["product_id"]]} for one in old["items"]
    ]
    customer = {"id": old["user_id"], "name": old["customer_name"]}
    new = {"customer": customer, "items": items, "total": euros(old["total_cents"])}
    return part(old, "id", "status") | new


def part(whole: Mapping[str, Any], *keys: str) -> dict[str, Json]:
    """What there is under these keys."""
    return {key: whole[key] for key in keys}


def euros(cents: int) -> dict[str, Json]:
    """Money, as version 2 shows it."""
    return {"cents": cents, "currency": "EUR"}


async def expect_pages(desk: Desk, rng: random.Random) -> None:
    """Fail unless pages of version 2 have the orders of version 1's, each as version 2 shows it."""
    one, two, nobody = [customer.id for customer in await desk.customers(3)]
    for user in rng.choices([one, two], k=6):
        await desk.order_in(user, rng.choice(STATUSES), [(rng.choice([1, 2]), 1), (3, 1)])
    by_user = [{"user_id": one, "limit": 1}, {"user_id": two, "skip": 1}, {"user_id": nobody}, {"user_id": 0}]
    refused = [{"limit": 0}, {"limit": 101}, {"skip": -1}]
    for page in ({}, {"limit": 2, "skip": rng.randrange(1, 5)}, *by_user, *refused):
        old, new = [await desk.api.get(path, params=page) for path in (ORDERS, V2)]
        expect(new, old.status_code, why=f"version 1 answers {old.status_code}", look_at=SECOND)
        if old.status_code == 200:
            items = [(await desk.api.get(f"{V2}/{order['id']}")).json() for order in old.json()["items"]]
            expect_equal(new, old.json() | {"items": items}, SECOND)


async def expect_odd_orders_refused(api: Api, rng: random.Random, user: int) -> None:
    """Send odd orders to both versions; fail unless version 2 refuses the same ones, and without a trace."""
    line: dict[str, Json] = {"product_id": 2, "quantity": 1}
    valid: dict[str, Json] = {"user_id": user, "items": [line]}
    lines = [{**valid, "items": [case.body]} for case in cases(line, rng)]
    for body in (*lines, *(case.body for case in cases(valid, rng))):
        old = await api.post(ORDERS, json=body)
        why = f"version 1 answers {old.status_code}"
        if old.status_code == 201:
            expect(await api.post(V2, json=body), 201, why=why, look_at=SECOND)
        else:
            await refuses(api, api.post(V2, json=body), old.status_code, why=why, look_at=SECOND)


async def expect_told(
    api: Api, world: World, user: int, *orders: Lines, path: str = V2, look_at: str = SECOND
) -> None:
    """Place orders too big for the warehouse; fail unless the log says of each, once, how many pieces it was told."""
    for lines in orders:
        pieces = sum(quantity for _, quantity in lines)
        answer, records = await recorded(world, place(api, user, lines, path=path))
        order = expect(answer, 201, why="there is enough of all of it", look_at=look_at).json()["id"]
        sent = f"POST {path} with {pieces} pieces, which the warehouse refuses,"
        cause = f"refused {pieces} pieces for order {order}"
        where = f"whether {look_at} adds the task `announce`, and with what"
        expect_one_error(records, names=f"order {order}", cause=cause, sent=sent, look_at=where)


def decides_nothing(project: ProjectFiles, path: str) -> None:
    """Fail when a function of this file has a statement or an expression that decides."""
    tree = ast.parse(project.read(path))
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for node in ast.walk(function):
                if word := decision_in(node):
                    where = f"{path}, line {getattr(node, 'lineno', function.lineno)},"
                    expected = "one call of the service, which decides: its errors know their status"
                    wrong(where, f"has `{word}` in a function", expected, path)


def decision_in(node: ast.AST) -> str:
    """The word by which a node decides; empty when it does not."""
    match node:
        case ast.BoolOp(op=operator):
            return "and" if isinstance(operator, ast.And) else "or"
        case ast.comprehension(ifs=[_, *_]):
            return "if"
    word = type(node).__name__.lower().removesuffix("exp").removesuffix("star")
    return word if isinstance(node, DECIDES) else ""


async def expect_announced(api: Api, statuses: Mapping[tuple[str, str], int], look_at: str) -> None:
    """Fail unless the document announces these successes, and no body with a 204."""
    document = (await api.get("/openapi.json")).json()
    paths = {bare(path): operations for path, operations in document["paths"].items()}
    for (method, path), status in statuses.items():
        responses = paths.get(bare(path), {}).get(method, {}).get("responses", {})
        announced = sorted(code for code in responses if code.startswith("2"))
        sent = f"The document, for {method.upper()} {path},"
        if announced != [str(status)]:
            expected = f"{status} {HTTPStatus(status).phrase} alone: say it in the decorator"
            wrong(sent, f"announces {' and '.join(announced) or 'nothing'}", expected, look_at)
        if status == 204 and responses["204"].get("content"):
            wrong(sent, "announces a body with the 204", "none", look_at)


def bare(path: str) -> str:
    """A path without the names of its parameters."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def named_operations(document: Mapping[str, Any], below: str = "/api/v1/") -> dict[str, list[str]]:
    """Each operation of a document, with its id and the names of the schemas that it answers with."""
    return {
        f"{method.upper()} {bare(path)}": [one["operationId"], *SCHEMA.findall(str(one["responses"]))]
        for path, operations in document["paths"].items()
        if path.startswith(below)
        for method, one in operations.items()
    }


async def expect_rest_as_before(api: Api, as_given: Api, rng: random.Random, look_at: str) -> None:
    """Send what no promise changes to both apps, odd requests too."""
    odd = await odd_requests(as_given, rng, 40, below="/api/v1/")
    requests = [*customers(rng), *reads(), *edges(), *fields(rng), *odd, *reads()]
    kept = [sent for sent in requests if sent.method != "DELETE"]  # of an order: that is a promise
    where = f"what you changed around the gaps in {look_at}"
    await expect_as_before(api, as_given, kept, look_at=where, explained=is_new)


def edges() -> list[Sent]:
    """Ids that nobody has, statuses again and again, and whoever may ask, also where nobody looks at it."""
    orders = [f"{ORDERS}/{order}" for order in ("7a", 7, 8, 0, -1)]
    paths = [*orders, ORDERS, f"{ORDERS}/7/receipt", f"{ORDERS}/0/receipt", "/api/v1/products/0"]
    seen = [Sent("GET", path, {}, None, as_user(caller)) for caller in CALLERS for path in paths]
    seen += [Sent("GET", f"{ORDERS}/{order}/items", {}) for order in (0, -1)]
    changes = [(order, {"status": last}) for order in (0, 2, 3) for last in (STATUSES[order - 1], *STATUSES)]
    patched = [(f"{ORDERS}/{n}", body, as_user(caller)) for n, body in changes for caller in CALLERS]
    return seen + [Sent("PATCH", path, {}, body, headers) for path, body, headers in patched]


def fields(rng: random.Random) -> list[Sent]:
    """Orders from whoever asks, and orders and items of which one field at a time is missing or odd."""
    line: dict[str, Json] = {"product_id": 2, "quantity": 1, "is_gift": True}
    order: dict[str, Json] = {"user_id": 1, "items": [line]}
    lines, orders = [[case.body for case in cases(valid, rng)] for valid in (line, order)]
    orders += [{**order, "items": [one]} for one in lines]
    sent = [Sent("POST", ORDERS, {}, order, as_user(caller)) for caller in CALLERS]
    sent += [Sent("POST", f"{ORDERS}/1/items", {}, one) for one in lines]
    return sent + [Sent("POST", ORDERS, {}, one) for one in orders]


def is_new(before: Response, after: Response) -> bool:
    """Whether an answer is what it was, but for the Location that a promise adds, or the methods that a path has."""
    is_made = before.status_code == after.status_code == 201 and "location" not in before.headers
    return before.status_code == after.status_code == 405 or (is_made and before.json() == after.json())
