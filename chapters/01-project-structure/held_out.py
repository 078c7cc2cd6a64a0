"""Exercise 1, the checks that are never released: the promises of checks.py, put to other inputs."""

import asyncio
import random

from checks import (
    CHECK_FIRST,
    DATA,
    ORDERS,
    PRICES,
    REPOSITORY,
    SERVICE,
    as_json,
    new_order,
    odd_orders,
    others,
    reads,
    some_lines,
    sums_up,
)

from course.checks import Api, Json, ProjectFiles, Shop, expect_unchanged, snapshot, task, wrong
from course.checks.awkward import integers
from course.checks.fence import no_holes


@task("1.2", points=0.25, promise="`place(data: OrderCreate)` returns the placed order")
async def test_orders_at_the_same_time(api: Api, rng: random.Random) -> None:
    """Of orders that are placed at the same time, each is one of its own, and none is lost."""
    rows = [(one.id, some_lines(rng)) for one in await Shop(api, rng).customers(3) for _ in range(4)]
    placed = await asyncio.gather(*(new_order(api, user, lines) for user, lines in rows))
    look_at = f"{SERVICE}: one shop for all, and no pause between the id of an order and keeping it"
    if len({order["id"] for order in placed}) < len(placed):
        came = f"gave out the ids {sorted(order['id'] for order in placed)}"
        wrong(f"POST {ORDERS}, {len(rows)} times at once,", came, "no two the same", look_at)
    for order in placed:
        await reads(api, f"{ORDERS}/{order['id']}", order, look_at)


@task("1.2", points=0.5, promise="and nothing is kept")
async def test_refused_orders_are_not_kept(api: Api, rng: random.Random) -> None:
    """Between good orders, refused ones leave nothing, and the good ones stay what they were."""
    shop = Shop(api, rng)
    customers, placed = await shop.customers(2), []
    for customer in rng.sample(customers * 2, 4):
        placed.append(await new_order(api, customer.id, some_lines(rng)))
        before, unknown = await snapshot(api), rng.choice(integers(rng, but=PRICES))
        for user, line in ((customer.id, (unknown, 1)), (shop.fresh_id(), (1, 1))):
            lines = [(1, 1), (2, 3)]
            lines.insert(rng.randrange(3), line)
            refused = await api.post(ORDERS, json=as_json(user, lines))
            if refused.status_code != 404:
                wrong(refused, "", "404: the user or a product does not exist", f"place in {SERVICE}")
            await expect_unchanged(api, before, refused, look_at=CHECK_FIRST)
    for order in placed:
        await reads(api, f"{ORDERS}/{order['id']}", order, f"how {REPOSITORY} numbers and keeps orders")


@task("1.3", points=0.25, promise="a refused request leaves nothing behind")
async def test_no_odd_order_leaves_anything(api: Api, rng: random.Random) -> None:
    """Whatever is refused, and for whatever reason, the shop is as it was."""
    await Shop(api, rng).customers(2)
    await new_order(api, 1, some_lines(rng))
    before = await snapshot(api)
    for body in odd_orders(rng).values():
        answer = await api.post(ORDERS, json=body)
        if answer.status_code < 400:
            before = await snapshot(api)
        else:
            await expect_unchanged(api, before, answer, look_at=CHECK_FIRST)


@task("1.4", points=0.25, promise="fails as soon as another domain, today's or tomorrow's")
def test_the_fence_has_no_hole(project: ProjectFiles, rng: random.Random) -> None:
    """No file of any domain gets into orders, whatever the file and the domain are called."""
    names = ("schemas", "models", "repository", "dependencies", f"newcomer{rng.randrange(1000)}")
    domains = [*others(project), f"app.domain{rng.randrange(1000)}"]
    no_holes(project, [(f"{domain}.{name}", inner) for domain in domains for name in names for inner in DATA])


@task("1.5", points=0.5, promise="0 and 0 before the first one")
async def test_summary_follows(api: Api, rng: random.Random) -> None:
    """A summary begins with zeros, and is right again after each order, and after each that was refused."""
    (user, other), orders = await Shop(api, rng).customers(2), list[Json]()
    for _ in range(rng.randrange(3, 6)):
        await sums_up(api, user, orders)
        orders.append(await new_order(api, other.id, some_lines(rng)))
        await api.post(ORDERS, json=as_json(user.id, [(1, 1), (99, 1)]))
        known = [order["id"] for order in orders]
        orders += [one for one in (await api.get(ORDERS)).json() if one["id"] not in known]  # that is for 1.2
        orders.append(await new_order(api, user.id, some_lines(rng)))
    orders += [await new_order(api, rng.choice((user.id, other.id)), [(1, 1)]) for _ in range(101)]
    await sums_up(api, user, orders)
