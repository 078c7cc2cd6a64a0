# Derived from chapters/10-schemas/checks.py by `course build`: change it there.
"""Exercise 10, the checks that learners see; held_out.py puts the same promises to other values.

All of it is asked over HTTP. The grader plays the archive (what old quotes hold) and the payment provider (what it is
handed, and whether it can be reached).
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
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
SCHEMAS = "app/quotes/schemas"
MONEY, INCOMING, CHANGES = f"{SCHEMAS}/money.py", f"{SCHEMAS}/incoming.py", f"{SCHEMAS}/changes.py"
OUTGOING, PAYMENTS = f"{SCHEMAS}/outgoing.py", f"{SCHEMAS}/payments.py"

CURRENCIES = ("EUR", "USD", "JPY")
MOST = "999999999999.99"
CENTS: dict[Json, str] = {4.1: "4.10", "4.1": "4.10", "4.10": "4.10", 5: "5.00", "5": "5.00", 0.07: "0.07"}
CENTS |= {"0.01": "0.01", 1000.0: "1000.00", MOST: MOST, float(MOST): MOST}
YEN: dict[Json, str] = {500: "500", "500": "500", 1: "1", "999999999999": "999999999999"}
ODD_FORMS = {"1e1": "10", "1E+3": "1000", "+4": "4", "0004": "4", " 4 ": "4", "4.000": "4", "500.0": "500"}
"""What may be refused; where it is taken, it leaves as all amounts do."""

NO_AMOUNT: list[Json] = [0, "0", "0.00", "-0", -1, "-0.01", True, None, "", " ", "4,10", "four", [], {}]
NO_AMOUNT += ["NaN", "sNaN", "Infinity", "-Infinity", "0x10", ["4.10"], "4.105", 4.105, 0.1 + 0.2, "1e-9"]
NO_AMOUNT += ["0.001", f"{MOST}9", 10**12, "1000000000000", "1e12", 10**20, "1e30", "1e999"]

ODD_ROWS: dict[str, list[Json]] = {
    "lines": [[]],
    "reference": [None, "", "Ω" * 50, " 98/0417 "],
    "note": [None, "", "\tas is\n"],
}
ODD_ROWS |= {"discount_percent": [31, 99, 100], "id": [0], "user_id": [0, 10**9]}
ODD_ROWS |= {"valid_from": [None, "2001-12-31"], "valid_until": [None, "1990-01-01"]}
"""What quotes of the archive hold, and no new one may."""

NUMBERS: list[Json] = ["4" * 11, "4" * 20, f"{'4' * 15}x", "٤" * 16, "", " " * 14, 4 * 10**15, None]
IBANS: list[Json] = ["be68539007547034", "BE6853900754", f"BE68{'7' * 31}", "6868539007547034", "BE\x00", 68]
IBANS += ["BE68 5390 0754 7034", " BE68539007547034", "BE68539007547034\n"]
CODES: list[Json] = ["12", "12345", "abc", "١٢٣", "", 123, None, "012\n", " 012", "0 12"]
ODD_METHODS: dict[str, dict[str, list[Json]]] = {
    "card": {"number": [*NUMBERS, "4111-1111-1111-1111"], "code": CODES},
    "transfer": {"iban": [*IBANS, "", None]},
    "invoice": {"email": ["nobody", "", "a@", 7, None], "days": [6, 61, -30, 10**20, "soon", 7.5, None]},
}
"""Each kind, its fields, and what they may not be."""

FIELDS = set("id user_id reference lines discount_percent valid_from valid_until note total".split())


@task("10.1", points=0.5, promise="an amount comes as text or as a JSON number, and leaves as text")
async def test_an_amount_leaves_as_text(api: Api, rng: random.Random) -> None:
    """An amount comes as text or as a JSON number, and leaves as text with the decimals of its currency."""
    sales = await Sales.open(api, rng, MONEY)
    for currency in CURRENCIES:
        for sent, leaves in (YEN if currency == "JPY" else CENTS).items():
            await sales.takes(sent, currency, leaves)
        for sent, whole in ODD_FORMS.items():
            await sales.takes(sent, currency, whole if currency == "JPY" else f"{whole}.00", may_refuse=True)


@task("10.1", points=0.5, promise="zero and less, more decimals than the currency has")
async def test_what_is_no_amount_is_refused(api: Api, rng: random.Random) -> None:
    """Zero and less, too many decimals or digits, and what is no finite number are refused."""
    sales = await Sales.open(api, rng, MONEY)
    for currency in rng.sample(CURRENCIES, 3):
        for amount in NO_AMOUNT + (["500.5", 500.5, "0.5", 0.01] if currency == "JPY" else []):
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
        await sales.write(sales.body(lines=sales.lines(count)), f"a quote may have {count} lines")
    odd: tuple[Any, ...] = ([], None, {}, sales.lines(51), sales.lines(rng.randrange(52, 90)))
    for lines in odd:
        came = f"{len(lines)} lines" if lines else f"lines={brief(lines)}"
        await sales.refuses(sales.body(lines=lines), f"{came}; a quote has 1 to 50")
    await sales.refuses(without(sales.body(), "lines"), "a quote has 1 to 50 lines")
    for count, (first, second) in ((2, (0, 1)), (7, (0, 6)), (7, (2, 4))):
        await sales.refuses_twice(count, first, second)


@task("10.2", points=0.25, promise="a quantity is a JSON integer from 1 to 10,000")
async def test_a_quantity_is_an_integer(api: Api, rng: random.Random) -> None:
    """A quantity is a JSON integer from 1 to 10,000: no text, no true, nothing in between."""
    sales = await Sales.open(api, rng, INCOMING)
    for quantity in (1, 10_000, rng.randrange(2, 10_000)):
        await sales.write(sales.with_line(quantity=quantity), f"a quantity may be {quantity}")
    none: tuple[Json, ...] = (0, -1, 10_001, 10**20, "3", " 3 ", True, False, 2.5, None, "", [3], {})
    for odd in none:
        await sales.refuses(sales.with_line(quantity=odd), f"{brief(odd)} is no integer from 1 to 10,000")
    [line] = sales.lines(1)
    await sales.refuses(sales.body(lines=[without(line, "quantity")]), "each line has a quantity")


@task("10.2", points=0.25, promise="all prices of a quote are in one currency")
async def test_a_quote_is_in_one_currency(api: Api, rng: random.Random) -> None:
    """All prices of a quote are in one currency."""
    sales = await Sales.open(api, rng, INCOMING)
    for count in (2, 3, rng.randrange(4, 20)):
        for odd in {0, count - 1, rng.randrange(count)}:
            one, other = rng.sample(CURRENCIES, 2)
            lines = sales.lines(count, one)
            lines[odd]["unit_price"] = {"amount": "500", "currency": other}
            await sales.refuses(sales.body(lines=lines), f"line {odd} is in {other}, and the others in {one}")


@task("10.2", points=0.25, promise="its last day is not before its first")
async def test_days_come_in_order(api: Api, rng: random.Random) -> None:
    """A quote's last day is not before its first, and may be the same; days come as JSON has them, as text."""
    sales = await Sales.open(api, rng, INCOMING)
    for days in (["2027-01-31", "2027-01-31"], ["2027-12-31", "2028-01-01"], ["1999-01-01", "2101-01-01"]):
        both = dict(zip(("valid_from", "valid_until"), days, strict=True))
        written = await sales.write(sales.body(**both), "the days are in order")
        expect_same(written, both, f"the types of the days in {INCOMING}")
    for first, last in (
        ("2027-02-01", "2027-01-31"),
        ("2028-01-01", "2027-12-31"),
        ("2027-02-01", "1927-02-01"),
    ):
        await sales.refuses(sales.body(valid_from=first, valid_until=last), f"{last} is before {first}")


@task("10.2", points=0.25, promise="a quote without a reference gets one that no other quote has")
async def test_everyone_gets_a_reference(api: Api, rng: random.Random) -> None:
    """A quote without a `reference` gets one that no other quote has; one that is given is kept."""
    sales = await Sales.open(api, rng, INCOMING)
    seen, same = {sales.quote["reference"]}, without(sales.body(), "reference")
    one = f"{QUOTES}/{sales.quote['id']}"
    for number in range(1002):  # so that four random letters or digits are too few
        method, path, status = ("PUT", one, 200) if number % 100 == 1 else ("POST", QUOTES, 201)
        written = await api.request(method, path, json=same if number else {**same, "reference": None})
        if number == 0 and written.status_code == 422:  # `null`
            continue
        given = sales.fine(written, status, "a reference may be left out").json()["reference"]
        if not isinstance(given, str) or not given.strip() or given in seen:
            came = f"without a reference came back with reference={brief(given)}"
            where = f"the default of `reference` in {INCOMING}"
            wrong(written, came, f"a text that is none of {brief(sorted(seen, key=str)[-3:])}", where)
        seen.add(given)
    mine = {"reference": f"PO {rng.randrange(10**6)}"}
    expect_same(await sales.write(sales.body(**mine)), mine, f"`reference` in {INCOMING}")


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
    answer, lines = await published(api, "QuoteCreate", "lines")
    _, quantity = await published(api, "QuoteLineCreate", "quantity")
    least = quantity.get("minimum", quantity.get("exclusiveMinimum", -1) + 1)
    most = quantity.get("maximum", quantity.get("exclusiveMaximum", 1) - 1)
    said = [lines.get("minItems"), lines.get("maxItems"), least, most]
    if said != [1, 50, 1, 10_000]:
        came = f"says {said[0]} to {said[1]} lines, and {said[2]} to {said[3]} of each product"
        where = f"{INCOMING}: Field(…) publishes its limits, a validator of your own does not"
        wrong(answer, came, "1 to 50 and 1 to 10000", where)


@task("10.3", points=0.5, promise="what is sent changes, and what is not sent stays as it is")
async def test_a_patch_changes_what_it_names(api: Api, rng: random.Random) -> None:
    """What is sent changes, and what is not sent stays as it is; an empty PATCH changes nothing."""
    sales = await Sales.open(api, rng, CHANGES)
    new: dict[str, Json] = {"reference": f"PO {rng.random()}", "discount_percent": 12, "note": "new"}
    for values in (new, {"reference": "0", "discount_percent": 0, "note": ""}):
        for count in range(4):
            for names in combinations(values, count):
                await sales.changes({name: values[name] for name in names})


@task("10.3", points=0.25, promise="null takes the note away")
async def test_null_takes_the_note_away(api: Api, rng: random.Random) -> None:
    """`null` takes the note away, and nothing else; for the other two fields it is refused."""
    sales = await Sales.open(api, rng, CHANGES)
    for change in ({"note": None}, {"note": "back"}, {"note": None, "discount_percent": 7}):
        await sales.changes(change)
    for name in ("reference", "discount_percent"):
        for refused in ({name: None}, {"note": "new", name: None}):
            await sales.refuses_change(refused, f"a quote has its {name}: there is no null")


@task("10.3", points=0.25, promise="a value that no new quote may have is refused")
async def test_odd_changes_are_refused(api: Api, rng: random.Random) -> None:
    """A value that no new quote may have is refused, and so is any other field."""
    sales = await Sales.open(api, rng, CHANGES)
    odd: dict[str, list[Json]] = {"discount_percent": [-1, 31, 10**20, 2.5, "many", [5]], "note": [7, []]}
    odd["reference"] = ["", "   ", "x" * 41, 7]
    for name, values in odd.items():
        for value in values:
            await sales.refuses_change({name: value}, f"no new quote may have that {name}")
    others = {name: value for name, value in sales.body().items() if name != "reference"}
    for name, value in (
        others | {"id": 7, "remarks": "mine", "total": None, f"surplus_{rng.randrange(9)}": 1}
    ).items():
        await sales.refuses_change({"note": "new", name: value}, f"a PATCH cannot bring {name}")


@task("10.4", points=0.5, promise="total is the sum of the lines less the discount")
async def test_the_total_is_exact(api: Api, world: World, rng: random.Random) -> None:
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
    fine = old(rng, lines=[line(2, 1, "0.164", "DEM")], discount_percent=35)  # 0.1066; rounded before: 0.10
    some = [fine, old(rng), old(rng, lines=[]), old(rng, discount_percent=100), old(rng)]
    less = [line(2, 1, f"{10**29}", "DEM"), line(3, 1, f"0.004{'9' * 26}", "DEM")]  # than half a cent
    long = [old(rng, lines=less, discount_percent=0), old(rng, lines=[many_digits(rng), many_digits(rng)])]
    for rows in (some, long):
        world.plays("read_rows", lambda rows=rows: rows)
        page = sales.fine(await api.get(QUOTES), 200)
        for row, quote in zip(rows, page.json()["items"], strict=False):
            if difference(total_of(row), total := quote.get("total")):
                came = f"came back for {brief(row['lines'])} less {row['discount_percent']} % with {brief(total)}"
                wrong(page, came, brief(total_of(row)), f"how {OUTGOING} computes the total")


@task("10.4", points=0.25, promise="a quote of the archive leaves as it is stored")
async def test_the_archive_is_shown(api: Api, world: World, rng: random.Random) -> None:
    """A quote of the archive leaves as it is stored, whatever it holds, and none of them takes the list down."""
    many = [line(number, 1, "0.333", "DEM") for number in range(60)]
    every = [{name: value} for name, values in ODD_ROWS.items() for value in values]
    every += [{"lines": many}, {"lines": [many_digits(rng)]}]
    for odd in every:
        await shows(api, world, [old(rng), old(rng, **odd), old(rng)], odd)
    await shows(api, world, [old(rng, **odd) for odd in every], {})


@task("10.4", points=0.25, promise="nothing but the fields of the table leaves")
async def test_nothing_else_leaves(api: Api, world: World, rng: random.Random) -> None:
    """Nothing but the fields of the table leaves, in any answer; the sales team's remarks do not."""
    secret = f"pays late, {rng.randrange(10**9)}"
    world.plays("read_rows", lambda: [old(rng, remarks=secret), old(rng, remarks=secret, lines=[])])
    sales = await Sales.open(api, rng, OUTGOING)
    one, body = f"{QUOTES}/{sales.quote['id']}", sales.body()
    answers = [await sales.write(body), await api.put(one, json=body)]
    answers += [await api.patch(one, json={"note": "x"}), await api.get(one), await api.get(QUOTES)]
    for answer in answers:
        sales.fine(answer, 201 if answer is answers[0] else 200)
        for quote in answer.json().get("items", [answer.json()]):
            if much := sorted(quote.keys() - FIELDS):
                wrong(answer, f"came back with {', '.join(much)}", "the fields of the table only", OUTGOING)
            if lost := sorted(FIELDS - quote.keys()):
                wrong(answer, f"came back without {', '.join(lost)}", "all fields of the table", OUTGOING)
            if secret in str(quote):
                wrong(answer, "came back with the remarks of the sales team", "none of them", OUTGOING)


@task("10.5", points=0.5, promise="each kind reaches the payment provider whole")
async def test_each_kind_reaches_the_provider(api: Api, world: World, rng: random.Random) -> None:
    """Each kind reaches the payment provider whole: a card number without blanks, an invoice with its days."""
    sales = await Sales.open(api, rng, PAYMENTS, world)
    for digits in (12, 16, 19) * 4:
        card = valid_card(rng, digits)
        await sales.pays(card, card | {"number": bare(card)})
    for iban in ("BE68539007547034", "NL91" + "A1" * 15):
        await sales.pays(method := {"kind": "transfer", "iban": iban}, method)
    for days in ({}, {"days": 7}, {"days": 60}):
        invoice: dict[str, Json] = {"kind": "invoice", "email": "school@example.com", **days}
        await sales.pays(invoice, {"days": 30} | invoice)


@task("10.5", points=0.5, promise="what is wrong is said of the kind that was named")
async def test_errors_are_of_the_kind_that_was_named(api: Api, world: World, rng: random.Random) -> None:
    """What is wrong is said of the kind that was named; without a kind, or with an unknown one, there is one error."""
    sales = await Sales.open(api, rng, PAYMENTS, world)
    for kind, fields in ODD_METHODS.items():
        for field, values in fields.items():
            for method in (valid(kind, rng) | {field: rng.choice(values)}, without(valid(kind, rng), field)):
                if field in method or field != "days":
                    refused = await sales.refuses_method(method, f"{field} is missing, or may not be that")
                    expect_of_kind(refused, kind)
    method = valid(rng.choice([*ODD_METHODS]), rng)
    for odd in (
        *(method | {"kind": kind} for kind in ("cash", "", "Card", None, 5)),
        without(method, "kind"),
    ):
        answer = await sales.refuses_method(odd, "that is none of the three kinds")
        if len(errors := answer.json()["errors"]) != 1:
            came = f"came back with {len(errors)} errors, the first at {errors[0].get('loc')}"
            wrong(answer, came, "one: the kind is unknown", f"how `method` is declared in {PAYMENTS}")


@task("10.5", points=0.25, promise="a field that is not what the table says, or that a kind does not have")
async def test_odd_methods_are_refused(api: Api, world: World, rng: random.Random) -> None:
    """A field that is not what the table says, or that the kind does not have, is refused; nothing is charged."""
    sales = await Sales.open(api, rng, PAYMENTS, world)
    some = {"days": 30} | valid("card", rng) | valid("transfer", rng) | valid("invoice", rng)
    for kind, fields in ODD_METHODS.items():
        for field, values in fields.items():
            for odd in values:
                await sales.refuses_method(valid(kind, rng) | {field: odd}, f"{field} may not be that")
            if field != "days":
                await sales.refuses_method(without(valid(kind, rng), field), f"a {kind} has its {field}")
        for name in sorted({"number", "code", "iban", "email", "days"} - fields.keys()):
            await sales.refuses_method(valid(kind, rng) | {name: some[name]}, f"a {kind} has no {name}")
        surplus = {rng.choice(["last_four", "amount", f"surplus_{rng.randrange(100)}"]): "7"}
        await sales.refuses_method(valid(kind, rng) | surplus, f"a {kind} has no such field")


@task("10.5", points=0.5, promise="a card's number or code is in no answer, in no refusal")
async def test_a_card_stays_a_secret(api: Api, world: World, rng: random.Random) -> None:
    """An answer has what the table says; a card's number or code is in no answer, no refusal and no line of the log."""
    sales = await Sales.open(api, rng, PAYMENTS, world)
    for kind in ODD_METHODS:
        await sales.is_answered(valid(kind, rng))
    for odd in (
        {"code": "12"},
        {"code": "71935"},
        {"code": "07x19"},
        {"number": "4111 1111 1111 111x"},
        {"kind": "invoice"},
        {"days": 30},
    ):
        card = valid_card(rng) | odd
        keeps_secret(await sales.refuses_method(card, "it is no card"), card, world)
    for error in (OSError("down"), ConnectionRefusedError("down")):
        world.plays("charge", raises(error))
        answer = await sales.pay(card := valid_card(rng))
        sales.fine(answer, 503, "the provider cannot be reached")
        keeps_secret(answer, card, world)


@task("10.5", points=0.25, promise="/openapi.json tells clients what tells the kinds apart")
async def test_kinds_are_published(api: Api) -> None:
    """/openapi.json tells what tells the kinds apart: a discriminator with its three values."""
    answer, method = await published(api, "PaymentCreate", "method")
    said = method.get("discriminator") or {}
    if said.get("propertyName") != "kind" or set(said.get("mapping", ())) != ODD_METHODS.keys():
        came = f"says of `method` discriminator={brief(said)}"
        wrong(answer, came, "kind: card, transfer, invoice", f"how `method` is declared in {PAYMENTS}")


class Sales(Shop):
    """The sales team: a customer, one quote, and what may be written or is refused; `where` to look."""

    where: str
    customer: int
    quote: dict[str, Any]
    charge: Role

    @classmethod
    async def open(cls, api: Api, rng: random.Random, where: str, world: World | None = None) -> "Sales":
        """Register a customer, and write a first quote for them; the provider of this world takes all payments."""
        sales = cls(api, rng)
        if world:
            sales.charge = world.plays("charge", lambda quote_id, method: f"R-{quote_id}")
        sales.where, sales.customer = where, (await sales.register()).id
        body = sales.body(note=rng.choice(("back door", "Ω" * 50, "null")), discount_percent=11)
        sales.quote = (await sales.write(body)).json()
        return sales

    def lines(self, count: int, currency: str = "") -> list[dict[str, Any]]:
        """So many lines of different products, in one currency."""
        currency = currency or self.rng.choice(CURRENCIES)
        products = self.rng.sample(range(1, 10**4), count)
        return [line(one, self.rng.randrange(1, 99), f"{one % 99 + 1}", currency) for one in products]

    def body(self, **fields: Json) -> dict[str, Any]:
        """A quote that may be written, or one with these fields in it."""
        who = {"user_id": self.customer, "reference": f"PO {self.rng.randrange(10**6)}"}
        days = {"valid_from": "2027-01-31", "valid_until": "2027-03-01"}
        return fields | who | {"lines": self.lines(self.rng.randrange(1, 4))} | days | fields

    def with_line(self, **fields: Json) -> dict[str, Any]:
        """A quote of a few lines, one of which has these fields."""
        lines = self.lines(self.rng.randrange(1, 4))
        at = self.rng.randrange(len(lines))
        lines[at] = fields | lines[at] | fields
        return self.body(lines=lines)

    def fine(self, answer: Response, status: int, why: str = "nothing is wrong with it") -> Response:
        """Return the answer of a request that is fine; fail unless it has this status."""
        if answer.status_code == status:
            return answer
        came = f"came back {status_of(answer)}"
        if answer.status_code == 422:
            errors = answer.json().get("errors") or [{}]
            place = ".".join(map(str, errors[0].get("loc", ())))
            came += f" ({place}: {errors[0].get('msg')})"
        wrong(answer, came, f"{status}: {why}", self.where)

    async def write(self, body: Json, why: str = "nothing is wrong with it") -> Response:
        """Write a quote that may be written."""
        return self.fine(await self.api.post(QUOTES, json=body), 201, why)

    async def refuses(self, body: Json, why: str) -> None:
        """Fail unless this quote is refused, as a new one and in the place of another."""
        await self.refused("POST", "", body, why)
        await self.refused("PUT", f"/{self.quote['id']}", body, why)

    async def refuses_twice(
        self, count: int, first: int, second: int, form: type[int] | type[str] = int
    ) -> None:
        """Fail unless a quote is refused two of whose lines have one product, in the second a number or text."""
        lines = self.lines(count)
        product = lines[second]["product_id"] = form(lines[first]["product_id"])
        await self.refuses(self.body(lines=lines), f"lines {first} and {second} have one product, {product}")

    async def refused(self, method: str, path: str, body: Json, why: str) -> Response:
        """Fail unless a request is refused: 422 as a problem with its errors, and nothing is changed."""
        before = await snapshot(self.api, (USERS, QUOTES))
        answer = await self.api.request(method, QUOTES + path, json=body)
        expect(answer, 422, why=why, look_at=self.where)
        kind, errors = answer.headers.get("content-type", "nothing"), answer.json().get("errors")
        if not kind.startswith(PROBLEM) or not errors:
            came = f"came back 422 as {kind} with errors={brief(errors)}"
            where = f"what {self.where} raises: a ValueError in a validator becomes one of the errors"
            wrong(answer, came, f"{PROBLEM} with errors", where)
        await expect_unchanged(self.api, before, answer, look_at=self.where)
        return answer

    async def takes(self, sent: Json, currency: str, leaves: str, *, may_refuse: bool = False) -> None:
        """Fail unless this amount is taken, and leaves like this, written or read."""
        answer = await self.api.post(QUOTES, json=self.body(lines=[line(7, 3, sent, currency)]))
        if may_refuse and answer.status_code == 422:
            return
        self.fine(answer, 201, f"{brief(sent)} {currency} is an amount")
        for one in (answer, await self.api.get(f"{QUOTES}/{answer.json()['id']}")):
            price, wanted = one.json()["lines"][0]["unit_price"], {"amount": leaves, "currency": currency}
            if price != wanted:
                came = f"after {brief(sent)} {currency} came back with {brief(price)}"
                wrong(one, came, brief(wanted), self.where)

    async def refuses_price(self, price: dict[str, Json]) -> None:
        """Fail unless this price is refused."""
        [one] = self.lines(1)
        await self.refuses(self.body(lines=[one | {"unit_price": price}]), f"{brief(price)} is no price")

    async def changes(self, change: dict[str, Json]) -> None:
        """Fail unless a PATCH changes exactly this of the quote."""
        path = f"{QUOTES}/{self.quote['id']}"
        answer = self.fine(await self.api.patch(path, json=change), 200)
        self.quote |= change
        self.quote["total"] = total_of(self.quote)
        for one in (answer, await self.api.get(path)):
            expect_same(one, self.quote, f"{self.where}: its fields, and what `changes()` returns")

    async def refuses_change(self, change: dict[str, Json], why: str) -> None:
        """Fail unless this PATCH is refused."""
        await self.refused("PATCH", f"/{self.quote['id']}", change, why)

    async def adds_up(self, currency: str, percent: int, lines: Iterable[tuple[int, str]]) -> None:
        """Fail unless a quote of these lines has the total that it should have."""
        items = [line(number, *one, currency) for number, one in enumerate(lines)]
        written = await self.write(self.body(lines=items, discount_percent=percent))
        expect_same(written, {"total": total_of(written.json())}, f"how {self.where} computes the total")

    async def pay(self, method: Json) -> Response:
        """Pay the quote; whatever comes back."""
        return await self.api.post(f"{QUOTES}/{self.quote['id']}/payments", json={"method": method})

    async def pays(self, method: Json, whole: Json) -> None:
        """Fail unless this method is taken, and the provider gets this of it, once."""
        self.charge.calls.clear()
        answer = self.fine(await self.pay(method), 201)
        got = [call.arguments.get("method") for call in self.charge.calls]
        if difference(got, [whole]):
            where = f"what the fields of {self.where} hold, and what `model_dump` makes of them"
            wrong(answer, f"handed the provider {brief(got)}", brief([whole]), where)

    async def is_answered(self, method: dict[str, Any]) -> None:
        """Fail unless the answer to this payment has what the table says, and nothing else."""
        answer = self.fine(await self.pay(method), 201)
        shown = ({"days": 30} if "email" in method else {}) | method
        if "number" in method:
            shown = {"kind": "card", "last_four": bare(method)[-4:]}
        wanted, came = {"id": f"R-{self.quote['id']}", "method": shown}, answer.json()
        if difference(wanted, came):
            wrong(answer, f"came back with {brief(came)}", brief(wanted), f"`PaymentResponse` in {PAYMENTS}")

    async def refuses_method(self, method: Json, why: str) -> Response:
        """Fail unless this method is refused, and nothing is charged."""
        self.charge.calls.clear()
        answer = await self.refused("POST", f"/{self.quote['id']}/payments", {"method": method}, why)
        if self.charge.started:
            came = "came back 422, but the provider was asked already"
            wrong(answer, came, "nothing to be charged", self.where)
        return answer


def line(product: int, quantity: int, amount: Json, currency: str) -> dict[str, Any]:
    """A line of a quote."""
    price = {"amount": amount, "currency": currency}
    return {"unit_price": price, "product_id": product, "quantity": quantity}


def many_digits(rng: random.Random) -> dict[str, Any]:
    """A line of the archive with an amount of 30 digits."""
    return line(2, rng.choice((1, 7, 20_000)), f"{rng.randrange(10**26, 10**27)}.165", "DEM")


def old(rng: random.Random, **odd: Json) -> dict[str, Any]:
    """A quote of the archive: odd in its lines, and in these fields."""
    product, currency = rng.choice((0, -1, 2, 10**5)), rng.choice(("DEM", "JPY", "EUR", "XEU", "cows", ""))
    amounts = rng.sample(
        ("0", "0.333", "0.0625", "7", "4.1", "4.10", "12345678901234.5"), rng.randrange(1, 6)
    )
    lines = [line(product, rng.choice((0, 1, 144, 20_000)), amount, currency) for amount in amounts]
    who = {"id": rng.randrange(999), "user_id": rng.randrange(999), "reference": "98/0417"}
    days = {"valid_from": "1998-04-17", "valid_until": "1998-12-31", "note": "as agreed", "remarks": ""}
    return who | {"lines": lines, "discount_percent": rng.choice((0, 5, 35))} | days | odd


async def shows(api: Api, world: World, rows: Sequence[Mapping[str, Json]], odd: Mapping[str, Json]) -> None:
    """Fail unless the list shows what the archive holds, as it is stored; `odd` is in the second of them."""
    world.plays("read_rows", lambda: list(rows))
    page = await api.get(QUOTES, params={"limit": 100})
    how = f"with {brief(odd)[:60]} in a quote of the archive" if odd else "with many quotes in the archive"
    where = f"what {OUTGOING} asks of a quote, and makes of it: rules are for what comes in"
    if page.status_code != 200:
        wrong(page, f"{how} came back {status_of(page)}", "200 with all of them", where)
    came = [
        {name: value for name, value in quote.items() if name in FIELDS - {"total"}}
        for quote in page.json()["items"]
    ]
    if found := difference([without(row, "remarks") for row in rows], came):
        place, was, now = found
        wrong(page, f"{how} came back with items{place} = {now}", f"{was}, as it is stored", where)


def total_of(quote: Mapping[str, Any]) -> Json:
    """What a quote costs: the lines less the discount, rounded once, half up."""
    if not (lines := quote["lines"]):
        return None
    currency = lines[0]["unit_price"]["currency"]
    with localcontext(prec=100):
        full = sum(Decimal(one["unit_price"]["amount"]) * one["quantity"] for one in lines)
        exact = full * (100 - quote["discount_percent"]) / Decimal(100)
        rounded = exact.quantize(Decimal("1" if currency == "JPY" else "0.01"), ROUND_HALF_UP)
    return {"amount": str(rounded), "currency": currency}


def valid_card(rng: random.Random, digits: int = 16) -> dict[str, Any]:
    """A card that may be taken, its number in groups of some size, with or without blanks."""
    number = "".join(rng.choice("123456789") for _ in range(digits))
    size, blanks = rng.choice(((4, " "), (4, " "), (1, " "), (5, "  "), (4, "")))
    groups = blanks.join(number[at : at + size] for at in range(0, digits, size))
    return {"kind": "card", "number": groups, "code": f"0{rng.randrange(700, 999)}"}


def valid(kind: str, rng: random.Random) -> dict[str, Any]:
    """A method of a kind that may be taken."""
    transfer = {"kind": "transfer", "iban": f"BE{rng.randrange(10, 99)}{rng.randrange(10**11, 10**12)}"}
    invoice = {"kind": "invoice", "email": f"school{rng.randrange(99)}@example.com"}
    return {"card": valid_card(rng), "transfer": transfer, "invoice": invoice}[kind]


def bare(card: Mapping[str, Any]) -> str:
    """A card's number without blanks."""
    return str(card["number"]).replace(" ", "")


def without(body: Mapping[str, Json], name: str) -> dict[str, Json]:
    """A body without one of its fields."""
    return {key: value for key, value in body.items() if key != name}


async def published(api: Api, schema: str, field: str) -> tuple[Response, dict[str, Any]]:
    """The OpenAPI document, and what it says of a field; nothing when it does not know it."""
    answer = expect(await api.get("/openapi.json"), 200, why="the docs are open here", look_at="app/main.py")
    document = answer.json()
    found = document["components"]["schemas"].get(schema, {}).get("properties", {}).get(field, {})
    return answer, resolved(found, document)


def expect_same(answer: Response, wanted: Mapping[str, Json], look_at: str) -> None:
    """Fail unless these fields of an answer have these values."""
    body = answer.json()
    if found := difference(dict(wanted), {name: body.get(name) for name in wanted}):
        place, was, now = found
        wrong(answer, f"came back with {place} = {now}", was, look_at)


def expect_of_kind(refused: Response, kind: str) -> None:
    """Fail when one of the errors is about a field of another kind."""
    places = {str(part) for error in refused.json()["errors"] for part in error.get("loc", ())}
    others = {name for other, names in ODD_METHODS.items() if other != kind for name in names}
    if strange := sorted(places & others):
        came = f"came back with errors about {', '.join(strange)}"
        wrong(refused, came, f"errors about a {kind} only", f"how `method` is declared in {PAYMENTS}")


def keeps_secret(answer: Response, card: Mapping[str, Any], world: World) -> None:
    """Fail when a card's number or code is in this answer, or in the log."""
    secrets = [card["number"], bare(card), bare(card)[:12], card["code"]][: 4 if len(card["code"]) > 3 else 3]
    for place, text in (("the answer", answer.text), ("a line of the log", "\n".join(world.log))):
        if any(secret in text for secret in secrets):
            where = f"what {PAYMENTS} shows of a card: its repr, and the messages of its errors"
            came = f"came back {answer.status_code}, and the card's number or code is in {place}"
            wrong(answer, came, "neither of them anywhere", where)
