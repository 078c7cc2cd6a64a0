"""Exercise 14, held-out checks: the same promises, other rows."""

import random

from checks import (
    VERSIONS,
    Before,
    Old,
    expect_addresses,
    expect_arrival,
    expect_gift_leads_down,
    expect_name_leads_down,
    expect_total_leads_down,
    expect_totals,
)

from course.checks import Database, Migrate, task


@task("14.1", points=0.25, promise="it leads down: the column is `email` again, with every address")
async def test_more_names_lead_down(migrate: Migrate, database: Database, rng: random.Random) -> None:
    """Many orders, and none at all."""
    expect_name_leads_down(Old(migrate, database, rng, "0006"), orders=40)
    old = Old(migrate, database, rng, "0007", file="empty.db")
    old.down("0006", VERSIONS["0007"])
    expect_addresses(old, "email", [], "`alembic downgrade 0006` of an empty database")


@task("14.2", points=0.25, promise="gives every order without a total the sum of its items")
async def test_more_totals(migrate: Migrate, database: Database, rng: random.Random) -> None:
    """Many orders, some with totals, one revision after the other and back."""
    old = Old(migrate, database, rng, "0007")
    old.fill(1_100)
    old.to("0008")
    old.fill(25, totals=[rng.choice([None, 0, 1, rng.randrange(10**9)]) for _ in range(25)])
    old.to("0009")
    expect_totals(old, "0009")
    before = Before(old)
    old.to("0010")
    before.expect_rows("`alembic upgrade 0010`", "0010")
    expect_total_leads_down(Old(migrate, database, rng, "0007", file="other.db"), orders=20)


@task("14.3", points=0.25, promise="it leads down and up again")
async def test_more_gifts_lead_down(migrate: Migrate, database: Database, rng: random.Random) -> None:
    """Many orders."""
    expect_gift_leads_down(Old(migrate, database, rng, "0010"), orders=30)


@task("14.4", points=0.25, promise="every database comes to it by `alembic upgrade head`")
async def test_more_databases_get_there(migrate: Migrate, database: Database, rng: random.Random) -> None:
    """Databases on their way: some of your revisions, with and without the colleague's."""
    for number in range(2):
        ours = rng.choice(("0007", "0008", "0009", "0010"))
        revisions = (ours, "c1") if number else ("c1", ours)
        expect_arrival(Old(migrate, database, rng, *revisions, file=f"old{number}.db"), revisions)
