"""Exercise 3, the checks that are never released: the promises of checks.py, put to other inputs."""

import random

from checks import (
    ORDERS,
    PAGINATION,
    PRICES,
    REPOSITORY,
    ROUTER,
    SERVICE,
    USERS,
    shows_page,
    some_orders,
    total_of,
)

from course.checks import Api, Probe, Shop, expect, expect_unchanged, snapshot, task, wrong
from course.checks.awkward import cases, integers


@task("3.2", points=0.25, promise="`await repository.count()` how many there are in all")
async def test_many_pages(api: Api, rng: random.Random) -> None:
    """Whoever goes through all pages gets each order once, the oldest first, and the same count each time."""
    placed = await some_orders(Shop(api, rng), count=rng.randrange(9, 14))
    limit = rng.randrange(2, 5)
    for skip in range(0, len(placed) + limit, limit):
        await shows_page(api, placed, skip, limit, look_at=f"list_page and count in {REPOSITORY}")


@task("3.3", points=0.25, promise="a refused order leaves no trace")
async def test_odd_orders_leave_no_trace(api: Api, rng: random.Random) -> None:
    """After an odd order that is refused all is as it was, and the summary of a user counts what was placed."""
    shop = Shop(api, rng)
    user, total = await shop.register(), 0
    item = {"product_id": 2, "quantity": 3}
    whole = cases({"user_id": user.id, "items": [item]}, rng)
    inside = [case.body for case in cases(item, rng)]
    bodies = [case.body for case in rng.sample(whole, 6)]
    bodies += [{"user_id": user.id, "items": [item, odd]} for odd in rng.sample(inside, 10)]
    for _ in range(102):
        total += total_of(lines := {rng.choice(list(PRICES)): 1})
        await shop.order(user.id, lines)
    for body in bodies:
        lines = {rng.choice(list(PRICES)): rng.randrange(1, 50)}
        await shop.order(user.id, lines)
        total += total_of(lines)
        before = await snapshot(api, (USERS, ORDERS, f"{USERS}/{user.id}/summary"))
        answer = await api.post(ORDERS, json=body)
        if answer.status_code == 201:
            total += answer.json()["total_cents"]
        elif answer.status_code in (404, 422):
            await expect_unchanged(api, before, answer, look_at=f"the order of the steps in place, {SERVICE}")
        else:
            wrong(answer, "", "201, or 404 or 422 where it is refused", f"place in {SERVICE}")
    path = f"{USERS}/{user.id}/summary"
    summary = expect(await api.get(path), 200, why="as before", look_at=f"list_of_user in {SERVICE}")
    if (came := summary.json()["total_cents"]) != total:
        wrong(summary, f"came back with total_cents={came}", f"{total}", f"list_of_user in {SERVICE}")


@task("3.3", points=0.25, promise="in `total` how many there are in all, without loading them")
async def test_counts_without_loading(probe: Probe, rng: random.Random) -> None:
    """The total is what the repository counts, also when nobody wants to load so many orders."""
    kept, more = rng.randrange(2, 6), rng.choice((10_200, 10**6, 10**9)) + rng.randrange(99)
    page = await probe("counted", path=f"{ORDERS}?skip=0&limit=2", kept=kept, not_shown=more)
    if not isinstance(page, dict) or page.get("total") != kept + more:
        came = (
            f"came back with {page}"
            if not isinstance(page, dict)
            else f"came back with total={page.get('total')}"
        )
        why = f"{kept + more}: the repository can count without handing out what it counts"
        wrong(
            f"GET {ORDERS}?skip=0&limit=2 with {kept + more} orders in a repository",
            came,
            why,
            f"list_page in {SERVICE}",
        )


@task("3.4", points=0.25, promise="at most `limit`, the oldest first")
async def test_long_lists(api: Api, rng: random.Random) -> None:
    """A list of many orders comes in pages up to the biggest, the last one short."""
    placed = await some_orders(Shop(api, rng), count=rng.randrange(23, 27))
    for skip, limit in ((20, None), (None, 3), (0, 100), (20, 20), (10_000, 1), (len(placed), 1), (1, 1)):
        await shows_page(api, placed, skip, limit, look_at=f"the route in {ROUTER}")


@task(
    "3.4",
    points=0.25,
    promise="beyond the bounds of `Skip` and `Limit`, and for what is no whole number, the answer is a 422",
)
async def test_odd_numbers_come_back_as_for_users(api: Api, rng: random.Random) -> None:
    """What GET /users takes as a number of a page, GET /orders takes, and what it refuses is refused."""
    odd = ["", " ", " 5 ", "0x5", "5.0", "5,0", "1_0", "+5", "-0", "00", "null", "true", "NaN", "[1]"]
    numbers = [str(number) for number in (*integers(rng), 0, 1, 100, 101, 10_000, 10_001, -1)]
    for value in odd + numbers:
        for name in ("skip", "limit"):
            users = await api.get(USERS, params={name: value})
            orders = await api.get(ORDERS, params={name: value})
            if orders.status_code != users.status_code:
                why = f"{users.status_code}, as for GET {USERS}, which has `Skip` and `Limit`"
                wrong(orders, "", why, f"the signature in {ROUTER}, and {PAGINATION}")
