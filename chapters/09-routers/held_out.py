"""Exercise 9, held-out checks: the same promises, other inputs."""

import random

from checks import (
    ITEMS,
    ROUTER,
    SCHEMAS,
    SECOND,
    STANDING,
    TRANSITIONS,
    V2,
    cancel,
    expect_gone,
    expect_mine,
    expect_patches,
    expect_same,
    items_of,
    path_of,
    place,
    shown,
)

from course.checks import Api, task
from course.checks.desk import STOCK, Desk
from course.checks.shop import ORDERS


@task("9.1", points=0.25, promise="page by page")
async def test_other_pages_of_mine(api: Api, rng: random.Random) -> None:
    """`/orders/mine` has the pages of the list, odd ones too."""
    pages = [{"skip": rng.randrange(2, 6)}, {"limit": 1}, {"skip": -1}, {"limit": 101}]
    await expect_mine(Desk(api, rng, ROUTER), rng, pages=pages)


@task(
    "9.1", points=0.25, promise="a DELETE of an order that is cancelled, by whatever request, is a 204 again"
)
async def test_deletes_in_any_order(api: Api, rng: random.Random) -> None:
    """Several orders are deleted again and again, in any order."""
    desk = Desk(api, rng, TRANSITIONS)
    user = await desk.user()
    orders = [await desk.order_in(user, "placed", [(3, quantity)]) for quantity in (10, 20, 30, 40)]
    for order in rng.choices(orders[:3], k=9) + orders[:3]:
        await expect_gone(api, cancel(api, order, rng.choice([None, user])), TRANSITIONS)
    await desk.expect_shelf(user, {3: STOCK[3] - 40}, "the one order with 40 is not cancelled")


@task("9.2", points=0.25, promise="changes what is sent, keeps the rest, and answers 200 with the item")
async def test_other_patches(api: Api, rng: random.Random) -> None:
    """An item changes many times, up to all there is, and keeps what is not sent."""
    desk = Desk(api, rng, SCHEMAS)
    user = await desk.user()
    order = await desk.order_in(user, "placed", [(1, 1), (3, STOCK[3] - 9)])
    bodies = [{"quantity": STOCK[3]}, {"is_gift": True}, {"quantity": 1}, {"is_gift": False}, {}]
    await expect_patches(desk, order, rng.sample(bodies, 5))


@task("9.2", points=0.25, promise="DELETE of an item is a 204 with an empty body")
async def test_items_are_deleted_in_any_order(api: Api, rng: random.Random) -> None:
    """Whichever items are deleted, the others keep their addresses."""
    desk = Desk(api, rng, ITEMS)
    order = await desk.order_in(await desk.user(), "placed", [(2, number) for number in range(1, 7)])
    items = await items_of(api, order)
    for item in rng.sample(items, 5):
        await expect_gone(api, api.delete(path_of(order, item["id"])), ITEMS)
        items.remove(item)
        await expect_same(api, f"{ORDERS}/{order}/items", items, ITEMS)
        await expect_same(api, path_of(order, items[-1]["id"]), items[-1], ITEMS)


@task("9.3", points=0.25, promise="version 2 refuses what version 1 refuses, with the same status")
async def test_version_2_runs_out_of_stock(api: Api, rng: random.Random) -> None:
    """What is more than there is, in all lines together, is refused, and takes nothing off the shelf."""
    desk = Desk(api, rng, SECOND)
    user = await desk.user()
    much = [(3, 150), (1, 1), (3, STOCK[3] - 149)]
    await desk.refuses(place(api, user, much), 409, f"there are {STOCK[3]}")
    await desk.refuses(place(api, user, [(1, 1), (99, 1)]), 404, "there is no product 99")
    await desk.refuses(place(api, desk.fresh_id(), [(3, 1)]), 404, "nobody has this id")
    await desk.expect_shelf(user, {3: STOCK[3], 1: STOCK[1]}, "nothing was sold")


@task("9.3", points=0.25, promise="there is one shop: what one version places or changes, the other shows")
async def test_changes_show_in_version_2(api: Api, rng: random.Random) -> None:
    """Whatever version 1 does with an order, version 2 shows it."""
    desk = Desk(api, rng, SECOND)
    user = await desk.user()
    placed = await desk.expect(place(api, user, [(1, 2), (2, 3), (1, 1)]), 201, "there is enough")
    order = placed.json()["id"]
    first, second, _ = await items_of(api, order)
    changes = [
        api.patch(path_of(order, first["id"]), json={"quantity": 9, "is_gift": True}),
        api.delete(path_of(order, second["id"])),
        desk.add(order, 3, 2),
    ]
    for change in (*rng.sample(changes, 3), cancel(api, order)):
        await change
        await expect_same(api, f"{V2}/{order}", await shown(api, order), SECOND, only=STANDING)
