"""Exercise 13, held-out checks: the same promises, other inputs."""

import random

from checks import (
    INVOICES,
    MODELS,
    ORDERS,
    REPOSITORY,
    STOCK,
    Sale,
    expect_cancelled,
    expect_invoice,
    expect_invoices_meet,
    expect_list,
    expect_moments,
    expect_numbers,
    expect_same_statements,
    expect_shown,
    expect_sold,
)

from course.checks import Api, Database, World, task


@task("13.1", points=0.25, promise="come back as the moments that they are, with an offset")
async def test_more_moments(api: Api, world: World, database: Database, rng: random.Random) -> None:
    """More moments come back as they are."""
    await expect_moments(Sale(api, world, database, rng, f"the types of the moments in {MODELS}"), rounds=6)


@task(
    "13.2", points=0.25, promise="show an order with its items and their skus, each order and each item once"
)
async def test_more_orders(api: Api, world: World, database: Database, rng: random.Random) -> None:
    """More orders are shown, listed and cancelled."""
    sale = Sale(api, world, database, rng, REPOSITORY)
    await expect_shown(sale, orders=6)
    await expect_cancelled(sale)
    for order in sale.state()["orders"]:
        await api.delete(f"{ORDERS}/{order['id']}")
    await expect_list(sale, orders=9)


@task("13.2", points=0.25, promise="the list has all orders")
async def test_a_long_list(api: Api, world: World, database: Database, rng: random.Random) -> None:
    """A list of more than a hundred orders is whole, and takes no more statements."""
    await expect_same_statements(Sale(api, world, database, rng, f"`list_due` in {REPOSITORY}"), orders=103)


@task("13.3", points=0.25, promise="when there is enough for both, both get theirs")
async def test_more_buyers_meet(api: Api, world: World, database: Database, rng: random.Random) -> None:
    """Buyers of other quantities meet."""
    sale = Sale(api, world, database, rng, STOCK)
    mine, yours = rng.sample(range(2, 500), 2)
    await expect_sold(sale, max(mine, yours) + min(mine, yours) - 1, (mine, yours), {201, 409})
    await expect_sold(sale, mine + yours, (mine, yours), {201})


@task("13.4", points=0.25, promise="without a gap, as they were written")
async def test_more_numbers(api: Api, world: World, database: Database, rng: random.Random) -> None:
    """Many invoices, some of them refused, some of orders that meet."""
    sale = Sale(api, world, database, rng, INVOICES)
    if rng.random() < 0.5:
        await expect_numbers(sale, orders=8)
    else:
        await expect_invoices_meet(sale, moment=rng.randrange(3))
    product, number = await sale.product(99), len(sale.state()["invoices"])
    for more in range(1, 4):
        order = (await sale.order((product, 1)))["id"]
        await expect_invoice(sale, order, number + more)
        await sale.refused(api.post(f"{ORDERS}/{order}/invoice"), 409, "this order has an invoice")
