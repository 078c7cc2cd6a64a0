# Derived from chapters/15-repositories/checks.py by `course build`: change it there.
"""Exercise 15, the checks that learners see; held_out.py puts the same promises to other orders.

The grader knows each order that it has placed, and what a search has to find among them. It plays `before_statement`: so
it counts statements, and lets two requests meet at any of them.
"""

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any

from httpx2 import Response

from course.checks import Api, Database, Json, World, brief, expect, task, wrong

EACH_TASK_ALONE = True
PLAYED = ("app/core/statements.py",)

PRODUCTS, ORDERS, SEARCH = "/api/v1/sales/products", "/api/v1/sales/orders", "/api/v1/sales/search"
FILTERS, SORTING, PAGES, REPOSITORY = (
    f"app/sales/{name}.py" for name in ("filters", "sorting", "pages", "repository")
)
SORTS = ("collect_at", "placed_at", "total_cents")
TEXTS = (
    "ada",
    "ADA",
    "@Example.ORG",
    "a_b",
    "a%a",
    "0%a",
    "_",
    "%",
    "\\",
    " ",
    "a\\da",
    "adaxb@example.org",
    "nobody",
)
OTHER_SIGNS = "/!#$&'*+-=?^`{|}~"
"""What an address may have in its name: whoever escapes with one of them has to escape that one, too."""
SIGNS = (" ", "\\", "%", "_")  # none of them means more than itself, wherever it stands
NO_SORTS = (
    "id",
    "email",
    "buyer_email",
    "",
    "-",
    "--total_cents",
    "Total_cents",
    "TOTAL_CENTS",
    " total_cents",
    "total_cents ",
    "total_cents\n",
    "\ntotal_cents",
    "total_cents-",
    "+total_cents",
    "total_cents,id",
    "total_cents desc",
    "orders.total_cents",
    "total_cents; DROP TABLE orders",
    "__class__",
    "cancelled_at",
    "1",
)
COLUMNS = {
    "products": "id, stock",
    "orders": "id, buyer_email, total_cents",
    "order_items": "order_id, product_id, quantity, price_cents",
    "invoices": "number, order_id",
    "cancelled": "id, cancelled_at",
}
TABLES = {name: name for name in COLUMNS} | {"cancelled": "orders WHERE cancelled_at IS NOT NULL"}
ROWS = "(SELECT json_group_array(json_array({2})) FROM (SELECT * FROM {1} ORDER BY {2})) AS {0}"
STATE = "SELECT " + ", ".join(  # one query: each costs a process
    ROWS.format(name, TABLES[name], columns) for name, columns in COLUMNS.items()
)
DAY = datetime(2027, 3, 20, 12, tzinfo=UTC)

type Placed = dict[str, Any]
"""An order as its POST answered."""
type Query = dict[str, Any]


class Office:
    """Buyers who place orders, and the office that looks for them."""

    def __init__(self, api: Api, world: World, database: Database, rng: Random, where: str) -> None:
        self.api, self.database, self.rng, self.where = api, database, rng, where
        self.world, self.statements = world, world.plays("before_statement", lambda sql: None)
        self.placed: list[Placed] = []
        self._products: list[int] = []

    async def products(self) -> list[int]:
        """Some products, made once."""
        while len(self._products) < 4:
            body = {
                "sku": f"SKU-{self.rng.randrange(10**12)}",
                "name": "Rare",
                "price_cents": 7,
                "stock": 9_000,
            }
            body["price_cents"] = (1, 7, 250, 99_999)[len(self._products)]
            answer = expect(
                await self.api.post(PRODUCTS, json=body), 201, why="it is fine", look_at=self.where
            )
            self._products.append(answer.json()["id"])
        return self._products

    async def order(
        self,
        email: str = "",
        *,
        collect_at: datetime = DAY,
        gift: bool = False,
        pieces: Mapping[int, int] | None = None,
    ) -> Placed:
        """Place an order of these pieces (place of the product: how many), or of some."""
        products = await self.products()
        if pieces is None:
            pieces = {
                place: self.rng.randrange(1, 5)
                for place in self.rng.sample(range(4), self.rng.randrange(1, 4))
            }
        body = {
            "email": email or f"buyer{self.rng.randrange(10**9)}@example.com",
            "collect_at": collect_at.isoformat(),
            "gift": gift,
            "items": [{"product_id": products[place], "quantity": count} for place, count in pieces.items()],
        }
        answer = expect(
            await self.api.post(ORDERS, json=body), 201, why="there are enough", look_at=self.where
        )
        placed: Placed = answer.json()
        self.placed.append(placed)
        return placed

    async def some(self, count: int) -> None:
        """Place orders of all kinds: moments and totals come more than once."""
        rng = self.rng
        for _ in range(count):
            zone = timezone(timedelta(hours=rng.randrange(-11, 14)))
            at = (DAY + timedelta(hours=rng.randrange(-3, 4))).astimezone(zone)
            pieces = {place: rng.randrange(1, 3) for place in rng.sample(range(4), rng.randrange(1, 3))}
            name = rng.choice(["ada", "bob", "zoe"])
            await self.order(
                f"{name}{rng.randrange(99)}@example.com",
                collect_at=at,
                gift=rng.random() < 0.5,
                pieces=pieces,
            )

    async def search(self, query: Query | None = None) -> Response:
        """A search that is fine."""
        return expect(
            await self.api.get(SEARCH, params=query or {}), 200, why="it is fine", look_at=self.where
        )

    async def expect_found(self, query: Query, keep: Callable[[Placed], bool], why: str) -> None:
        """Fail unless a search finds the orders that are to be kept, as they are collected."""
        answer = await self.search(query | {"limit": 100})
        wanted = [order["id"] for order in by("collect_at", self.placed) if keep(order)]
        came = [order["id"] for order in answer.json()["items"]]
        if sorted(came) != sorted(wanted):
            odd = sorted(set(came) ^ set(wanted)) or came
            shown = [brief({key: one[key] for key in KEYS}) for one in self.placed if one["id"] in odd[:1]]
            said = f"{'finds' if odd[0] in came else 'leaves out'} {shown[0] if shown else odd[0]}"
            wrong(answer, said, f"{len(wanted)} of {len(self.placed)} orders: {why}", self.where)

    def state(self) -> dict[str, list[dict[str, Json]]]:
        """What is committed."""
        (found,) = self.database.rows("shop.db", STATE)
        return {
            name: [dict(zip(columns.split(", "), row, strict=True)) for row in json.loads(str(found[name]))]
            for name, columns in COLUMNS.items()
        }

    def unchanged(
        self, answer: Response, before: Mapping[str, Json], why: str, *, but: Sequence[str] = ()
    ) -> None:
        """Fail unless the file is as it was."""
        for name, rows in self.state().items():
            if name not in but and rows != before[name]:
                said = f"came back {answer.status_code}, and {name} are {brief(rows)}"
                wrong(answer, said, f"{brief(before[name])}, as before: {why}", self.where)

    async def cancel(self, order: Placed, status: int, why: str) -> Response:
        """Cancel an order, or be refused."""
        return expect(await self.api.delete(f"{ORDERS}/{order['id']}"), status, why=why, look_at=self.where)


KEYS = ("email", "gift", "total_cents", "collect_at")


def by(key: str, orders: Sequence[Placed], *, down: bool = False) -> list[Placed]:
    """Orders sorted as a search has to: by this, then by id."""
    return sorted(
        sorted(orders, key=lambda order: int(order["id"])), key=lambda order: value(order, key), reverse=down
    )


def value(order: Placed, key: str) -> Any:  # noqa: ANN401 - a moment or a number
    """What an order is sorted by: a moment or a number."""
    return order[key] if key == "total_cents" else datetime.fromisoformat(order[key])


def said_otherwise(moment: datetime, rng: Random) -> str:
    """The same moment, in another offset."""
    return moment.astimezone(timezone(timedelta(minutes=30 * rng.randrange(-22, 27)))).isoformat()


# --- 15.1 which ------------------------------------------------------------------------------------------------------


@task("15.1", points=0.75, promise="`text` finds the orders that have it anywhere in the buyer's address")
async def test_text(api: Api, world: World, database: Database, rng: Random) -> None:
    """A part of an address, in capitals or small; no character means more than itself."""
    office = Office(api, world, database, rng, f"what {FILTERS} does with text")
    for email in (
        "ada@example.com",
        "ada_b@example.org",
        "adaxb@example.org",
        "100%ada@tea.example",
        "100xada@tea.example",
        "straße@example.com",
        f"{'x'.join(OTHER_SIGNS)}@example.net",
    ):
        await office.order(email)
    for text in (
        *TEXTS,
        *(f"{before}ada{after}" for before, after in itertools.permutations(("", *SIGNS), 2)),
        *("straße", "ße"),
        *OTHER_SIGNS,
        *(f"x{sign}x" for sign in OTHER_SIGNS[1:-1]),
    ):
        why = f"these have {text!r} in their address"
        await office.expect_found({"text": text}, lambda one, text=text: text.lower() in one["email"], why)  # type: ignore[misc]


@task("15.1", points=0.5, promise="`gift=true` finds gifts, `gift=false` those that are none")
async def test_gifts(api: Api, world: World, database: Database, rng: Random) -> None:
    """Gifts, no gifts, and both."""
    office = Office(api, world, database, rng, f"what {FILTERS} does with gift")
    for gift in (True, False, True, False, False):
        await office.order(gift=gift)
    await office.expect_found({"gift": "true"}, lambda one: bool(one["gift"]), "these are gifts")
    await office.expect_found({"gift": "false"}, lambda one: not one["gift"], "these are no gifts")
    await office.expect_found({}, lambda one: True, "nobody asked about gifts")


@task("15.1", points=0.25, promise="`min_total_cents` finds totals of at least that, 0 included")
async def test_totals(api: Api, world: World, database: Database, rng: Random) -> None:
    """At least, not more than."""
    office = Office(api, world, database, rng, f"what {FILTERS} does with min_total_cents")
    await office.some(6)
    some = rng.choice(office.placed)["total_cents"]
    for least in (0, 1, some, some + 1, max(one["total_cents"] for one in office.placed) + 1):
        why = f"these cost {least} or more"
        keep = [one["id"] for one in office.placed if one["total_cents"] >= least]
        await office.expect_found({"min_total_cents": least}, lambda one, keep=keep: one["id"] in keep, why)  # type: ignore[misc]


@task(
    "15.1",
    points=0.5,
    promise="`collect_from` is the first moment that is found, `collect_before` the first that is not",
)
async def test_moments(api: Api, world: World, database: Database, rng: Random) -> None:
    """From, inclusive, to before, in any offset."""
    office = Office(api, world, database, rng, f"what {FILTERS} does with moments")
    for hour in rng.sample(range(-14, 15), 9):
        zone = timezone(timedelta(hours=rng.randrange(-11, 14)))
        await office.order(collect_at=(DAY + timedelta(hours=hour)).astimezone(zone))
    within = DAY + timedelta(hours=30, seconds=0.5)  # a moment within a second, and one on each side of it
    for part in (-0.3, 0.3):
        await office.order(collect_at=within + timedelta(seconds=part))
    moments = sorted(value(one, "collect_at") for one in office.placed)
    for first, last in (
        (moments[2], None),
        (None, moments[4]),
        (moments[1], moments[6]),
        (moments[3], moments[3]),
        (within, None),
        (None, within),
    ):
        query = {"collect_from": said_otherwise(first, rng)} if first else {}
        query |= {"collect_before": said_otherwise(last, rng)} if last else {}

        def keep(one: Placed, first: datetime | None = first, last: datetime | None = last) -> bool:
            at = value(one, "collect_at")
            return (first is None or at >= first) and (last is None or at < last)

        await office.expect_found(query, keep, f"from {first}, before {last}")


@task("15.1", points=0.25, promise="of several filters all have to hold")
async def test_all_filters_hold(api: Api, world: World, database: Database, rng: Random) -> None:
    """Two filters find less than each of them."""
    office = Office(api, world, database, rng, f"how {FILTERS} joins its conditions")
    await office.some(3)
    await expect_all_hold(office, rounds=4)


# --- 15.2 in which order ---------------------------------------------------------------------------------------------


@task("15.2", points=0.75, promise="sort from small to large, with a `-` before them from large to small")
async def test_words(api: Api, world: World, database: Database, rng: Random) -> None:
    """Each word, up and down."""
    office = Office(api, world, database, rng, f"`ordering` in {SORTING}")
    for place in rng.sample((1, 2, 9, 20, 80, 200), 6):  # totals of one digit, and of four
        await office.order(collect_at=DAY + timedelta(hours=rng.randrange(10**4)), pieces={1: place})
    for word in SORTS:
        for down in (False, True):
            await expect_sorted(office, f"{'-' if down else ''}{word}", word, down=down)


@task("15.2", points=0.5, promise="orders that are equal in that come by their id")
async def test_equal_orders(api: Api, world: World, database: Database, rng: Random) -> None:
    """Ties are broken by id, from small to large, whichever way the word sorts."""
    office = Office(api, world, database, rng, f"what `ordering` in {SORTING} sorts by besides")
    for _ in range(8):
        await office.order(
            collect_at=DAY + timedelta(hours=rng.randrange(2)), pieces={1: rng.randrange(1, 3)}
        )
    for word in ("collect_at", "total_cents"):
        for down in (False, True):
            await expect_sorted(office, f"{'-' if down else ''}{word}", word, down=down)


@task("15.2", points=0.5, promise="any other word is a 422 whose `detail` names the words that are allowed")
async def test_other_words(api: Api, world: World, database: Database, rng: Random) -> None:
    """No word from outside is a column."""
    office = Office(api, world, database, rng, f"which words `ordering` in {SORTING} knows")
    await office.order()
    for sort in (*NO_SORTS, f"{rng.choice(SORTS)}{rng.randrange(9)}"):
        answer = await api.get(SEARCH, params={"sort": sort})
        expect(answer, 422, why=f"nobody may sort by {brief(sort)}", look_at=office.where)
        detail = str(answer.json().get("detail"))
        if any(word not in detail for word in SORTS):
            wrong(
                answer,
                f"came back with the detail {brief(detail)}",
                f"one that names {', '.join(SORTS)}",
                office.where,
            )


@task("15.2", points=0.25, promise="without `sort` orders come as they are collected")
async def test_no_word(api: Api, world: World, database: Database, rng: Random) -> None:
    """Without a word."""
    office = Office(api, world, database, rng, f"`ordering` in {SORTING}")
    await office.some(6)
    await expect_sorted(office, None, "collect_at")


# --- 15.3 how many of them -------------------------------------------------------------------------------------------


@task(
    "15.3",
    points=0.5,
    promise="a page has at most `limit` orders, after the first `skip`; `total` is how many match",
)
async def test_pages(api: Api, world: World, database: Database, rng: Random) -> None:
    """Any page of any search."""
    office = Office(api, world, database, rng, f"`load_page` in {PAGES}")
    await office.some(6)
    for gift in (True, False):
        await office.order(gift=gift)
    await expect_pages(office, [(0, 3), (3, 3), (6, 3), (0, 100), (7, 1), (8, 5), (100, 5)], gift=None)
    await expect_pages(office, [(0, 1), (1, 2), (50, 1)], gift=rng.random() < 0.5)


@task("15.3", points=0.25, promise="the pages put together are the whole list: no order twice, none left out")
async def test_pages_put_together(api: Api, world: World, database: Database, rng: Random) -> None:
    """One page after the other."""
    office = Office(api, world, database, rng, f"what `load_page` in {PAGES} sorts, and by what")
    for _ in range(9):
        await office.order(pieces={1: 1, 2: 1})
    await expect_put_together(
        office, limit=rng.randrange(2, 5), sort=rng.choice(["collect_at", "-total_cents"])
    )


@task("15.3", points=0.5, promise="each order comes with its items and their skus, each once")
async def test_items(api: Api, world: World, database: Database, rng: Random) -> None:
    """What was ordered is shown."""
    office = Office(api, world, database, rng, f"what `load_page` in {PAGES} loads")
    for count in (1, 4, 2, 3):
        await office.order(pieces={place: rng.randrange(1, 9) for place in range(count)})
    answer = await office.search()
    came = {one["id"]: one["items"] for one in answer.json()["items"]}
    for placed in office.placed:
        if came.get(placed["id"]) != placed["items"]:
            wrong(
                answer,
                f"shows the items {brief(came.get(placed['id']))}",
                brief(placed["items"]),
                office.where,
            )


@task("15.3", points=1, promise="a page of a hundred orders takes as many statements as a page of one")
async def test_statements(api: Api, world: World, database: Database, rng: Random) -> None:
    """One order or fifty: the same statements, and one of them counts."""
    office = Office(api, world, database, rng, f"what `load_page` in {PAGES} sends")
    counts = []
    for more in (1, 49):
        for _ in range(more):
            await office.order()
        office.statements.calls.clear()
        await office.search({"limit": 100})
        said = [str(call.arguments["sql"]) for call in office.statements.calls]
        counts.append(len(said))
        if not any("count(" in sql.lower() for sql in said):
            wrong(
                f"GET {SEARCH}",
                f"sends {brief(said)}",
                "a statement in which the database counts",
                office.where,
            )
    if counts[0] != counts[1]:
        came = f"takes {counts[0]} statements for one order, {counts[1]} for fifty"
        wrong(f"GET {SEARCH}", came, "the same number", office.where)


# --- 15.4 gone, not lost ---------------------------------------------------------------------------------------------


@task("15.4", points=0.5, promise="the row stays, with its items, and `cancelled_at` is that moment")
async def test_the_row_stays(api: Api, world: World, database: Database, rng: Random) -> None:
    """Cancelled, the pieces are back, and everything is still in the file."""
    office = Office(api, world, database, rng, f"`remove` in {REPOSITORY}")
    await expect_stays(office)


@task("15.4", points=0.75, promise="nobody sees a cancelled order any more")
async def test_nobody_sees_it(api: Api, world: World, database: Database, rng: Random) -> None:
    """Not by its id, in no list, in no total; and it gets no invoice."""
    office = Office(api, world, database, rng, f"what {REPOSITORY} shows")
    await office.some(5)
    past = await office.order(collect_at=DAY.replace(year=2020))
    for gone in (*rng.sample(office.placed[:-1], 2), past):
        await office.cancel(gone, 204, "it is there")
        office.placed.remove(gone)
        path = f"{ORDERS}/{gone['id']}"
        expect(await api.get(path), 404, why="the order is cancelled", look_at=office.where)
        expect(await api.post(f"{path}/invoice"), 404, why="the order is cancelled", look_at=office.where)
        found: dict[str, Any] = {}
        for before in (2021, 2030):
            due = await api.get(ORDERS, params={"collect_before": f"{before}-01-01T00:00:00Z"})
            listed = expect(due, 200, why="it is fine", look_at=office.where).json()
            found[f"GET {ORDERS}?collect_before={before}-01-01T00:00:00Z"] = listed
        page = (await office.search()).json()
        found[f"GET {SEARCH}"] = page["items"]
        for sent, orders in found.items():
            if gone["id"] in (came := [one["id"] for one in orders]):
                wrong(
                    sent, f"shows the orders {came}", f"without {gone['id']}: it is cancelled", office.where
                )
        if page["total"] != len(office.placed):
            wrong(f"GET {SEARCH}", f"has the total {page['total']}", f"{len(office.placed)}", office.where)
    await office.expect_found({}, lambda one: True, "these are not cancelled")


@task("15.4", points=0.25, promise="searches the cancelled ones, and only those")
async def test_cancelled_ones(api: Api, world: World, database: Database, rng: Random) -> None:
    """The books have what was cancelled."""
    office = Office(api, world, database, rng, f"`search` in {REPOSITORY}")
    await office.some(4)
    gone = [await office.order(gift=gift) for gift in (True, False)]
    for order in gone:
        await office.cancel(order, 204, "it is there")
    keys = [one["id"] for one in gone]
    await office.expect_found({"cancelled": "true"}, lambda one: one["id"] in keys, "these are cancelled")
    for gift in (True, False):

        def keep(one: Placed, gift: bool = gift) -> bool:
            return one["id"] in keys and one["gift"] is gift

        query = {"cancelled": "true", "gift": gift}
        await office.expect_found(query, keep, "the other filters hold, too")


@task("15.4", points=0.5, promise="who cancels again gets a 404, also at the same moment")
async def test_cancelled_twice(api: Api, world: World, database: Database, rng: Random) -> None:
    """One after the other, and two at every moment at which they can meet."""
    office = Office(
        api, world, database, rng, f"`remove` in {REPOSITORY}: how does it know that it was first?"
    )
    order = await office.order(pieces={2: 5})
    await office.cancel(order, 204, "it is there")
    before = office.state()
    office.unchanged(
        await office.cancel(order, 404, "it is cancelled already"), before, "it was cancelled before"
    )
    for moment in itertools.count():
        order, before = await office.order(pieces={2: 5}), office.state()
        met = await meet(office, moment, order)
        if met is None:
            break
        held, statuses = met
        stock = {row["id"]: row["stock"] for row in before["products"]}
        came = {row["id"]: row["stock"] for row in office.state()["products"]}
        product = office._products[2]
        if sorted(statuses) != [204, 404] or came[product] != int(str(stock[product])) + 5:
            said = f"met another before `{held}…`: they came back {sorted(statuses)}, and stock went from {stock[product]} to {came[product]}"
            wrong(f"DELETE {ORDERS}/{order['id']}", said, "204 and 404, and 5 pieces back", office.where)


@task("15.4", points=0.25, promise="an order with an invoice cannot be cancelled: 409, and nothing changes")
async def test_invoiced_orders(api: Api, world: World, database: Database, rng: Random) -> None:
    """What is written into the books stays; another order goes."""
    office = Office(api, world, database, rng, f"what `remove` in {REPOSITORY} asks first")
    other, invoiced = await office.order(), await office.order()  # the first invoice is the second order's
    expect(await api.post(f"{ORDERS}/{invoiced['id']}/invoice"), 201, why="it has none", look_at=office.where)
    before = office.state()
    office.unchanged(await office.cancel(invoiced, 409, "it has an invoice"), before, "it has an invoice")
    await office.cancel(other, 204, "it has no invoice")


# --- what several checks ask -----------------------------------------------------------------------------------------


async def expect_all_hold(office: Office, rounds: int) -> None:
    """Search with several filters; fail unless what is found meets all."""
    rng = office.rng
    for number, (name, gift, hour) in enumerate(itertools.product(("ada", "bob"), (True, False), (-3, 3))):
        pieces = (
            {3: 1} if number in (0, 3, 5, 6) else {0: 1}
        )  # whichever two are asked for: none implies another
        email = f"{name}{100 + number}@example.com"
        await office.order(email, gift=gift, collect_at=DAY + timedelta(hours=hour), pieces=pieces)
    for turn in range(rounds):
        text, gift = rng.choice(["ada", "bob", *(["@EXAMPLE"] if turn else [])]), rng.random() < 0.5
        least = rng.choice([0, 7, 250, 500])
        first = DAY + timedelta(hours=rng.randrange(-3, 2))
        query = {
            "text": text,
            "gift": gift,
            "min_total_cents": least,
            "collect_from": said_otherwise(first, rng),
        }
        for left_out in rng.sample(sorted(query), 2):
            if left_out != "text":
                del query[left_out]

        def keep(one: Placed, query: Query = query, first: datetime = first) -> bool:
            return (
                query["text"].lower() in one["email"]
                and ("gift" not in query or one["gift"] is query["gift"])
                and one["total_cents"] >= query.get("min_total_cents", 0)
                and ("collect_from" not in query or value(one, "collect_at") >= first)
            )

        await office.expect_found(query, keep, f"all of {', '.join(query)} hold for these")


async def expect_sorted(office: Office, sort: str | None, key: str, *, down: bool = False) -> None:
    """Fail unless a search comes in this order."""
    answer = await office.search({"sort": sort} if sort else {})
    wanted = [one["id"] for one in by(key, office.placed, down=down)]
    came = [one["id"] for one in answer.json()["items"]]
    if came != wanted:
        values = [(one["id"], one[key]) for one in answer.json()["items"]]
        wrong(answer, f"comes as {brief(values)} (id, {key})", f"the ids {wanted}", office.where)


async def expect_pages(office: Office, pages: Sequence[tuple[int, int]], gift: bool | None) -> None:
    """Fail unless each page (skip, limit) has its orders and the total."""
    matching = [one["id"] for one in by("collect_at", office.placed) if gift in (None, one["gift"])]
    for skip, limit in pages:
        query: Query = {"skip": skip, "limit": limit} | ({} if gift is None else {"gift": gift})
        answer = await office.search(query)
        came = ([one["id"] for one in answer.json()["items"]], answer.json()["total"])
        if came != (wanted := (matching[skip : skip + limit], len(matching))):
            said = f"came back with the orders {came[0]} and the total {came[1]}"
            wrong(answer, said, f"{wanted[0]} and {wanted[1]}", office.where)


async def expect_put_together(office: Office, limit: int, sort: str) -> None:
    """Fail unless the pages put together are all orders, once."""
    came: list[int] = []
    for skip in range(0, len(office.placed) + limit, limit):
        answer = await office.search({"skip": skip, "limit": limit, "sort": sort})
        came += [one["id"] for one in answer.json()["items"]]
    if sorted(came) != sorted(wanted := [one["id"] for one in office.placed]):
        wrong(
            f"GET {SEARCH}, page after page by {sort}",
            f"shows the orders {came}",
            f"each of {wanted} once",
            office.where,
        )


async def expect_stays(office: Office) -> None:
    """Cancel one of some orders; fail unless its row and items stay, its pieces are back, and nothing else happens."""
    await office.some(3)
    stock = office.state()["products"]
    gone = await office.order(pieces={0: 3, 3: 2})
    before, asked = office.state(), datetime.now(UTC)
    answer = await office.cancel(gone, 204, "it is there")
    office.unchanged(
        answer, before | {"products": stock}, "what is cancelled stays in the books", but=["cancelled"]
    )
    rows = [row for row in office.state()["cancelled"] if row not in before["cancelled"]]
    if [row["id"] for row in rows] != [gone["id"]]:
        wrong(answer, f"leaves {brief(rows)} cancelled", f"order {gone['id']}", office.where)
    moment = datetime.fromisoformat(str(rows[0]["cancelled_at"])).replace(tzinfo=UTC)
    if not asked - timedelta(milliseconds=1) <= moment <= asked + timedelta(hours=1):
        wrong(answer, f"leaves cancelled_at {rows[0]['cancelled_at']}", "this moment, in UTC", office.where)


async def meet(office: Office, moment: int, order: Placed) -> tuple[str, list[int]] | None:
    """Hold a cancellation before its statement of this number, serve a second one, and let the first go on.

    None when it has no such statement, or has written or locked something by then: others wait for it.
    """
    world, statements = office.world, office.statements
    statements.calls.clear()
    statements.after = 1.0
    path = f"{ORDERS}/{order['id']}"
    visit = await world.begin(office.api.delete(path))
    for _ in range(moment):
        if statements.calls:
            statements.calls[-1].due = world.now
        await world.go_on()
    asked = [str(call.arguments["sql"]) for call in statements.calls]
    statements.after = 0.0
    reads = [
        sql.lstrip().upper().startswith(("SELECT", "WITH")) and "FOR " not in sql.upper() for sql in asked
    ]
    if visit.task.done() or not asked or not all(reads[:moment]):
        await visit.answer()
        return None
    other = await (await world.begin(office.api.delete(path))).answer()
    first = await visit.answer()
    return " ".join(asked[-1].split())[:60].replace("?", "…"), [first.status_code, other.status_code]
