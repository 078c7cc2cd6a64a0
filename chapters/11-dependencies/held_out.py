"""Exercise 11, held-out checks: the same promises, other inputs."""

import random

from checks import (
    PAGES,
    SHOPS,
    WORK,
    Office,
    ended,
    expect_committed,
    expect_own,
    follow,
)

from course.checks import Api, Database, Json, World, raises, task


@task("11.1", points=0.25, promise="the return and its refund are committed, for the shop that asked")
async def test_more_is_committed(api: Api, world: World, database: Database, rng: random.Random) -> None:
    """Many returns, with refusals between them."""
    office = Office(api, world, database, rng, WORK)
    await expect_committed(office, rounds=5)
    await office.refused(office.shops[1], 409, "COMMIT refuses this reason", reason="none")


@task("11.1", points=0.5, promise="nothing of the request is in the file")
async def test_refusals_in_any_order(api: Api, world: World, database: Database, rng: random.Random) -> None:
    """Whichever of the two fails, and in any order, nothing is left and the next one is taken."""
    office = Office(api, world, database, rng, WORK)
    odd: list[dict[str, Json]] = [{"cents": 50_001}, {"reason": "no"}, {"cents": 10**6, "reason": "no"}] * 3
    for one in rng.sample(odd, len(odd)):
        await office.refused(rng.choice(office.shops), 409, "the file refuses this", **one)
        await office.takes(rng.choice(office.shops))


@task("11.2", points=0.25, promise="who follows next from the start sees each row once")
async def test_other_links_are_followed(
    api: Api, world: World, database: Database, rng: random.Random
) -> None:
    """Links are followed with another order, and another limit."""
    await follow(Office(api, world, database, rng, PAGES), order=rng.randrange(100, 2**31 - 2))


@task("11.3", points=0.25, promise="whatever becomes of the request")
async def test_sessions_end_in_any_order(
    api: Api, world: World, database: Database, rng: random.Random
) -> None:
    """Sessions end when the key is missing, when the line is cut, and in any order."""
    office = Office(api, world, database, rng, SHOPS)
    await expect_own(office, [1, 0, 1])
    office.count_anew()
    office.number = 0
    fine = office.roles["find_shop"].answer
    for cut in rng.sample([True, False, True, False], 4):
        office.roles["find_shop"].answer = raises(ConnectionResetError("cut")) if cut else fine
        await ended(office, await office.see(office.shops[0]), 503 if cut else 200)
