"""Exercise 10, the checks that are never released: the promises of checks.py, put to other values."""

import random
from decimal import Decimal

from checks import (
    CHANGES,
    CURRENCIES,
    INCOMING,
    MONEY,
    OUTGOING,
    PAYMENTS,
    Sales,
    keeps_secret,
    valid_card,
)

from course.checks import Api, Json, World, raises, task


@task("10.1", points=0.5, promise="an amount comes as text or as a JSON number, and leaves as text")
async def test_any_amount_leaves_as_text(api: Api, rng: random.Random) -> None:
    """Amounts of every size, as text and as numbers, leave as text with the decimals of their currency."""
    sales = await Sales.open(api, rng, MONEY)
    for digits in (1, 2, 3, 5, 8, 11, 12):
        whole = rng.randrange(10 ** (digits - 1), 10**digits)
        for currency in CURRENCIES:
            await sales.takes(
                rng.choice((whole, str(whole))), currency, f"{whole}{'' if currency == 'JPY' else '.00'}"
            )
        exact = Decimal(whole) + Decimal(rng.randrange(1, 100)) / 100
        for currency in ("EUR", "USD"):
            await sales.takes(str(exact), currency, f"{exact:.2f}")
            await sales.takes(float(exact), currency, f"{exact:.2f}")
            await sales.refuses_price({"amount": f"{exact:.2f}{rng.randrange(1, 10)}", "currency": currency})
        await sales.refuses_price({"amount": rng.choice((f"{whole}.5", whole + 0.25)), "currency": "JPY"})


@task("10.2", points=0.25, promise="a quote has 1 to 50 lines, and no product twice")
async def test_no_product_hides_behind_another_form(api: Api, rng: random.Random) -> None:
    """No product is there twice, wherever its lines are and however its number is written."""
    sales = await Sales.open(api, rng, INCOMING)
    for form in (int, str):
        for _ in range(3):
            count = rng.randrange(2, 51)
            first, second = rng.sample(range(count), 2)
            await sales.refuses_twice(count, first, second, form)
    lines = sales.lines(3)
    again = lines[0] | {"quantity": lines[0]["quantity"] + 1}
    await sales.refuses(sales.body(lines=[*lines, again]), "no product is there twice")


@task("10.2", points=0.25, promise="its last day is not before its first")
async def test_days_that_are_none_are_refused(api: Api, rng: random.Random) -> None:
    """Days that do not exist are refused as all the rest is, and so are days in the wrong order beside other faults."""
    sales = await Sales.open(api, rng, INCOMING)
    none: tuple[Json, ...] = ("2027-02-30", "tomorrow", "", None, [], "2027-13-01")
    for odd in none:
        for name in ("valid_from", "valid_until"):
            await sales.refuses(sales.body(**{name: odd}), f"{odd!r} is no day")
        await sales.refuses(sales.body(valid_from=odd, valid_until=odd), f"{odd!r} is no day")
    backwards = {"valid_from": "2027-03-02", "valid_until": "2027-03-01"}
    faults: list[dict[str, Json]] = [
        {},
        {"lines": []},
        {"lines": None},
        {"discount_percent": 31},
        {"note": 7},
    ]
    for fault in faults:
        await sales.refuses(sales.body(**backwards, **fault), "the days are in the wrong order")


@task("10.3", points=0.5, promise="what is sent changes, and what is not sent stays as it is")
async def test_one_patch_after_the_other(api: Api, rng: random.Random) -> None:
    """PATCHes in any order: each changes what it names, from and to any value; a refused one changes nothing."""
    sales = await Sales.open(api, rng, CHANGES)
    values = {
        "reference": ("PO 1", "0", "x" * 40),
        "discount_percent": (0, 1, 30),
        "note": (None, "", "0", "null", "new"),
    }
    for _ in range(25):
        names = rng.sample(sorted(values), rng.randrange(4))
        await sales.changes({name: rng.choice(values[name]) for name in names})
        if rng.random() < 0.2:
            odd = rng.choice(({"discount_percent": None}, {"reference": None}, {"reference": " "}, {"id": 7}))
            await sales.refuses_change({"note": f"{rng.random()}"} | odd, "one of the fields may not be that")


@task("10.4", points=0.5, promise="total is the sum of the lines less the discount")
async def test_any_total_is_exact(api: Api, rng: random.Random) -> None:
    """Totals of any lines in any currency: exact, rounded once, half up."""
    sales = await Sales.open(api, rng, OUTGOING)
    for number in range(30):
        currency, percent = CURRENCIES[number % 3], rng.choice((0, 1, 3, 10, 25, 30))
        lines = []
        for _ in range(rng.choice((1, 2, 9))):
            cents = rng.choice(
                (rng.randrange(1, 100), 5, rng.randrange(10**5), rng.randrange(10**13, 10**14))
            )
            amount = str(cents // 100 + 1 if currency == "JPY" else Decimal(cents + 1) / 100)
            lines.append((rng.choice((1, 3, 7, 9_999)), amount))
        await sales.adds_up(currency, percent, lines)


@task(
    "10.5",
    points=0.5,
    promise="a card's number or code is in no answer, in no refusal, and in no line of the log",
)
async def test_every_card_stays_a_secret(api: Api, world: World, rng: random.Random) -> None:
    """Whatever is wrong with a card, and whatever happens to the provider, nobody reads its number or its code."""
    sales = await Sales.open(api, rng, PAYMENTS, world)
    for digits in (12, 13, 15, 16, 18, 19):
        await sales.is_answered(valid_card(rng, digits))
    for digits, odd in (
        (16, {"code": 123}),
        (19, {"iban": "BE68539007547034"}),
        (24, {}),
        (16, {"code": ""}),
    ):
        card = valid_card(rng, digits) | odd
        refused = await sales.refuses_method(card, "it is no card")
        keeps_secret(refused, card | {"code": str(card["code"])}, world)
    for error in (TimeoutError("late"), BrokenPipeError("gone")):
        world.plays("charge", raises(error))
        card = valid_card(rng, rng.choice((12, 16, 19)))
        keeps_secret(await sales.pay(card), card, world)
