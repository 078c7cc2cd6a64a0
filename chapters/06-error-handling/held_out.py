"""Exercise 6, the checks that are never released: the promises of checks.py, put to other orders, ids and moments."""

import random
from collections import Counter

from checks import (
    ACCESS,
    ADD,
    CALLER,
    SERVICE,
    TRANSITIONS,
    WAREHOUSE,
    expect_crash,
    expect_passed_on,
    expect_records,
    expect_rest_as_before,
    expect_told,
    expect_unknown,
)

from course.checks import Api, Probe, World, task, wrong
from course.checks.desk import STATUSES, STOCK, Desk


@task("6.1", points=0.25, promise="a refused order takes nothing off the shelf")
async def test_the_shelf_is_exact(api: Api, rng: random.Random) -> None:
    """After orders and items that were taken and refused, exactly the rest is on the shelf."""
    desk, left = Desk(api, rng, SERVICE), Counter(STOCK)
    user, order = await desk.user_and_order()
    left[2] -= 1
    for _ in range(6):
        product, other = rng.sample(sorted(STOCK), 2)
        part = rng.randrange(1, 25)
        short = [(product, part), (other, 3), (product, left[product] + 1 - part)]
        await desk.refuses(desk.place(user, short), 409, f"only {left[product]} are left")
        unknown = rng.sample([(other, 2), (rng.choice([0, -1, 10**20]), 1)], 2)
        await desk.refuses(desk.place(user, unknown), 404, "one product is unknown")
        await desk.refuses(desk.place(desk.fresh_id(), [(product, part)]), 404, "nobody has this id")
        await desk.refuses(desk.add(order, product, left[product] + 1), 409, "that is one too many", ADD)
        await desk.order_in(user, "placed", [(product, part), (other, 1), (product, 2)])
        await desk.expect(desk.add(order, other, part), 201, "there is enough of it")
        left.update({product: -part - 2, other: -1 - part})
    await desk.expect_shelf(user, left, "what was refused took none, and the rest what it says")


@task("6.1", points=0.25, promise="everything else answers as before")
async def test_much_is_as_before(api: Api, as_given: Api, rng: random.Random) -> None:
    """The same with more odd requests."""
    await expect_rest_as_before(api, as_given, rng, odd=150)


@task("6.1", points=0.25, promise="the warehouse is told of an order once, after the 201")
async def test_the_warehouse_is_told_of_each(probe: Probe, rng: random.Random) -> None:
    """The same for many lines, and for more than the warehouse takes."""
    orders = [[(rng.choice([1, 2]), rng.randrange(1, 30)) for _ in range(count)] for count in (4, 1, 3)]
    await expect_told(probe, [*orders, [(2, 51)]])


@task("6.2", points=0.5, promise="what was refused has changed nothing")
async def test_any_walk_through_the_statuses(api: Api, rng: random.Random) -> None:
    """Orders that are shipped, cancelled and added to in any order end once, and the shelf is exact."""
    desk, left = Desk(api, rng, TRANSITIONS), Counter(STOCK)
    user, state, items = await desk.user(), dict[int, str](), dict[int, Counter[int]]()
    for _ in range(4):
        lines = [(product, rng.randrange(1, 12)) for product in rng.sample(sorted(STOCK), 2)]
        order = await desk.order_in(user, "placed", lines)
        state[order], items[order] = "placed", Counter(dict(lines))
        left.subtract(items[order])
    for _ in range(30):
        order, product, pieces = rng.choice(list(state)), rng.choice([1, 2, 3]), rng.randrange(1, 4)
        wanted, why = rng.choice([*STATUSES, "placed", "an item"]), f"the order is {state[order]}"
        request = desk.add(order, product, pieces) if wanted == "an item" else desk.change(order, wanted)
        if state[order] != "placed" or wanted == "placed":
            await desk.refuses(request, 409, why, says=True)
        elif wanted == "an item":
            await desk.expect(request, 201, why)
            items[order][product] += pieces
            left[product] -= pieces
        else:
            await desk.expect(request, 200, why)
            state[order] = wanted
            left.update(items[order] if wanted == "cancelled" else {})
    await desk.expect_shelf(user, left, f"the orders are {', '.join(state.values())}")


@task("6.3", points=0.25, promise="another user gets 403 for all of it")
async def test_rights_of_everybody(api: Api, probe: Probe, rng: random.Random) -> None:
    """Who may do what, in every status, asked in any order, and for large ids."""
    desk = Desk(api, rng, ACCESS)
    owner, near, far = rng.sample([one.id for one in await desk.customers(5)], 3)
    for state in STATUSES:
        order = await desk.order_in(owner, state, [(2, 2)])
        for caller in rng.sample([None, owner, near, far], 4):
            mine, why = caller in (None, owner), f"the order is {state} and belongs to user {owner}"
            await desk.expect(desk.see(order, caller), 200 if mine else 403, why)
            for wanted in rng.sample(STATUSES, 3):
                if not mine or (caller == owner and wanted == "shipped"):
                    await desk.refuses(desk.change(order, wanted, caller), 403, why, says=True)
    order = await desk.order_in(owner, "placed")
    await desk.expect(desk.change(order, "cancelled", owner), 200, f"user {owner} owns the order")
    owner = rng.randrange(
        10**4, 10**6
    )  # Python keeps one object for each small number, and so do our repositories
    if error := await probe("rights", owner=owner, caller=owner):
        came, look_at = (
            f"raises {error} for user {owner}, the owner",
            f"how check_can_see in {ACCESS} compares ids",
        )
        wrong(
            f"check_can_see for an order of user {owner}",
            came,
            "nothing: equal ids are the same user",
            look_at,
        )


@task("6.4", points=0.25, promise="an `X-User-Id` that nobody has is 401")
async def test_unknown_callers_learn_nothing(api: Api, rng: random.Random) -> None:
    """An unknown caller is 401 before any look at an order, whatever its status is, and whether it is there."""
    desk = Desk(api, rng, CALLER)
    user = await desk.user()
    orders = [*[await desk.order_in(user, state) for state in STATUSES], desk.fresh_id()]
    for nobody in rng.sample([0, -1, user + 1, desk.fresh_id()], 4):
        await expect_unknown(desk, rng.choice(orders), nobody, rng.choice(STATUSES))


@task("6.4", points=0.25, promise="any other error of the look-up stays what it is")
async def test_another_crash_is_no_stranger(api: Api, world: World, probe: Probe, rng: random.Random) -> None:
    """The same when what breaks is the refusal of an unknown user."""
    desk = Desk(api, rng, CALLER)
    _, order = await desk.user_and_order()
    await world.set("app.users.service", UserNotFoundError="gone")  # a TypeError for whoever is unknown
    await expect_crash(desk, order, rng.randrange(500, 10**4))
    crashes = rng.sample(["IndexError", "LookupError", "ValueError", "TimeoutError", "RuntimeError"], 5)
    await expect_passed_on(
        probe, {**dict.fromkeys(crashes, 500), "ConflictError": 409, "UnavailableError": 503}
    )


@task("6.4", points=0.25, promise="its refusal leaves one record in the log")
async def test_every_refusal_is_logged(api: Api, world: World, rng: random.Random) -> None:
    """Each refusal has its own record, orders that were taken have none."""
    desk = Desk(api, rng, WAREHOUSE)
    user = await desk.user()
    for pieces in rng.sample([1, 50, 51, rng.randrange(60, 900), rng.randrange(60, 900), 2], 6):
        await expect_records(desk, world, user, [(2, pieces)])
