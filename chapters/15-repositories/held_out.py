"""Exercise 15, held-out checks: the same promises, other orders."""

import random

from checks import (
    FILTERS,
    PAGES,
    REPOSITORY,
    SORTING,
    SORTS,
    Office,
    expect_all_hold,
    expect_pages,
    expect_put_together,
    expect_sorted,
    expect_stays,
)

from course.checks import Api, Database, World, task


@task("15.1", points=0.25, promise="of several filters all have to hold")
async def test_more_filters_hold(api: Api, world: World, database: Database, rng: random.Random) -> None:
    """More orders, more filters."""
    office = Office(api, world, database, rng, f"`matching` in {FILTERS}")
    await office.some(7)
    await expect_all_hold(office, rounds=9)


@task("15.2", points=0.5, promise="orders that are equal in that come by their id")
async def test_more_orders_are_sorted(api: Api, world: World, database: Database, rng: random.Random) -> None:
    """More orders, many of them equal."""
    office = Office(api, world, database, rng, f"`ordering` in {SORTING}")
    await office.some(15)
    for word in SORTS:
        for down in (False, True):
            await expect_sorted(office, f"{'-' if down else ''}{word}", word, down=down)


@task(
    "15.3",
    points=0.25,
    promise="a page has at most `limit` orders, after the first `skip`; `total` is how many match",
)
async def test_more_pages(api: Api, world: World, database: Database, rng: random.Random) -> None:
    """More pages."""
    office = Office(api, world, database, rng, f"`load_page` in {PAGES}")
    await office.some(13)
    pages = [(rng.randrange(15), rng.randrange(1, 8)) for _ in range(5)]
    await expect_pages(office, pages, gift=rng.choice([None, True, False]))
    await expect_put_together(office, limit=3, sort="total_cents")


@task("15.4", points=0.25, promise="the row stays, with its items, and `cancelled_at` is that moment")
async def test_more_rows_stay(api: Api, world: World, database: Database, rng: random.Random) -> None:
    """One cancellation after the other."""
    office = Office(api, world, database, rng, f"`remove` in {REPOSITORY}")
    for _ in range(3):
        await expect_stays(office)
