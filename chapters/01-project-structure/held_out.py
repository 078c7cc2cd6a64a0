"""Exercise 1, the checks that are never released: the promises of checks.py, put to other inputs."""

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

from course.checks import Api, Probe, ProjectFiles, Shop, expect_unchanged, snapshot, task, wrong
from course.checks.awkward import integers
from course.checks.fence import no_holes


@task("1.2", points=0.25, promise="the name is the one `users` has at that moment")
async def test_the_name_is_asked_each_time(probe: Probe, rng: random.Random) -> None:
    """A new order carries the name that users has now, and an old one the name of its day."""
    names = [f"Zoë {rng.randrange(10**6)}" for _ in range(3)]
    found = await probe("renamed_customer", names=names, lines=some_lines(rng))
    if found["then"] != names:
        expected = f"{names}, the name that users had each time"
        came = f"came back for {found['then']}"
        wrong(
            "The orders of a user who was renamed twice",
            came,
            expected,
            f"{SERVICE}: keep no names, ask UserService each time",
        )
    if found["later"] != names:
        came, expected = f"are later for {found['later']}", f"{names}: an order keeps the name of its day"
        wrong(
            "The orders of a user who was renamed twice",
            came,
            expected,
            f"what get in {SERVICE} puts together",
        )


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
    user, other = await Shop(api, rng).customers(2)
    for _ in range(rng.randrange(3, 6)):
        await sums_up(api, user)
        await new_order(api, other.id, some_lines(rng))
        await api.post(ORDERS, json=as_json(user.id, [(1, 1), (99, 1)]))
        await new_order(api, user.id, some_lines(rng))
    for _ in range(101):
        await new_order(api, rng.choice((user.id, other.id)), [(1, 1)])
    await sums_up(api, user)
