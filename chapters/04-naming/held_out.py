"""Exercise 4, the checks that are never released: the promises of checks.py, put to other inputs."""

import random

from checks import (
    NEW_NAMES,
    PHONES,
    ROUTER,
    SERVICE,
    as_phones_know,
    fill,
    other_words,
    pinned,
    refused_as_in_new_orders,
    totals_grow,
)

from course.checks import Api, Probe, expect_as_before, odd_requests, task
from course.checks.awkward import Case, integers


@task("4.1", points=0.5, promise="all other requests get the answers they got, refusals included")
async def test_at_random_the_rest_is_as_before(api: Api, as_given: Api, rng: random.Random) -> None:
    """Whatever could be asked before, in any order, gets the answer it got."""
    await fill(api, as_given, rng)
    sent = [one for one in await odd_requests(as_given, rng, 60) if not one.path.startswith(PHONES)]
    where = f"what you changed around the gaps in {ROUTER} and {SERVICE}"
    await expect_as_before(api, as_given, sent, look_at=where, explained=other_words)


@task("4.2", points=0.5, promise="what a phone may send stays what it was")
async def test_at_random_phones_are_served_as_before(api: Api, as_given: Api, rng: random.Random) -> None:
    """Whatever a phone sends, in any order, gets the answer it got."""
    await fill(api, as_given, rng)
    sent = [one for one in await odd_requests(as_given, rng, 120) if one.path.startswith(PHONES)]
    await as_phones_know(api, as_given, sent)


@task("4.3", points=0.25, promise="they fail when one of these three answers by other keys")
async def test_the_tests_notice_any_other_keys(probe: Probe, rng: random.Random) -> None:
    """Your tests fail when an old route answers by keys that nobody can guess."""
    mark, path = rng.randrange(100, 1000), rng.choice(list(NEW_NAMES))
    await pinned(probe, {path: {key: f"{key}_{mark}" for key in NEW_NAMES[path]}})


@task("4.4", points=0.25, promise="its `total_cents` has grown by what the item costs")
async def test_many_items(api: Api, rng: random.Random) -> None:
    """Item after item, every way to an order shows its new total, and no other order has changed."""
    await totals_grow(
        api, rng, [(rng.choice((1, 2, 3)), rng.choice((1, 3, 10**5, 10**20))) for _ in range(4)]
    )


@task("4.4", points=0.25, promise="a refused `POST` changes nothing")
async def test_two_faults_at_once(api: Api, as_given: Api, rng: random.Random) -> None:
    """What is wrong in two ways is refused as in a new order, and nothing has changed."""
    numbers = [*integers(rng), "2", "two", None, 1.5]
    bodies = [{"product_id": rng.choice(numbers), "quantity": rng.choice(numbers)} for _ in range(12)]
    await refused_as_in_new_orders(api, as_given, rng, [Case("", body) for body in bodies])
