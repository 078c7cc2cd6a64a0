"""Exercise 10, the checks that learners see; held_out.py puts the same promises to other values.

All of it is asked over HTTP. The grader plays the archive (what old quotes hold) and the payment provider (what it is
handed, and whether it can be reached).
"""

import random
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations
from typing import Any

from httpx2 import Response

from course.checks import (
    Api,
    Json,
    Role,
    Shop,
    World,
    brief,
    expect,
    expect_unchanged,
    raises,
    snapshot,
    status_of,
    task,
    wrong,
)
from course.checks.openapi import resolved
from course.checks.refusals import PROBLEM
from course.checks.shop import USERS
from course.checks.state import difference

PLAYED = ("app/quotes/archive.py", "app/quotes/provider.py")
EACH_TASK_ALONE = True

QUOTES = "/api/v1/quotes"
MONEY, INCOMING, CHANGES, OUTGOING, PAYMENTS = (
    f"app/quotes/schemas/{name}.py" for name in ("money", "incoming", "changes", "outgoing", "payments")
)
CURRENCIES = ("EUR", "USD", "JPY")
FIELDS = {
    *("id", "user_id", "reference", "lines", "discount_percent"),
    *("valid_from", "valid_until", "note", "total"),
}
CENTS: tuple[tuple[Json, str], ...] = (
    *((4.1, "4.10"), ("4.1", "4.10"), ("4.10", "4.10"), (5, "5.00"), ("5", "5.00")),
    *((0.07, "0.07"), ("0.01", "0.01"), (1000.0, "1000.00"), ("999999999999.99", "999999999999.99")),
)
YEN: tuple[tuple[Json, str], ...] = ((500, "500"), ("500", "500"), (1, "1"), ("999999999999", "999999999999"))
ODD_TEXTS = (("1e1", "10"), ("1E+3", "1000"), ("+4", "4"), ("0004", "4"), (" 4 ", "4"))
NO_AMOUNT: tuple[Json, ...] = (
    *(0, "0", "0.00", "-0", -1, "-0.01", 10**12, "1000000000000", "1e12", 10**20, "1e30", "1e999"),
    *("NaN", "sNaN", "Infinity", "-Infinity", True, None, "", " ", "4,10", "four", "0x10", [], ["4.10"], {}),
)
TOO_FINE: tuple[Json, ...] = ("4.105", 4.105, "0.001", 0.1 + 0.2, "1e-9", "999999999999.999")
ODD_ROWS: tuple[dict[str, Json], ...] = (
    *(
        {"lines": []},
        {"reference": None},
        {"reference": ""},
        {"reference": "Ω" * 300},
        {"note": None},
        {"note": ""},
    ),
    *({"discount_percent": percent} for percent in (100, 31, 99)),
    *({"valid_from": None}, {"valid_until": None}, {"valid_from": "2001-12-31", "valid_until": "2001-01-01"}),
    *({"user_id": 0}, {"user_id": 10**9}, {"id": 0}, {"remarks": "pays late"}),
)
OF_KIND = {"card": {"number", "code"}, "transfer": {"iban"}, "invoice": {"email", "days"}}
ODD_METHODS: tuple[tuple[str, dict[str, Json]], ...] = (
    *(
        ("card", {"number": number})
        for number in ("4" * 11, "4" * 20, "4" * 15 + "x", "٤" * 16, "", " " * 14)
    ),
    *(("card", {"number": number}) for number in ("4111-1111-1111-1111", 4111111111111111, None)),
    *(("card", {"code": code}) for code in ("12", "12345", "abc", "١٢٣", "", 123, None)),
    *(("transfer", {"iban": iban}) for iban in ("be68539007547034", "BE6853900754", "BE68" + "7" * 31)),
    *(("transfer", {"iban": iban}) for iban in ("6868539007547034", "BE6853900754703\x00", "", 68, None)),
    *(("invoice", {"email": email}) for email in ("nobody", "", "a@", 7, None)),
    *(("invoice", {"days": days}) for days in (6, 61, -30, 10**20, "soon", 7.5)),
)


@task("10.1", points=0.5, promise="an amount comes as text or as a JSON number, and leaves as text")
async def test_an_amount_leaves_as_text(api: Api, rng: random.Random) -> None:
    """An amount comes as text or as a JSON number, and leaves as text with the decimals of its currency."""
    sales = await Sales.open(api, rng, MONEY)
    for currency in CURRENCIES:
        for sent, leaves in YEN if currency == "JPY" else CENTS:
            await sales.takes(sent, currency, leaves)
        for sent, number in ODD_TEXTS:
            leaves = number if currency == "JPY" else f"{number}.00"
            await sales.takes(sent, currency, leaves, may_refuse=True)


@task("10.1", points=0.5, promise="zero and less, more decimals than the currency has")
async def test_what_is_no_amount_is_refused(api: Api, rng: random.Random) -> None:
    """Zero and less, too many decimals or digits, and what is no finite number are refused."""
    sales = await Sales.open(api, rng, MONEY)
    for currency in rng.sample(CURRENCIES, 3):
        odd = (*NO_AMOUNT, *TOO_FINE, *(("500.5", 500.5, "0.5", 0.01) if currency == "JPY" else ()))
        for amount in odd:
            await sales.refuses_price({"amount": amount, "currency": currency})
        await sales.refuses_price({"currency": currency})


@task("10.1", points=0.5, promise="a currency that the shop does not take today is refused")
async def test_strange_currencies_and_fields_are_refused(api: Api, rng: random.Random) -> None:
    """A currency that the shop does not take today is refused, and so is a field that money does not have."""
    sales = await Sales.open(api, rng, MONEY)
    for currency in ("DEM", "GBP", "cows", "", None, 978, ["EUR"]):
        await sales.refuses_price({"amount": "500", "currency": currency})
    await sales.refuses_price({"amount": "500"})
    for name in ("cents", "decimals", f"surplus_{rng.randrange(100)}"):
        await sales.refuses_price({"amount": "500", "currency": rng.choice(CURRENCIES), name: 2})


@task("10.2", points=0.5, promise="a quote has 1 to 50 lines, and no product twice")
async def test_lines_are_many_and_different(api: Api, rng: random.Random) -> None:
    """A quote has 1 to 50 lines, and no product twice."""
    sales = await Sales.open(api, rng, INCOMING)
    for count in (1, 50, rng.randrange(2, 50)):
        await sales.write(sales.body(lines=sales.lines(count)), f"{count} lines are not too many or too few")
    for lines in ([], None, {}, sales.lines(51), sales.lines(rng.randrange(52, 90))):
        much = f"lines: {len(lines)} of them" if lines else f"lines={brief(lines)}"
        await sales.refuses(sales.body(lines=lines), f"{much}; a quote has 1 to 50")
    await sales.refuses(without(sales.body(), "lines"), "a quote has 1 to 50 lines")
    for count, (first, second) in ((2, (0, 1)), (7, (0, 6)), (7, (2, 4))):
        await sales.refuses(sales.twice(count, first, second), "no product is there twice")


@task("10.2", points=0.25, promise="a quantity is a JSON integer from 1 to 10,000")
async def test_a_quantity_is_an_integer(api: Api, rng: random.Random) -> None:
    """A quantity is a JSON integer from 1 to 10,000: no text, no true, nothing in between."""
    sales = await Sales.open(api, rng, INCOMING)
    for quantity in (1, 10_000, rng.randrange(2, 10_000)):
        await sales.write(sales.with_line(quantity=quantity), f"a quantity may be {quantity}")
    for odd in (0, -1, 10_001, 10**20, "3", " 3 ", True, False, 2.5, None, "", [3], {}):
        await sales.refuses(sales.with_line(quantity=odd), "a quantity is a JSON integer from 1 to 10,000")
    lines = sales.lines(2)
    lines[rng.randrange(2)].pop("quantity")
    await sales.refuses(sales.body(lines=lines), "each line has a quantity")


@task("10.2", points=0.25, promise="all prices of a quote are in one currency")
async def test_a_quote_is_in_one_currency(api: Api, rng: random.Random) -> None:
    """All prices of a quote are in one currency."""
    sales = await Sales.open(api, rng, INCOMING)
    for count in (2, 3, rng.randrange(4, 20)):
        for odd in {0, count - 1, rng.randrange(count)}:
            one, other = rng.sample(CURRENCIES, 2)
            lines = sales.lines(count, one)
            lines[odd]["unit_price"] = {"amount": "500", "currency": other}
            await sales.refuses(sales.body(lines=lines), "all prices are in one currency")


@task("10.2", points=0.25, promise="its last day is not before its first")
async def test_days_come_in_order(api: Api, rng: random.Random) -> None:
    """A quote's last day is not before its first, and may be the same; days come as JSON has them, as text."""
    sales = await Sales.open(api, rng, INCOMING)
    for first, last in (
        ("2027-01-31", "2027-01-31"),
        ("2027-12-31", "2028-01-01"),
        ("1999-01-01", "2101-01-01"),
    ):
        written = await sales.write(sales.body(valid_from=first, valid_until=last), "the days are in order")
        expect_same(
            written, {"valid_from": first, "valid_until": last}, f"the types of the days in {INCOMING}"
        )
    for first, last in (
        ("2027-02-01", "2027-01-31"),
        ("2028-01-01", "2027-12-31"),
        ("2027-02-01", "1927-02-01"),
    ):
        body = sales.body(valid_from=first, valid_until=last)
        await sales.refuses(body, f"{last} is before {first}")


@task("10.2", points=0.25, promise="a quote without a reference gets one that no other quote has")
async def test_everyone_gets_a_reference(api: Api, rng: random.Random) -> None:
    """A quote without a `reference` gets one that no other quote has; one that is given is kept."""
    sales = await Sales.open(api, rng, INCOMING)
    seen: set[Json] = set()
    for number in range(5):
        written = await sales.write(without(sales.body(), "reference"), "a reference may be left out")
        given = written.json()["reference"]
        if not isinstance(given, str) or not given.strip() or given in seen:
            came = f"as the {number + 1}th without a reference came back with reference={brief(given)}"
            wrong(
                written, came, "a text that no other quote has", f"the default of `reference` in {INCOMING}"
            )
        seen.add(given)
    mine = f"PO {rng.randrange(10**6)}"
    kept = await sales.write(sales.body(reference=mine), "a reference may be given")
    expect_same(kept, {"reference": mine}, f"`reference` in {INCOMING}")


@task("10.2", points=0.25, promise="a field that a quote or a line does not have is refused")
async def test_surplus_fields_are_refused(api: Api, rng: random.Random) -> None:
    """A field that a quote or a line does not have is refused."""
    sales = await Sales.open(api, rng, INCOMING)
    for name in ("remarks", "id", "total", "discount", f"surplus_{rng.randrange(100)}"):
        await sales.refuses(sales.body(**{name: 7}), f"a quote has no field {name}")
    for name in ("note", "price", "id", f"surplus_{rng.randrange(100)}"):
        await sales.refuses(sales.with_line(**{name: 7}), f"a line has no field {name}")


@task("10.2", points=0.25, promise="what a client can know before it asks stands in /openapi.json")
async def test_limits_are_published(api: Api) -> None:
    """/openapi.json tells how many lines a quote has, and the limits of a quantity."""
    answer = expect(await api.get("/openapi.json"), 200, why="the docs are open here", look_at="app/main.py")
    document = answer.json()
    lines = schema_of(document, "QuoteCreate", "lines")
    quantity = schema_of(document, "QuoteLineCreate", "quantity")
    least, most = quantity.get("minimum"), quantity.get("maximum")
    if "exclusiveMinimum" in quantity or "exclusiveMaximum" in quantity:
        least, most = (
            quantity.get("exclusiveMinimum", 0) + 1,
            quantity.get("exclusiveMaximum", (most or 0) + 1) - 1,
        )
    said = {
        "minItems": lines.get("minItems"),
        "maxItems": lines.get("maxItems"),
        "least": least,
        "most": most,
    }
    if said != {"minItems": 1, "maxItems": 50, "least": 1, "most": 10_000}:
        came = f"says minItems={said['minItems']} and maxItems={said['maxItems']} of lines, {least} to {most} of quantity"
        where = f"{INCOMING}: Field(…) publishes its limits, a validator of your own does not"
        wrong(answer, came, "1 and 50, 1 to 10000", where)


@task("10.3", points=0.5, promise="what is sent changes, and what is not sent stays as it is")
async def test_a_patch_changes_what_it_names(api: Api, rng: random.Random) -> None:
    """What is sent changes, and what is not sent stays as it is; an empty PATCH changes nothing."""
    sales = await Sales.open(api, rng, CHANGES)
    new: dict[str, Json] = {
        "reference": f"PO {rng.randrange(10**6)}",
        "discount_percent": rng.randrange(1, 31),
        "note": "new",
    }
    for values in (new, {"reference": "0", "discount_percent": 0, "note": ""}):
        for count in range(4):
            for names in combinations(values, count):
                await sales.changes({name: values[name] for name in names})


@task("10.3", points=0.25, promise="null takes the note away")
async def test_null_takes_the_note_away(api: Api, rng: random.Random) -> None:
    """`null` takes the note away, and nothing else; for the other two fields it is refused."""
    sales = await Sales.open(api, rng, CHANGES)
    await sales.changes({"note": None})
    await sales.changes({"note": None, "discount_percent": 7})
    for name in ("reference", "discount_percent"):
        await sales.refuses_change({name: None}, f"a quote has its {name}")
        await sales.refuses_change({"note": "new", name: None}, f"a quote has its {name}")


@task("10.3", points=0.25, promise="a value that no new quote may have is refused")
async def test_odd_changes_are_refused(api: Api, rng: random.Random) -> None:
    """A value that no new quote may have is refused, and so is any other field."""
    sales = await Sales.open(api, rng, CHANGES)
    for percent in (-1, 31, 10**20, 2.5, "many", [5]):
        await sales.refuses_change({"discount_percent": percent}, "a discount is 0 to 30 percent")
    for reference in ("", "   ", "x" * 41, 7, ["PO 7"]):
        await sales.refuses_change({"reference": reference}, "a reference has 1 to 40 characters")
    for note in (7, ["new"]):
        await sales.refuses_change({"note": note}, "a note is text or null")
    others = {name: sales.body()[name] for name in ("user_id", "lines", "valid_from", "valid_until")}
    for name, value in (others | {"id": 7, "remarks": "mine", "total": None, "status": "paid"}).items():
        await sales.refuses_change({"note": "new", name: value}, f"a PATCH cannot bring {name}")


@task("10.4", points=0.5, promise="total is the sum of the lines less the discount")
async def test_the_total_is_exact(api: Api, rng: random.Random) -> None:
    """`total` is the sum of the lines less the discount: exact, rounded once, half up, in its currency's decimals."""
    sales = await Sales.open(api, rng, OUTGOING)
    for currency, percent, *lines in (
        ("EUR", 0, (3, "1.10"), (1, "0.07")),
        ("EUR", 10, (1, "0.05")),  # 0.045
        ("USD", 10, (1, "0.05"), (1, "0.05")),  # 0.09; line by line 0.10
        ("USD", 30, (1, "0.35"), (3, "0.45"), (5, "1.15")),
        ("JPY", 10, (1, "5")),  # 4.5
        ("JPY", 7, (3, "333"), (10_000, "12345")),
        ("EUR", 0, (10_000, "999999999999.99"), (9_999, "999999999999.97")),
    ):
        await sales.adds_up(currency, percent, lines)


@task("10.4", points=0.25, promise="a quote of the archive leaves as it is stored")
async def test_the_archive_is_shown(api: Api, world: World, rng: random.Random) -> None:
    """A quote of the archive leaves as it is stored, whatever it holds, and none of them takes the list down."""
    for odd in ODD_ROWS:
        await shows(api, world, [row(rng), row(rng, **odd), row(rng)], odd)
    await shows(api, world, [row(rng, **odd) for odd in rng.sample(ODD_ROWS, len(ODD_ROWS))], {})


@task("10.4", points=0.25, promise="nothing but the fields of the table leaves")
async def test_nothing_else_leaves(api: Api, world: World, rng: random.Random) -> None:
    """Nothing but the fields of the table leaves, in any answer; the sales team's remarks do not."""
    secret = f"pays late, {rng.randrange(10**9)}"
    world.plays("read_rows", lambda: [row(rng, remarks=secret), row(rng, remarks=secret, lines=[])])
    sales = await Sales.open(api, rng, OUTGOING)
    path = f"{QUOTES}/{sales.quote['id']}"
    answers = [await sales.write(sales.body(), "nothing is wrong with it"), await api.get(path)]
    answers += [await api.put(path, json=sales.body()), await api.patch(path, json={"note": "new"})]
    page = expect(await api.get(QUOTES), 200, why="a list shows what there is", look_at=OUTGOING)
    for answer in answers:
        expect_fields(answer, answer.json())
    for quote in page.json()["items"]:
        expect_fields(page, quote)
    if secret in page.text:
        wrong(page, "came back with the remarks of the sales team", "none of them", OUTGOING)


@task("10.5", points=0.5, promise="each kind reaches the payment provider whole")
async def test_each_kind_reaches_the_provider(api: Api, world: World, rng: random.Random) -> None:
    """Each kind reaches the payment provider whole: a card number without blanks, an invoice with its days."""
    sales, charge = await Sales.open(api, rng, PAYMENTS), accepts(world)
    for method, whole in (
        *((card := valid_card(rng, digits), card | {"number": bare(card)}) for digits in (12, 16, 19)),
        (one := {"kind": "transfer", "iban": "BE68539007547034"}, one),
        (one := {"kind": "transfer", "iban": "NL91" + "A1" * 15}, one),
        (one := {"kind": "invoice", "email": "school@example.com"}, one | {"days": 30}),
        *((one := {"kind": "invoice", "email": "a@example.org", "days": days}, one) for days in (7, 60)),
    ):
        await sales.pays(charge, method, whole)


@task("10.5", points=0.5, promise="what is wrong is said of the kind that was named")
async def test_errors_are_of_the_kind_that_was_named(api: Api, world: World, rng: random.Random) -> None:
    """What is wrong is said of the kind that was named; without a kind, or with an unknown one, there is one error."""
    sales, charge = await Sales.open(api, rng, PAYMENTS), accepts(world)
    for kind, odd in (
        ("card", {"code": "12"}),
        ("card", {"number": "4111"}),
        ("transfer", {"iban": "BE"}),
        ("invoice", {"days": 61}),
        ("invoice", {"email": "nobody"}),
    ):
        refused = await sales.refuses_method(charge, valid(kind, rng) | odd, "what is wrong is one field")
        expect_located(refused, kind, [*odd])
        missing = next(iter(odd))
        if missing != "days":
            refused = await sales.refuses_method(
                charge, without(valid(kind, rng), missing), f"{missing} is missing"
            )
            expect_located(refused, kind, [missing])
    for kind in ("cash", "", "Card", None, 5, "card "):
        await sales.refuses_unknown(charge, valid(rng.choice([*OF_KIND]), rng) | {"kind": kind})
    await sales.refuses_unknown(charge, without(valid(rng.choice([*OF_KIND]), rng), "kind"))


@task(
    "10.5",
    points=0.25,
    promise="a field that is not what the table says, or that a kind does not have, is refused",
)
async def test_odd_methods_are_refused(api: Api, world: World, rng: random.Random) -> None:
    """A field that is not what the table says, or that the kind does not have, is refused; nothing is charged."""
    sales, charge = await Sales.open(api, rng, PAYMENTS), accepts(world)
    for kind, odd in ODD_METHODS:
        await sales.refuses_method(
            charge, valid(kind, rng) | odd, f"{next(iter(odd))} is not what the table says"
        )
    for kind, of_other in (
        ("card", "iban"),
        ("transfer", "days"),
        ("transfer", "code"),
        ("invoice", "number"),
    ):
        other = next(name for name, fields in OF_KIND.items() if of_other in fields)
        method = valid(kind, rng) | {of_other: (valid(other, rng) | {"days": 30})[of_other]}
        await sales.refuses_method(charge, method, f"a {kind} has no {of_other}")
    for kind in OF_KIND:
        odd = {rng.choice(["last_four", "amount", f"surplus_{rng.randrange(100)}"]): "7"}
        await sales.refuses_method(charge, valid(kind, rng) | odd, f"a {kind} has no such field")


@task(
    "10.5",
    points=0.5,
    promise="a card's number or code is in no answer, in no refusal, and in no line of the log",
)
async def test_a_card_stays_a_secret(api: Api, world: World, rng: random.Random) -> None:
    """An answer has what the table says; a card's number or code is in no answer, no refusal and no line of the log."""
    sales, charge = await Sales.open(api, rng, PAYMENTS), accepts(world)
    for kind in OF_KIND:
        await sales.answers(valid(kind, rng))
    for odd in ({"code": "12"}, {"number": "4111 1111 1111 111x"}, {"kind": "invoice"}, {"days": 30}):
        card = valid_card(rng) | odd
        keeps_secret(await sales.refuses_method(charge, card, "it is no card"), card, world)
    for error in (OSError("down"), ConnectionRefusedError("down")):
        world.plays("charge", raises(error))
        card = valid_card(rng)
        answer = await sales.pay(card)
        expect(answer, 503, why="the provider cannot be reached", look_at="app/quotes/service.py")
        keeps_secret(answer, card, world)


@task("10.5", points=0.25, promise="/openapi.json tells clients what tells the kinds apart")
async def test_kinds_are_published(api: Api) -> None:
    """/openapi.json tells what tells the kinds apart: a discriminator with its three values."""
    answer = expect(await api.get("/openapi.json"), 200, why="the docs are open here", look_at="app/main.py")
    said = schema_of(answer.json(), "PaymentCreate", "method").get("discriminator") or {}
    if said.get("propertyName") != "kind" or set(said.get("mapping", ())) != OF_KIND.keys():
        came = f"says of `method` discriminator={brief(said)}"
        wrong(
            answer, came, "kind, with card, transfer and invoice", f"how `method` is declared in {PAYMENTS}"
        )


class Sales(Shop):
    """The sales team: a customer, one quote, and what may be written or is refused; `where` to look."""

    where: str
    customer: int
    quote: dict[str, Any]

    @classmethod
    async def open(cls, api: Api, rng: random.Random, where: str) -> "Sales":
        """Register a customer, and write a first quote for them."""
        sales = cls(api, rng)
        sales.where = where
        sales.customer = (await sales.register()).id
        note = sales.rng.choice(("deliver to the back door", "Ω" * 300, "null"))
        body = sales.body(note=note, discount_percent=11, reference=f"PO {rng.randrange(10**6)}")
        sales.quote = (await sales.write(body, "nothing is wrong with it")).json()
        return sales

    def lines(self, count: int, currency: str = "") -> list[dict[str, Any]]:
        """So many lines of different products, in one currency."""
        currency = currency or self.rng.choice(CURRENCIES)
        products = self.rng.sample(range(1, 10**4), count)
        return [
            {
                "product_id": product,
                "quantity": self.rng.randrange(1, 99),
                "unit_price": {"amount": str(self.rng.randrange(1, 999)), "currency": currency},
            }
            for product in products
        ]

    def body(self, **fields: Json) -> dict[str, Any]:
        """A quote that may be written, or one with these fields in it."""
        return {
            "user_id": self.customer,
            "reference": f"PO {self.rng.randrange(10**6)}",
            "lines": self.lines(self.rng.randrange(1, 4)),
            "valid_from": "2027-01-31",
            "valid_until": "2027-03-01",
        } | fields

    def with_line(self, **fields: Json) -> dict[str, Any]:
        """A quote of a few lines, one of which has these fields."""
        lines = self.lines(self.rng.randrange(1, 4))
        self.rng.choice(lines).update(fields)
        return self.body(lines=lines)

    def twice(self, count: int, first: int, second: int, form: type[int] | type[str] = int) -> dict[str, Any]:
        """A quote of so many lines, two of which have the same product: the second as a number or as text."""
        lines = self.lines(count)
        lines[second]["product_id"] = form(lines[first]["product_id"])
        return self.body(lines=lines)

    async def write(self, body: Json, why: str) -> Response:
        """Write a quote that may be written."""
        return expect(await self.api.post(QUOTES, json=body), 201, why=why, look_at=self.where)

    async def refuses(self, body: Json, why: str) -> None:
        """Fail unless this quote is refused, as a new one and in the place of another."""
        await self.refused(lambda: self.api.post(QUOTES, json=body), why)
        await self.refused(lambda: self.api.put(f"{QUOTES}/{self.quote['id']}", json=body), why)

    async def refused(self, request: Callable[[], Awaitable[Response]], why: str) -> Response:
        """Fail unless a request is refused: 422 as a problem with its errors, and nothing is changed."""
        before = await snapshot(self.api, (USERS, QUOTES))
        answer = expect(await request(), 422, why=why, look_at=self.where)
        kind, body = answer.headers.get("content-type", "nothing"), answer.json()
        if not kind.startswith(PROBLEM) or not body.get("errors"):
            came = f"came back 422 as {kind} with errors={brief(body.get('errors'))}"
            where = f"what {self.where} raises: a ValueError in a validator becomes one of the errors"
            wrong(answer, came, f"{PROBLEM} with the list of errors", where)
        await expect_unchanged(self.api, before, answer, look_at=self.where)
        return answer

    async def takes(self, sent: Json, currency: str, leaves: str, *, may_refuse: bool = False) -> None:
        """Fail unless this amount is taken, and leaves like this, written or read."""
        body = self.with_line()
        line = self.rng.randrange(len(body["lines"]))
        for one in body["lines"]:
            one["unit_price"] = {"amount": "500", "currency": currency}
        body["lines"][line]["unit_price"]["amount"] = sent
        answer = await self.api.post(QUOTES, json=body)
        if may_refuse and answer.status_code == 422:
            return
        expect(answer, 201, why=f"{sent!r} {currency} is an amount", look_at=self.where)
        for one in (answer, await self.api.get(f"{QUOTES}/{answer.json()['id']}")):
            came, wanted = one.json()["lines"][line]["unit_price"], {"amount": leaves, "currency": currency}
            if came != wanted:
                how = f"with the amount {sent!r} {currency} " if one is answer else ""
                wrong(one, f"{how}came back with {brief(came)}", brief(wanted), self.where)

    async def refuses_price(self, price: dict[str, Json]) -> None:
        """Fail unless this price is refused."""
        [line] = self.lines(1)
        await self.refuses(self.body(lines=[line | {"unit_price": price}]), f"{brief(price)} is no price")

    async def changes(self, change: dict[str, Json]) -> None:
        """Fail unless a PATCH changes exactly this of the quote."""
        path = f"{QUOTES}/{self.quote['id']}"
        answer = expect(
            await self.api.patch(path, json=change), 200, why="nothing is wrong", look_at=self.where
        )
        wanted = self.quote | change
        wanted["total"] = total_of(wanted)
        for one in (answer, await self.api.get(path)):
            expect_same(one, wanted, f"{self.where}: what it holds, and what `changes()` returns")
        self.quote = wanted

    async def refuses_change(self, change: dict[str, Json], why: str) -> None:
        """Fail unless this PATCH is refused."""
        await self.refused(lambda: self.api.patch(f"{QUOTES}/{self.quote['id']}", json=change), why)

    async def adds_up(self, currency: str, percent: int, lines: Iterable[tuple[int, str]]) -> None:
        """Fail unless a quote of these lines has the total that it should have."""
        items = [
            {"product_id": n, "quantity": quantity, "unit_price": {"amount": amount, "currency": currency}}
            for n, (quantity, amount) in enumerate(lines)
        ]
        written = await self.write(
            self.body(lines=items, discount_percent=percent), "nothing is wrong with it"
        )
        expect_same(written, {"total": total_of(written.json())}, f"how {self.where} computes the total")

    async def pay(self, method: Json) -> Response:
        """Pay the quote; whatever comes back."""
        return await self.api.post(f"{QUOTES}/{self.quote['id']}/payments", json={"method": method})

    async def pays(self, charge: Role, method: Json, whole: Json) -> Response:
        """Fail unless this method is taken, and the provider gets this of it, once."""
        charge.calls.clear()
        answer = expect(await self.pay(method), 201, why="nothing is wrong with it", look_at=self.where)
        got = [call.arguments for call in charge.calls]
        if difference(got, [{"quote_id": self.quote["id"], "method": whole}]):
            came = f"handed the provider {brief([one.get('method') for one in got])}"
            wrong(
                answer, came, brief([whole]), f"what the fields of {self.where} hold, and how they are dumped"
            )
        return answer

    async def answers(self, method: dict[str, Any]) -> None:
        """Fail unless the answer to this payment has what the table says, and nothing else."""
        answer = expect(await self.pay(method), 201, why="nothing is wrong with it", look_at=self.where)
        shown = {"kind": "card", "last_four": method["number"][-4:]} if "number" in method else method
        shown = shown | {"days": method.get("days", 30)} if method["kind"] == "invoice" else shown
        wanted = {"id": f"R-{self.quote['id']}", "method": shown}
        if difference(answer.json(), wanted):
            wrong(
                answer,
                f"came back with {brief(answer.json())}",
                brief(wanted),
                f"`PaymentResponse` in {PAYMENTS}",
            )

    async def refuses_method(self, charge: Role, method: Json, why: str) -> Response:
        """Fail unless this method is refused, and nothing is charged."""
        charge.calls.clear()
        answer = await self.refused(lambda: self.pay(method), why)
        if charge.started:
            wrong(
                answer,
                "came back 422 when the provider was asked already",
                "nothing to be charged",
                self.where,
            )
        return answer

    async def refuses_unknown(self, charge: Role, method: Json) -> None:
        """Fail unless this method, of a kind that there is not, is refused with one error."""
        answer = await self.refuses_method(charge, method, "that is none of the three kinds")
        if len(errors := answer.json()["errors"]) != 1:
            came = f"came back with {len(errors)} errors, the first at {errors[0].get('loc')}"
            wrong(answer, came, "one: the kind is unknown", f"how `method` is declared in {PAYMENTS}")


def row(rng: random.Random, **odd: Json) -> dict[str, Any]:
    """A quote of the archive: odd in its lines, and in these fields."""
    currency = rng.choice(("DEM", "JPY", "EUR", "XEU", "cows", ""))
    product = rng.choice((0, -1, 2, 10**5))  # in every line
    lines = [
        {
            "product_id": product,
            "quantity": rng.choice((1, 144, 20_000)),
            "unit_price": {"amount": amount, "currency": currency},
        }
        for amount in rng.sample(
            ("0.333", "0.0625", "7", "4.1", "4.10", "12345678901234.5"), rng.randrange(1, 6)
        )
    ]
    return {
        "id": rng.randrange(1, 1000),
        "user_id": rng.randrange(1, 1000),
        "reference": f"{rng.randrange(80, 99)}/{rng.randrange(1000):04}",
        "lines": lines,
        "discount_percent": rng.choice((0, 5, 35)),
        "valid_from": "1998-04-17",
        "valid_until": "1998-12-31",
        "note": "as agreed",
        "remarks": "",
    } | odd


async def shows(api: Api, world: World, rows: Sequence[dict[str, Any]], odd: Mapping[str, Json]) -> None:
    """Fail unless the list shows what the archive holds, as it is stored."""
    world.plays("read_rows", lambda: list(rows))
    page = await api.get(QUOTES, params={"limit": 100})
    how = f"with {brief(odd)} in a quote of the archive" if odd else "with all kinds of quotes in the archive"
    where = f"what {OUTGOING} asks of a quote: rules are for what comes in"
    if page.status_code != 200:
        wrong(page, f"{how} came back {status_of(page)}", "200 with all of them", where)
    wanted = [{**row, "total": total_of(row)} for row in rows]
    for one in wanted:
        del one["remarks"]
    if found := difference(wanted, page.json()["items"]):
        place, was, now = found
        wrong(page, f"{how} came back with {place or 'the list'} = {now}", f"{was}", OUTGOING)


def total_of(quote: Mapping[str, Any]) -> Json:
    """What a quote costs: the lines less the discount, rounded once, half up."""
    if not (lines := quote["lines"]):
        return None
    full = sum(Decimal(line["unit_price"]["amount"]) * line["quantity"] for line in lines)
    currency = lines[0]["unit_price"]["currency"]
    exact = full * (100 - quote["discount_percent"]) / Decimal(100)
    rounded = exact.quantize(Decimal(1 if currency == "JPY" else "0.01"), ROUND_HALF_UP)
    return {"amount": str(rounded), "currency": currency}


def valid_card(rng: random.Random, digits: int = 16) -> dict[str, Any]:
    """A card that may be taken, its number in groups of four."""
    number = "".join(rng.choice("123456789") for _ in range(digits))
    groups = " ".join(number[at : at + 4] for at in range(0, digits, 4))
    return {"kind": "card", "number": groups, "code": f"0{rng.randrange(700, 999)}"}


def valid(kind: str, rng: random.Random) -> dict[str, Any]:
    """A method of a kind that may be taken."""
    return {
        "card": valid_card(rng),
        "transfer": {"kind": "transfer", "iban": f"BE{rng.randrange(10, 99)}{rng.randrange(10**11, 10**12)}"},
        "invoice": {"kind": "invoice", "email": f"school{rng.randrange(99)}@example.com"},
    }[kind]


def bare(card: Mapping[str, Any]) -> str:
    """A card's number without blanks."""
    return str(card["number"]).replace(" ", "")


def without(body: Mapping[str, Json], name: str) -> dict[str, Json]:
    """A body without one of its fields."""
    return {key: value for key, value in body.items() if key != name}


def accepts(world: World) -> Role:
    """Play a provider that takes every payment."""
    return world.plays("charge", lambda quote_id, method: f"R-{quote_id}")


def schema_of(document: Mapping[str, Any], schema: str, field: str) -> dict[str, Any]:
    """What OpenAPI says of a field; nothing when it does not know it."""
    found = document["components"]["schemas"].get(schema, {}).get("properties", {}).get(field, {})
    return resolved(found, document)


def expect_same(answer: Response, wanted: Mapping[str, Json], look_at: str) -> None:
    """Fail unless these fields of an answer have these values."""
    body = answer.json()
    if found := difference(dict(wanted), {name: body.get(name) for name in wanted}):
        place, was, now = found
        wrong(answer, f"came back with {place} = {now}", was, look_at)


def expect_fields(answer: Response, quote: Mapping[str, Json]) -> None:
    """Fail unless a quote has the fields of the table, and no others."""
    if quote.keys() != FIELDS:
        more, less = sorted(quote.keys() - FIELDS), sorted(FIELDS - quote.keys())
        came = f"came back with {more or 'nothing'} too much and without {less or 'nothing'}"
        wrong(answer, came, "the fields of the table", OUTGOING)


def expect_located(refused: Response, kind: str, fields: Iterable[str]) -> None:
    """Fail unless the errors are about these fields, and about none of another kind."""
    places = {str(part) for error in refused.json()["errors"] for part in error.get("loc", ())}
    others = {field for other, names in OF_KIND.items() if other != kind for field in names}
    if strange := sorted(places & others):
        came = f"came back with errors about {', '.join(strange)}"
        wrong(refused, came, f"errors about a {kind} only", f"how `method` is declared in {PAYMENTS}")
    if lost := sorted(set(fields) - places):
        came = f"came back with errors that do not name {', '.join(lost)}"
        wrong(refused, came, "the field that is wrong in `loc`", f"where {PAYMENTS} checks it")


def keeps_secret(answer: Response, card: Mapping[str, Any], world: World) -> None:
    """Fail when a card's number or code is in this answer, or in the log."""
    secrets = [
        card["number"],
        bare(card),
        bare(card)[:12],
        *([card["code"]] if len(card["code"]) > 3 else []),
    ]
    for place, text in (("body", answer.text), ("line of the log", "\n".join(world.log))):
        if any(secret in text for secret in secrets):
            came = f"came back {answer.status_code}, and the card's number or code is in a {place}"
            where = f"what {PAYMENTS} shows of a card: its repr, and the messages of its errors"
            wrong(answer, came, "neither of them anywhere", where)
