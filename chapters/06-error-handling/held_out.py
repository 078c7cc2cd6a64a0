"""Exercise 6, the checks that are never released: the promises of checks.py, put to other tests."""

import random

from checks import (
    ACCESS,
    CALLER,
    ORDERS,
    ROUTER,
    SERVICE,
    STOCK,
    TRANSITIONS,
    add,
    as_user,
    change,
    judge_log,
    new_order,
    new_user,
    place,
    refused,
    watched,
)

from course.grading.checking import Api, Probe, expect, fail, task


@task("6.1", points=0.5)
async def test_the_shelf_is_exact(api: Api, rng: random.Random) -> None:
    """The same product on two lines counts twice, and a refused order leaves the shelf as it was."""
    user, part = await new_user(api, rng), rng.randrange(60, 140)
    why = "the two lines together are one backpack more than there is"
    refused(await place(api, user, [(3, part), (3, STOCK[3] + 1 - part)]), 409, why, SERVICE)
    why = "an unknown product is a NotFoundError"
    refused(await place(api, user, [(3, part), (rng.randrange(500, 999), 1)]), 404, why, SERVICE)
    order = await new_order(api, user, [(2, 1)])
    refused(await add(api, order, 3, STOCK[3] + 1), 409, "an added item needs stock too", SERVICE)
    total = (await api.get(f"{ORDERS}/{order}")).json()["total_cents"]
    if total != 120:
        fail(
            f"An item that is out of stock was refused, and total_cents is {total}; expected 120 as before. Take from "
            f"the shelf before the repository adds the item: look at add_item in {SERVICE}."
        )
    why = "three refused requests have left all 200 backpacks on the shelf; expected nothing taken by them"
    expect(await place(api, user, [(3, part), (3, STOCK[3] - part)]), 201, why=why, look_at=SERVICE)


@task("6.2", points=1)
async def test_refused_changes_change_nothing(api: Api, rng: random.Random) -> None:
    """A refused change leaves status and shelf alone, and goods return once."""
    user, pieces = await new_user(api, rng), rng.randrange(20, 90)
    shipped, cancelled = [await new_order(api, user, [(3, pieces)]) for _ in range(2)]
    expect(await change(api, shipped, "shipped"), 200, why="it is placed", look_at=TRANSITIONS)
    expect(await change(api, cancelled, "cancelled"), 200, why="it is placed", look_at=TRANSITIONS)
    for order in rng.sample([shipped, cancelled], 2):
        why = "the order has ended before"
        refused(await change(api, order, "cancelled"), 409, why, TRANSITIONS)
    for order, wanted in ((shipped, "shipped"), (cancelled, "cancelled")):
        status = (await api.get(f"{ORDERS}/{order}")).json()["status"]
        if status != wanted:
            fail(
                f"After a refused change order {order} is {status}; expected {wanted}. Refuse before you change: look "
                f"at {TRANSITIONS}."
            )
    left = STOCK[3] - pieces
    why = (
        "only the cancelled order's goods are on the shelf again, and once: put_back comes after the refusal"
    )
    refused(await place(api, user, [(3, left + 1)]), 409, why, TRANSITIONS)
    expect(await place(api, user, [(3, left)]), 201, why="these are all that is left", look_at=TRANSITIONS)


@task("6.3", points=1)
async def test_who_may_not_learns_nothing(api: Api, rng: random.Random) -> None:
    """Only the staff ships; who may not touch an order gets 403 in every status, and changes nothing."""
    owner, other = await new_user(api, rng), await new_user(api, rng)
    order = await new_order(api, owner, [(2, 2)])
    for caller, wanted in rng.sample([(owner, "shipped"), (other, "shipped"), (other, "cancelled")], 3):
        who = "the owner" if caller == owner else "another user"
        refused(
            await change(api, order, wanted, caller), 403, f"{who} may not do that", f"{ACCESS} and {ROUTER}"
        )
    answer = await api.get(f"{ORDERS}/{order}", headers=as_user(owner))
    seen = expect(answer, 200, why="the owner may see the order", look_at=ACCESS)
    if seen.json()["status"] != "placed":
        fail(
            f"After three refused changes the order is {seen.json()['status']}; expected placed. Look at {SERVICE}."
        )
    expect(await change(api, order, "shipped"), 200, why="the staff ships", look_at=ACCESS)
    for caller, wanted in ((other, "cancelled"), (owner, "shipped")):
        why = "the order has ended, but this caller may not do that in any status: ask who, before what"
        refused(await change(api, order, wanted, caller), 403, why, ACCESS)


@task("6.4", points=0.5)
async def test_unknown_callers_change_nothing(api: Api, probe: Probe, rng: random.Random) -> None:
    """Who is unknown changes nothing, whatever order they ask for; 401 names its scheme, and a crash is no 401."""
    user = await new_user(api, rng)
    order = await new_order(api, user, [(2, 1)])
    for nobody in (0, -1, rng.randrange(500, 999)):
        for asked, wanted in ((order, "cancelled"), (order, "shipped"), (rng.randrange(500, 999), "shipped")):
            why = f"nobody has the id {nobody}, and a stranger gets 401 before any look at an order"
            answer = await change(api, asked, wanted, nobody)
            refused(answer, 401, why, CALLER)
            if "www-authenticate" not in answer.headers:
                fail(
                    "401 came back without WWW-Authenticate; expected the lesson's handler to answer. Look at "
                    f"{CALLER}."
                )
    status = (await api.get(f"{ORDERS}/{order}")).json()["status"]
    if status != "placed":
        fail(
            f"An unknown caller has changed an order to {status}; expected placed. Look at {CALLER} and {ROUTER}."
        )
    found = await probe("""
import httpx2
from app.main import app
from app.users.service import UserService

asked = []


async def crash(self, user_id):
    asked.append(user_id)
    raise RuntimeError("the pool of connections is empty")


UserService.get = crash
transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
async with httpx2.AsyncClient(transport=transport, base_url="http://api") as client:
    answer = await client.get("/api/v1/orders/1", headers={"X-User-Id": "7"})
result = {"status": answer.status_code, "asked": asked}
""")
    if found["asked"] and found["status"] != 500:
        fail(
            f"While user 7 was looked up, the users' service crashed with a RuntimeError, and the answer was {found['status']}; expected "
            f"500. That nobody has this id is not what happened: catch the one error that says it, in {CALLER}."
        )


@task("6.4", points=0.5)
async def test_every_refusal_is_logged(probe: Probe, rng: random.Random) -> None:
    """Each refusal has its own record, orders that were taken have none, and no answer names the warehouse."""
    quantities = rng.sample([1, 50, 51, rng.randrange(60, 200), rng.randrange(2, 40)], 5)
    found = await probe(watched(quantities))
    judge_log(quantities, found)
    if any("10.0.0.7" in order["body"] for order in found):
        fail(
            f"POST {ORDERS} tells the client the warehouse's address; expected it in the log only. Look at {ROUTER}."
        )
