# Derived from chapters/06-error-handling/checks.py by `course build`: change it there.
"""Exercise 6, the checks that learners see; held_out.py puts the same promises to other orders, ids and moments."""

import ast
import random
import re
from collections.abc import Mapping
from dataclasses import replace

from httpx2 import Response

from course.checks import (
    Api,
    Json,
    Probe,
    ProjectFiles,
    Sent,
    World,
    expect_as_before,
    fail,
    odd_requests,
    status_of,
    task,
    wrong,
)
from course.checks.before import CHANGING
from course.checks.desk import STATUSES, STOCK, Desk, Lines, customers, reads
from course.checks.http_free import knows_no_http
from course.checks.records import expect_no_error, expect_one_error, recorded
from course.checks.refusals import says_what_is_wrong
from course.checks.shop import ORDERS, PRODUCTS
from course.checks.structure import path_of, within_reach

EACH_TASK_ALONE = True

NOWHERE = (0, -1, 10**5, 10**20)  # ids that nothing has
SERVICE, ROUTER, ADD = "app/orders/service.py", "app/orders/router.py", "add_item in app/orders/service.py"
TRANSITIONS, ACCESS = "app/orders/transitions.py", "app/orders/access.py"
CALLER, WAREHOUSE = "app/orders/dependencies.py", "announce in app/orders/warehouse.py"
TOLD_BY = f"how {ROUTER} hands announce to the background"
NO_CHANGE = "a placed order stays placed unless it is shipped or cancelled: setting placed is no change"


@task("6.1", points=0.5, promise="an unknown order, product or user answers 404, as a problem (RFC 9457)")
async def test_unknown_things_are_404(api: Api, rng: random.Random) -> None:
    """Unknown orders, products and users answer 404, as problems."""
    desk = Desk(api, rng, SERVICE)
    user, order = await desk.user_and_order()
    for nothing in rng.sample([*NOWHERE, desk.fresh_id()], 5):
        path, why = f"{ORDERS}/{nothing}", "an unknown order is a NotFoundError"
        for request in (
            desk.see(nothing),
            desk.see(nothing, user),
            desk.change(nothing, "shipped"),
            api.get(f"{path}/items"),
            api.get(f"{path}/receipt"),
            desk.add(nothing, 1, 1),
        ):
            await desk.refuses(request, 404, why)
        why = "an unknown product is a NotFoundError"
        await desk.refuses(api.get(f"{PRODUCTS}/{nothing}"), 404, why)
        await desk.refuses(desk.place(user, [(1, 1), (nothing, 1)]), 404, why)
        await desk.refuses(desk.add(order, nothing, 1), 404, why, ADD)
        await desk.refuses(desk.place(nothing, [(1, 1)]), 404, "the users' service raises: let that through")


@task("6.1", points=0.25, promise="an order for more than there is answers 409")
async def test_more_than_there_is(api: Api, rng: random.Random) -> None:
    """Ordering more than there is answers 409, whatever the product, on one line or on two."""
    desk = Desk(api, rng, SERVICE)
    user = await desk.user()
    for product, stock in rng.sample(sorted(STOCK.items()), 3):
        part = rng.randrange(1, stock)
        why = f"there are {stock} of product {product}, and OutOfStockError is a ConflictError"
        for rest in ([(product, stock + 1 - part)], [(product, 10**20)]):
            await desk.refuses(desk.place(user, [(product, part), *rest]), 409, why)
            await desk.refuses(desk.place(user, [(product, stock + part)]), 409, why)


@task("6.1", points=0.25, promise="a refused order takes nothing off the shelf")
async def test_all_or_nothing(api: Api, rng: random.Random) -> None:
    """A refused order takes nothing, whichever line or customer it is refused for."""
    desk = Desk(api, rng, SERVICE)
    user, (much, short) = await desk.user(), rng.sample(sorted(STOCK), 2)
    lines = [(much, 7), (short, STOCK[short] + rng.randrange(1, 50))]
    for ordered in (lines, lines[::-1]):
        await desk.refuses(desk.place(user, ordered), 409, f"there are {STOCK[short]} of product {short}")
    await desk.refuses(desk.place(user, [(much, 7), (-1, 1)]), 404, "there is no product -1")
    await desk.refuses(desk.place(-1, [(short, 3)]), 404, "there is no user -1")
    await desk.expect_shelf(user, STOCK, "all orders were refused, and none of them may take any")


@task("6.1", points=0.25, promise="adding an item takes it off the shelf too")
async def test_an_added_item_comes_off_the_shelf(api: Api, rng: random.Random) -> None:
    """What is added to an order is no longer on the shelf, and needs stock."""
    desk, product, pieces = Desk(api, rng, ADD), rng.choice([1, 3]), rng.randrange(2, 90)
    user, order = await desk.user_and_order()
    await desk.expect(desk.add(order, product, pieces), 201, "a placed order may grow")
    left = {**STOCK, 2: STOCK[2] - 1, product: STOCK[product] - pieces}
    for number, count in left.items():
        why = f"only {count} of product {number} are left, and an added item needs stock too"
        await desk.refuses(desk.add(order, number, count + 1), 409, why)
    await desk.expect_shelf(user, left, f"{pieces} of product {product} were added to an order")


@task("6.1", points=0.25, promise="each refusal says what is wrong in its `detail`")
async def test_each_refusal_says_what_is_wrong(api: Api, rng: random.Random) -> None:
    """Each refusal has a sentence."""
    desk = Desk(api, rng, SERVICE)
    user, order = await desk.user_and_order()
    nothing = desk.fresh_id()
    wanted = (desk.see(nothing), api.get(f"{PRODUCTS}/{nothing}"), desk.place(user, [(nothing, 1)]))
    for request in (*wanted, desk.place(user, [(3, 201)]), desk.add(order, 3, 201)):
        answer = await request
        if answer.is_error:
            says_what_is_wrong(answer, SERVICE)


@task("6.1", points=0.25, promise="`GET` and `PATCH` of an order hand on who asks")
async def test_who_asks_is_handed_on(api: Api, rng: random.Random) -> None:
    """`GET` and `PATCH` hand the caller on, and the service asks who may before it changes anything."""
    desk = Desk(api, rng, f"{ROUTER} and {SERVICE}")
    owner, other = [one.id for one in await desk.customers(2)]
    for state in STATUSES:
        order = await desk.order_in(owner, state)
        why = f"the order is user {owner}'s. The route hands user {other} on, and the service asks who may first"
        await desk.refuses(desk.see(order, other), 403, why)
        await desk.refuses(desk.change(order, "cancelled", other), 403, why)
        await desk.refuses(desk.change(order, "shipped", owner), 403, "the owner does not ship")


@task("6.1", points=0.25, promise="the warehouse is told of an order once, after the 201")
async def test_the_warehouse_is_told(probe: Probe, rng: random.Random) -> None:
    """`announce` runs in the background, with the id and the pieces."""
    same = rng.randrange(2, 15)  # lines may be equal, and count all the same
    lines = [(2, rng.randrange(2, 20)), (1, rng.randrange(2, 20)), (2, 5)]
    await expect_told(probe, [[(2, 1)], lines, [(2, same), (1, same), (2, same)]])


@task("6.1", points=0.25, promise="`router.py` is silent, with no `try` and no `raise`")
def test_the_router_is_silent(project: ProjectFiles) -> None:
    """The router calls and returns."""
    for node in ast.walk(ast.parse(project.read(ROUTER))):
        if isinstance(node, ast.Try | ast.TryStar | ast.Raise):
            has = f"{ROUTER}, line {node.lineno}, has a `{'raise' if isinstance(node, ast.Raise) else 'try'}`"
            fail(f"{has}; expected none: services raise, and app/problems.py answers. Let the error through.")


@task("6.1", points=0.25, promise="nothing that orders use knows HTTP")
def test_no_http_below_the_router(project: ProjectFiles) -> None:
    """No web framework, no `http` and no status number in the service, and in all that it imports."""
    others = ("router", "mobile", "dependencies", "transitions", "access")
    below = within_reach(project.imports(), "app.orders", ()) | {"app.orders.service"}
    knows_no_http(project, [path_of(module) for module in below - {f"app.orders.{name}" for name in others}])


@task("6.1", points=0.25, promise="everything else answers as before")
async def test_the_rest_is_as_before(api: Api, as_given: Api, rng: random.Random) -> None:
    """Prices, the discount, pages, items, products, receipts and what was refused before are what they were."""
    await expect_rest_as_before(api, as_given, rng, odd=60)


@task("6.2", points=0.25, promise="a placed order can be shipped or cancelled")
async def test_a_placed_order_ends(api: Api, rng: random.Random) -> None:
    """A placed order can be shipped or cancelled."""
    desk = Desk(api, rng, TRANSITIONS)
    user = await desk.user()
    for end in rng.sample(STATUSES[1:], 2):
        placed = await desk.order(user, {2: rng.randrange(1, 9), 1: 1})
        answer = await desk.expect(desk.change(placed["id"], end), 200, f"a placed order may be {end}")
        for seen in (answer, await desk.see(placed["id"])):
            if seen.json() != {**placed, "status": end}:
                why = f"status={end!r}, and the rest as it was"
                wrong(seen, f"came back with {seen.text}", why, f"change_status in {TRANSITIONS}")


@task("6.2", points=0.25, promise="everything else is 409")
async def test_an_order_ends_once(api: Api, rng: random.Random) -> None:
    """Every other change is 409."""
    desk = Desk(api, rng, TRANSITIONS)
    user = await desk.user()
    for state in rng.sample(STATUSES, 3):
        order = await desk.order_in(user, state)
        for wanted, why in refused_changes(rng, state):
            await desk.expect(desk.change(order, wanted), 409, why)


@task("6.2", points=0.25, promise="a cancelled order gives back what it took, once")
async def test_cancelled_goods_return(api: Api, rng: random.Random) -> None:
    """What a cancelled order took, added items included, can be bought again; what was shipped is gone."""
    desk = Desk(api, rng, TRANSITIONS)
    user = await desk.user()
    order = await desk.order_in(user, "placed", [(3, rng.randrange(2, 60)), (1, 2), (3, 5)])
    await desk.expect(desk.add(order, 2, 9), 201, "a placed order may grow")
    shipped = await desk.order_in(user, "shipped", [(1, 4)])
    for number in (order, shipped, order):
        await desk.change(number, "cancelled")
    why = "one order was cancelled, twice, and another with 4 notebooks was shipped and then cancelled"
    await desk.expect_shelf(user, {**STOCK, 1: STOCK[1] - 4}, why)


@task("6.2", points=0.25, promise="items can be added to a placed order only: otherwise 409")
async def test_an_ended_order_does_not_grow(api: Api, rng: random.Random) -> None:
    """Items can be added to a placed order, and to no other."""
    desk = Desk(api, rng, f"check_open in {TRANSITIONS}")
    user = await desk.user()
    for state in rng.sample(STATUSES, 3):
        order, status = await desk.order_in(user, state), 201 if state == "placed" else 409
        await desk.expect(desk.add(order, 2, 1), status, f"the order is {state}")


@task("6.2", points=0.25, promise="what was refused has changed nothing")
async def test_refused_changes_change_nothing(api: Api, rng: random.Random) -> None:
    """A refused change leaves status, items and shelf alone, and has a sentence."""
    desk = Desk(api, rng, TRANSITIONS)
    user = await desk.user()
    for state in rng.sample(STATUSES, 3):
        order = await desk.order_in(user, state, [(3, 20)])
        for wanted, why in refused_changes(rng, state):
            await desk.refuses(desk.change(order, wanted), 409, why, says=True)
        if state != "placed":
            await desk.refuses(
                desk.add(order, 3, 1), 409, f"the order is {state}, and does not grow", says=True
            )
    why = "one order with 20 is placed, one shipped, one cancelled. Refuse first, change last"
    await desk.expect_shelf(user, {3: STOCK[3] - 40}, why)


@task("6.2", points=0.25, promise="`transitions.py` knows no HTTP")
def test_transitions_know_no_http(project: ProjectFiles) -> None:
    """No web framework, no `http`, no status number."""
    knows_no_http(project, [TRANSITIONS])


@task("6.3", points=0.25, promise="the shop's staff (no header) sees, cancels and ships every order")
async def test_staff_may_all(api: Api, rng: random.Random) -> None:
    """A request without the header may do anything."""
    desk, why = Desk(api, rng, ACCESS), "a caller who is None is the shop's own staff"
    user = await desk.user()
    for end in rng.sample(STATUSES[1:], 2):
        order = await desk.order_in(user, "placed")
        await desk.expect(desk.see(order), 200, why)
        await desk.expect(desk.change(order, end), 200, why)


@task("6.3", points=0.25, promise="the owner sees and cancels the order, and does not ship it: 403")
async def test_the_owner_sees_and_cancels(api: Api, rng: random.Random) -> None:
    """The owner may see and cancel an order, and not ship it, whatever its status is. Setting placed is a 409."""
    desk = Desk(api, rng, ACCESS)
    owner = (await desk.customers(3))[rng.randrange(3)].id
    order, why = await desk.order_in(owner, "placed"), f"user {owner} owns the order"
    for ended in (False, True):
        await desk.expect(desk.change(order, "shipped", owner), 403, f"{why}, and the shop ships it")
        await desk.expect(desk.see(order, owner), 200, why)
        no_change = f"{why}. Who may is not what stops placed: change_status refuses it"
        await desk.expect(desk.change(order, "placed", owner), 409, no_change)
        if not ended:
            await desk.expect(desk.change(order, "cancelled", owner), 200, why)


@task("6.3", points=0.25, promise="another user gets 403 for all of it")
async def test_an_order_belongs_to_somebody(api: Api, rng: random.Random) -> None:
    """Another user may not see, cancel or ship, whatever the order's status is."""
    desk = Desk(api, rng, ACCESS)
    owner, other = rng.sample([one.id for one in await desk.customers(3)], 2)
    told: dict[str, Response] = {}
    for state in rng.sample(STATUSES, 3):
        order = await desk.order_in(owner, state)
        why = f"it belongs to user {owner}: user {other} is known, but not allowed"
        expect_same_detail(told, "", await desk.expect(desk.see(order, other), 403, why))
        for wanted in rng.sample(STATUSES, 3):
            answer = await desk.expect(desk.change(order, wanted, other), 403, why)
            expect_same_detail(told, wanted, answer)


@task("6.3", points=0.25, promise="what was refused has changed nothing")
async def test_who_may_not_changes_nothing(api: Api, rng: random.Random) -> None:
    """A refused caller leaves everything as it was, and reads a sentence."""
    desk = Desk(api, rng, ACCESS)
    owner, other = [one.id for one in await desk.customers(2)]
    order = await desk.order_in(owner, "placed", [(3, 30)])
    for wanted, caller in rng.sample([("shipped", owner), *((wanted, other) for wanted in STATUSES)], 4):
        why = f"user {caller} may not do that"
        await desk.refuses(desk.change(order, wanted, caller), 403, why, says=True)
        await desk.refuses(desk.see(order, other), 403, f"user {other} may not see it", says=True)
    await desk.expect_shelf(owner, {3: STOCK[3] - 30}, "all changes were refused")


@task("6.3", points=0.25, promise="`access.py` knows no HTTP")
def test_access_knows_no_http(project: ProjectFiles) -> None:
    """No web framework, no `http`, no status number."""
    knows_no_http(project, [ACCESS])


@task("6.4", points=0.5, promise="an `X-User-Id` that nobody has is 401")
async def test_unknown_callers_are_401(api: Api, rng: random.Random) -> None:
    """An unknown caller is 401, as a problem, and changes nothing."""
    desk = Desk(api, rng, CALLER)
    _, order = await desk.user_and_order()
    for nobody in rng.sample([*NOWHERE, desk.fresh_id()], 5):
        await expect_unknown(desk, order, nobody, rng.choice(STATUSES))


@task("6.4", points=0.25, promise="one that is no number is 422")
async def test_a_caller_is_a_number(api: Api, rng: random.Random) -> None:
    """An `X-User-Id` that is no number is 422, on `GET` and `PATCH`."""
    desk = Desk(api, rng, CALLER)
    _, order = await desk.user_and_order()
    for odd in rng.sample(["ada", "1a", "1.5", "--1", "None"], 5):
        why = "X-User-Id is no number. Leave that to FastAPI, by the header's type"
        await desk.refuses(desk.see(order, odd), 422, why)
        await desk.refuses(desk.change(order, "shipped", odd), 422, why)


@task("6.4", points=0.25, promise="no header is still the staff, and a known user is that user")
async def test_known_callers(api: Api, rng: random.Random) -> None:
    """Each known user sees their own order and no other; without a header, all are seen."""
    desk = Desk(api, rng, f"each way out of get_caller in {CALLER}")
    orders = {one.id: await desk.order_in(one.id, "placed") for one in await desk.customers(3)}
    for caller in (None, *orders):
        who = "the staff asks" if caller is None else f"user {caller} asks"
        for owner, order in orders.items():
            status = 200 if caller in (None, owner) else 403
            await desk.expect(desk.see(order, caller), status, f"it belongs to user {owner}, and {who}")
    later = max(orders) + 1  # the users' repository counts
    await desk.expect(desk.see(orders[later - 1], later), 401, f"nobody has the id {later} yet")
    order = await desk.order_in(await desk.user(), "placed")
    await desk.expect(desk.see(order, later), 200, f"user {later} registered after this id was refused once")


@task("6.4", points=0.25, promise="any other error of the look-up stays what it is")
async def test_a_crash_is_no_stranger(api: Api, world: World, probe: Probe, rng: random.Random) -> None:
    """What breaks inside the users' service is neither the caller's fault nor the staff."""
    desk = Desk(api, rng, CALLER)
    user, order = await desk.user_and_order()
    await world.set("app.users.service", UserResponse=None)  # an AttributeError for whoever is known
    await expect_crash(desk, order, user)
    await expect_passed_on(probe, {"KeyError": 500, "UnavailableError": 503})


@task("6.4", points=0.25, promise="leaves the 201 and the order as they are")
async def test_the_order_survives_the_warehouse(api: Api, rng: random.Random) -> None:
    """The customer has the answer and the order, whatever the warehouse says."""
    desk = Desk(api, rng, WAREHOUSE)
    user, why = await desk.user(), "the customer's part is done, whatever the warehouse says"
    for pieces in rng.sample([51, 60, rng.randrange(61, 999)], 3):
        answer = await desk.expect(desk.place(user, [(2, pieces - 10), (1, 10)]), 201, why)
        kept = await api.get(ORDERS, params={"user_id": user})
        if answer.json() not in kept.json()["items"]:
            wrong(kept, f"came back {kept.text}", f"the order as it was placed, {answer.text}", WAREHOUSE)


@task("6.4", points=0.25, promise="each order is one call of `_send`")
async def test_the_warehouse_is_asked_once(probe: Probe, rng: random.Random) -> None:
    """Taken or refused, each order is announced once, whole."""
    orders = [[(2, 50)], [(2, 41), (1, rng.randrange(20, 90))], [(1, 3)]]
    await expect_told(probe, rng.sample(orders, 3), WAREHOUSE)


@task("6.4", points=0.25, promise="its refusal leaves one record in the log")
async def test_the_warehouse_refuses(api: Api, world: World, rng: random.Random) -> None:
    """A refused order has one record, with level, traceback and the order's id."""
    desk = Desk(api, rng, WAREHOUSE)
    user, _ = await desk.user_and_order()
    for _ in range(rng.randrange(2, 6)):
        await desk.order(user, {2: 1})
    await expect_records(desk, world, user, [(2, 41), (1, rng.randrange(20, 90))])


@task("6.4", points=0.25, promise="an order that the warehouse takes leaves no error in the log")
async def test_what_is_taken_is_no_error(api: Api, world: World, rng: random.Random) -> None:
    """No error is logged for up to 50 pieces."""
    desk = Desk(api, rng, WAREHOUSE)
    user = await desk.user()
    for pieces in rng.sample([1, 2, 49, 50], 4):
        await expect_records(desk, world, user, [(2, pieces)])


# --- what the checks share -------------------------------------------------------------------------------------------


def refused_changes(rng: random.Random, state: str) -> list[tuple[str, str]]:
    """The statuses that an order in this state cannot get, and why, in any order."""
    if state == "placed":
        return [("placed", NO_CHANGE)]
    return [
        (wanted, f"the order is {state}, and that is the end of it") for wanted in rng.sample(STATUSES, 3)
    ]


def expect_same_detail(told: dict[str, Response], wanted: str, answer: Response) -> None:
    """Fail when the same request for an order of another status was refused in other words; numbers may differ."""
    text, first = (re.sub(r"\d+", "N", one.text) for one in (answer, told.setdefault(wanted, answer)))
    if text != first:
        here, there = (one.json().get("detail") for one in (answer, told[wanted]))
        came = f"came back 403 with detail={here!r}, and for an order of another status with {there!r}"
        wrong(answer, came, "the same words: the order's status is not the business of a stranger", ACCESS)


async def expect_unknown(desk: Desk, order: int, nobody: int, wanted: str) -> None:
    """Fail unless this caller is 401 on both routes."""
    why = f"nobody has the id {nobody}, so the shop does not know who asks: raise AuthenticationError"
    for request in (desk.see(order, nobody), desk.change(order, wanted, nobody)):
        answer = await desk.refuses(request, 401, why, says=True)
        if "www-authenticate" not in answer.headers:
            came, expected = "came back 401 without WWW-Authenticate", "the lesson's handler to answer"
            wrong(answer, came, expected, f"what {CALLER} raises")


async def expect_crash(desk: Desk, order: int, caller: int) -> None:
    """Fail unless both routes answer 500 while nobody can be looked up."""
    for request in (desk.see(order, caller), desk.change(order, "shipped", caller)):
        if (answer := await request).status_code != 500:
            came = f"came back {status_of(answer)} while the users' service crashed"
            why = (
                f"500: that nobody has the id {caller} is not what happened. Catch the one error that says it"
            )
            wrong(answer, came, why, CALLER)


async def expect_passed_on(probe: Probe, status_by_error: Mapping[str, int]) -> None:
    """Fail unless each of these errors, raised while a user is looked up, has its own status on both routes."""
    found = await probe("look_up", errors=list(status_by_error))
    for name, status in status_by_error.items():
        for request, came in found[name].items():
            if came != status:
                why = f"{status}: catch only the error that says that nobody has the id, {name} says something else"
                sent = f"{request} with X-User-Id, while the look-up of this user raises {name},"
                wrong(sent, f"came back {came}", why, CALLER)


async def expect_records(desk: Desk, world: World, user: int, lines: Lines) -> None:
    """Place an order; fail unless the log has one error for what the warehouse refuses, and none for what it takes."""
    pieces = pieces_of(lines)
    sent = f"POST {ORDERS} with {pieces} pieces, which the warehouse {'refuses' if pieces > 50 else 'takes'},"
    placed = desk.expect(
        desk.place(user, lines), 201, "the customer's part is done, whatever the warehouse says"
    )
    answer, records = await recorded(world, placed)
    if pieces > 50:
        order = f"order {answer.json()['id']}"
        expect_one_error(records, names=order, cause="10.0.0.7", sent=sent, look_at=WAREHOUSE)
    else:
        expect_no_error(records, sent=sent, look_at=WAREHOUSE)


async def expect_told(probe: Probe, orders: list[Lines], look_at: str = TOLD_BY) -> None:
    """Fail unless the warehouse is told of each order once, of all its pieces, after the answer."""
    found = await probe("announced", orders=[[list(line) for line in lines] for lines in orders])
    for lines, order in zip(orders, found, strict=True):
        sent, told = f"POST {ORDERS} with {pieces_of(lines)} pieces", order["told"]
        if order["status"] != 201 or len(told) != 1:
            came = f"came back {order['status']} and told the warehouse {f'{len(told)} times' if told else 'nothing'}"
            wrong(sent, came, "201, and to tell it once", look_at)
        *arguments, answered = told[0]
        if arguments != [order["order"], pieces_of(lines)]:
            why = f"{[order['order'], pieces_of(lines)]}: its id, and the pieces of all lines"
            wrong(sent, f"told the warehouse {arguments}", why, look_at)
        if not answered:
            why = "it to be told afterwards, or each customer waits for the warehouse"
            wrong(sent, "told the warehouse before the client had the 201", why, look_at)


def pieces_of(lines: Lines) -> int:
    """How many pieces an order has."""
    return sum(quantity for _, quantity in lines)


async def expect_rest_as_before(api: Api, as_given: Api, rng: random.Random, *, odd: int) -> None:
    """Send all that no promise changes to both apps, odd requests too; only the words of a `detail` may differ."""
    requests = [*reads(), *customers(rng), *reads(), *await odd_requests(as_given, rng, odd), *reads()]
    kept = [replace(sent, headers={}) for sent in requests if not _is_changed(sent)]  # who asks is task 6.3
    look_at = f"what you changed around the gaps in {SERVICE} and {ROUTER}"
    await expect_as_before(api, as_given, kept, look_at=look_at, ignoring=(*CHANGING, "detail"))


def _is_changed(sent: Sent) -> bool:
    """Whether a promise changes the answer: a good change of a status, and more pieces than there are."""
    return (isinstance(sent.body, dict) and sent.body.get("status") in STATUSES) or _asks_for_many(sent.body)


def _asks_for_many(body: Json) -> bool:
    """Whether there is a quantity of 100 or more in it, in whatever way it is written."""
    match body:
        case list():
            return any(_asks_for_many(one) for one in body)
        case dict():
            amounts = [str(body.get(name)).strip("[]' ") for name in ("quantity", "qty")]
            return any(_asks_for_many(one) for one in body.values()) or any(
                re.fullmatch(r"\d{3,}(\.\d*)?|\d+e\+\d+", amount) for amount in amounts
            )
    return False
