"""Exercise 5, the checks that are never released: the promises of checks.py, put to other inputs, moments and orders."""

import random

from checks import (
    LOYAL_AFTER,
    MOST_STEPS_A_QUESTION,
    PRICES,
    RULE,
    SERVICE,
    WORDS,
    buys,
    in_words,
    judge_receipt,
    judge_words,
    several_buy,
)

from course.checks import (
    Api,
    Probe,
    Shop,
    expect,
    expect_unchanged,
    snapshot,
    task,
    wrong,
)
from course.checks.awkward import integers
from course.checks.shop import ORDERS, PRODUCTS


@task("5.1", points=0.25, promise="`get_words` knows every amount below a million euros")
async def test_more_amounts(api: Api, rng: random.Random) -> None:
    """Receipts of any amount are in the words that it had."""
    shop = Shop(api, rng)
    for size in (10**4, 10**5, 10**6, 10**7, 10**8):
        total = 10 * rng.randrange(size // 100, size // 10) + 30_850
        await judge_words(shop, min(total, 99_999_990))
    for size in (1, 30, 900):
        full = 1_580 + 2_000 * (15 + rng.randrange(size, 2 * size))  # 5 % less is an amount with one cent
        await judge_words(shop, full, sixth=True)


@task("5.1", points=0.25, promise="in the words that it had")
async def test_amounts_asked_directly(probe: Probe, rng: random.Random) -> None:
    """`get_words` knows the smallest amounts and the largest."""
    amounts = [
        0,
        1,
        100,
        101,
        99_999_999,
        rng.randrange(1, 100),
        rng.randrange(100, 10**4),
        rng.randrange(10**4, 10**8),
    ]
    rng.shuffle(amounts)
    found = await probe("ask_words", amounts=amounts, most_steps=MOST_STEPS_A_QUESTION)
    for cents, answer in zip(amounts, found, strict=True):
        if answer["said"] != (wanted := f"returned {in_words(cents)!r}"):
            came = answer["said"] or f"ran more than {MOST_STEPS_A_QUESTION:,} instructions"
            wrong(f"get_words({cents})", came, wanted.removeprefix("returned "), f"get_words in {WORDS}")


@task("5.2", points=0.5, promise="5 % for each one after them, whatever others buy")
async def test_each_customer_for_themselves(api: Api, rng: random.Random) -> None:
    """Orders of one customer make nobody else's cheaper."""
    shop = Shop(api, rng)
    early = (await shop.register()).id
    await buys(shop, early, range(1, 4), RULE)
    await several_buy(shop, 3, RULE)
    await buys(shop, (await shop.register()).id, range(1, 104), RULE)  # more than any page of orders
    await buys(shop, (await shop.register()).id, range(1, 8), RULE)
    await buys(shop, early, range(4, 9), RULE)


@task("5.3", points=0.5, promise="Orders of others do not count, nor does one that was refused")
async def test_only_orders_that_were_placed_count(api: Api, rng: random.Random) -> None:
    """The sixth order that was placed is cheaper, whatever was refused before and whoever else has bought."""
    shop = Shop(api, rng)
    await several_buy(shop, 3, f"whose orders {SERVICE} has counted")
    user = (await shop.register()).id
    await buys(shop, user, range(1, LOYAL_AFTER), SERVICE)
    for product in (99, 0):
        await shop.try_to_order(user, {1: 2, product: 1})
    await shop.try_to_order(user, {1: 0})
    await buys(shop, user, range(LOYAL_AFTER, 8), f"what {SERVICE} does before it refuses an order")


@task("5.3", points=0.25, promise="a receipt has the order's id and total, its tax and its words")
async def test_receipts_of_all_sizes(api: Api, rng: random.Random) -> None:
    """A receipt has its order's total, after a discount and after the order has grown, too."""
    shop = Shop(api, rng)
    user = (await shop.register()).id
    for number in range(1, 8):
        order = await shop.order(user, {3: 2 * rng.randrange(1, 60), 2: 2 * number})
        await judge_receipt(api, order)
    item = {"product_id": 3, "quantity": rng.randrange(100, 900)}
    path = f"{ORDERS}/{order['id']}"
    expect(await api.post(f"{path}/items", json=item), 201, why="orders grow", look_at=SERVICE)
    grown = order["total_cents"] + PRICES[3] * item["quantity"]
    found = await api.get(path)
    if (came := found.json()["total_cents"]) != grown:
        how = f"after {item['quantity']} backpacks were added came back with total_cents={came}"
        wrong(
            found,
            how,
            f"{grown}: what is added later has its full price, as before",
            f"`add_item` in {SERVICE}",
        )
    await judge_receipt(api, order | {"total_cents": grown})


@task("5.3", points=0.25, promise="the app starts, and everything else answers as before", whole=True)
async def test_refusals_are_as_before(api: Api, rng: random.Random) -> None:
    """What was refused is refused, with the same words, and leaves no trace."""
    shop = Shop(api, rng)
    user = (await shop.register()).id
    await buys(shop, user, range(1, 4), SERVICE)
    before = await snapshot(api)
    line = {"product_id": 1, "quantity": 1}
    placed = [order["id"] for order in (await api.get(ORDERS)).json()["items"]]
    for nothing in integers(rng, but=(*range(1, 60), *placed)):
        nowhere = line | {"product_id": nothing}
        for method, path, body, said in (
            ("POST", ORDERS, {"user_id": nothing, "items": [line]}, "User not found"),
            (
                "POST",
                ORDERS,
                {"user_id": user, "items": [line, nowhere]},
                "Product not found",
            ),
            ("POST", f"{ORDERS}/{placed[0]}/items", nowhere, "Product not found"),
            ("POST", ORDERS, {"user_id": nothing, "items": [line, nowhere]}, "User not found"),
            ("POST", f"{ORDERS}/{nothing}/items", nowhere, "Order not found"),
            ("POST", f"{ORDERS}/{nothing}/items", line, "Order not found"),
            ("GET", f"{ORDERS}/{nothing}", None, "Order not found"),
            ("GET", f"{ORDERS}/{nothing}/items", None, "Order not found"),
            ("GET", f"{ORDERS}/{nothing}/receipt", None, "Order not found"),
            ("GET", f"{PRODUCTS}/{nothing}", None, "Product not found"),
        ):
            answer = await api.request(method, path, json=body)
            expect(answer, 404, why=f"as before, with {said!r}", look_at=SERVICE)
            if (came := answer.json()) != {"detail": said}:
                wrong(answer, f"came back with {came}", f"{said!r} as its detail, as before", SERVICE)
            await expect_unchanged(api, before, answer, look_at=SERVICE)
