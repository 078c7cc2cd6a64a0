# Derived from chapters/13-database/checks.py by `course build`: change it there.
"""Exercise 13, the checks that learners see; held_out.py puts the same promises to other inputs, at other moments.

The grader looks into the file after each answer. It plays `before_statement`, so it can hold a request before any of its
statements, have another one served, and let the first go on: two requests meet at every point where they can, without a
clock.
"""

import itertools
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any

from httpx2 import Response

from course.checks import (
    Api,
    Database,
    Json,
    Launch,
    Probe,
    World,
    brief,
    expect,
    task,
    wrong,
)

PLAYED = ("app/core/statements.py",)

PRODUCTS, ORDERS = "/api/v1/sales/products", "/api/v1/sales/orders"
MODELS, REPOSITORY, STOCK, INVOICES = (
    f"app/sales/{name}.py" for name in ("models", "repository", "stock", "invoices")
)
COLUMNS = {
    "products": "id, sku, price_cents, stock",
    "orders": "id, email",
    "order_items": "order_id, product_id, quantity, price_cents",
    "invoices": "number, order_id",
}
ROWS = "(SELECT json_group_array(json_array({1})) FROM (SELECT * FROM {0} ORDER BY {1})) AS {0}"
STATE = "SELECT " + ", ".join(
    ROWS.format(*item) for item in COLUMNS.items()
)  # one query: each costs a process
CONSTRAINT = re.compile(r"\b(CHECK|UNIQUE|FOREIGN KEY|PRIMARY KEY) \(")
NAME = re.compile(r'\bCONSTRAINT "?(\w+)')

type Send = Callable[[], Coroutine[Any, Any, Response]]
type Prepare = Callable[[], Coroutine[Any, Any, tuple[Send, Send]]]
type Meeting = tuple[str, Response, Response]
"""The statement at which the first waited, and the answers to both."""
type Rows = dict[str, list[dict[str, Json]]]


class Sale:
    """The sale as its customers see it, and its file."""

    def __init__(self, api: Api, world: World, database: Database, rng: Random, where: str) -> None:
        self.api, self.world, self.database, self.rng, self.where = api, world, database, rng, where
        self.statements = world.plays("before_statement", lambda sql: None)

    def sku(self) -> str:
        """A sku that is nowhere yet."""
        return f"SKU-{self.rng.randrange(10**12)}"

    async def product(self, stock: int, **odd: Json) -> int:
        """Put a product on sale; its id."""
        cents = self.rng.randrange(1, 10**6)
        body = {"sku": self.sku(), "name": "Rare", "price_cents": cents, "stock": stock} | odd
        answer = await self.api.post(PRODUCTS, json=body)
        return int(expect(answer, 201, why="this product is fine", look_at=self.where).json()["id"])

    def cart(self, *items: tuple[int, int], collect_at: str = "2026-12-05T10:00:00Z") -> dict[str, Json]:
        """What a buyer sends: products and quantities."""
        lines: list[Json] = [{"product_id": product, "quantity": quantity} for product, quantity in items]
        email = f"buyer{self.rng.randrange(10**9)}@example.com"
        return {"email": email, "collect_at": collect_at, "items": lines}

    def buys(self, *items: tuple[int, int]) -> Send:
        """A request that buys these."""
        body = self.cart(*items)
        return lambda: self.api.post(ORDERS, json=body)

    def invoices(self, order: Json) -> Send:
        """A request that writes the invoice of an order."""
        return lambda: self.api.post(f"{ORDERS}/{order}/invoice")

    def cancels(self, order: Json) -> Send:
        """A request that cancels an order."""
        return lambda: self.api.delete(f"{ORDERS}/{order}")

    async def order(
        self, *items: tuple[int, int], collect_at: str = "2026-12-05T10:00:00Z"
    ) -> dict[str, Any]:
        """Place an order that is fine; what came back."""
        answer = await self.api.post(ORDERS, json=self.cart(*items, collect_at=collect_at))
        return dict(expect(answer, 201, why="there are enough pieces", look_at=self.where).json())

    def state(self) -> Rows:
        """What is committed."""
        (found,) = self.database.rows("shop.db", STATE)
        return {
            table: [dict(zip(columns.split(", "), row, strict=True)) for row in json.loads(str(found[table]))]
            for table, columns in COLUMNS.items()
        }

    def stock(self, product: int) -> Json:
        """What the file has left of a product."""
        return next(row["stock"] for row in self.state()["products"] if row["id"] == product)

    async def refused(self, request: Coroutine[Any, Any, Response], status: int, why: str) -> Response:
        """Send a request; fail unless it is refused, and the file is as it was."""
        before = self.state()
        answer = expect(await request, status, why=why, look_at=self.where)
        self.unchanged(answer, before)
        return answer

    def unchanged(self, answer: Response, before: Rows, why: str = "what is refused leaves nothing") -> None:
        """Fail unless the file is as it was."""
        for table, rows in self.state().items():
            if rows != (old := before[table]):
                more, less = [row for row in rows if row not in old], [row for row in old if row not in rows]
                came = f"came back {answer.status_code}, and {table} has the rows {brief(more)}"
                wrong(answer, came, f"{brief(less)} in their place, as before: {why}", self.where)

    async def meetings(self, prepare: Prepare) -> AsyncIterator[Meeting]:
        """Let two requests meet, anew at each moment at which they can."""
        for moment in itertools.count():
            if (met := await self.meet(moment, *await prepare())) is None:
                return
            yield met

    async def meet(self, moment: int, first: Send, second: Send) -> Meeting | None:
        """Hold the first request before its statement of this number, serve the second, and let the first go on.

        None when it has no such statement, or has written or locked something by then: others wait for it.
        """
        self.statements.calls.clear()
        self.statements.after = 1.0
        visit = await self.world.begin(first())
        for _ in range(moment):
            if self.statements.calls:
                self.statements.calls[-1].due = self.world.now
            await self.world.go_on()
        asked = [str(call.arguments["sql"]) for call in self.statements.calls]
        self.statements.after = 0.0
        if visit.task.done() or not asked or not all(reads(sql) for sql in asked[:moment]):
            await visit.answer()
            return None
        held = " ".join(asked[-1].split())[:60].replace("?", "…")
        other = await (await self.world.begin(second())).answer()
        return held, await visit.answer(), other


def reads(sql: str) -> bool:
    """Whether a statement neither writes nor locks."""
    return sql.lstrip().upper().startswith(("SELECT", "WITH")) and "FOR " not in sql.upper()


# --- 13.1 the tables -------------------------------------------------------------------------------------------------


@task("13.1", points=0.5, promise="the file refuses what makes no sense, whoever writes it")
async def test_the_file_refuses(api: Api, world: World, database: Database, rng: Random) -> None:
    """Another program writes nonsense into the file, and is refused; what makes sense it may write."""
    sale = Sale(api, world, database, rng, f"the CheckConstraints in {MODELS}")
    await sale.order((await sale.product(5), 2))
    for table, column, least in (
        ("products", "stock", 0),
        ("products", "price_cents", 1),
        ("order_items", "quantity", 1),
        ("order_items", "price_cents", 1),
    ):
        for value in (least, least + rng.randrange(1, 99), least - 1, -rng.randrange(2, 10**6)):
            sql = f"UPDATE {table} SET {column} = {value}"  # noqa: S608 - ours
            refused = database.refusal("shop.db", sql)
            if (value < least) != refused.startswith("CHECK"):
                came = f"is refused ({refused})" if refused else "is done"
                expected = (
                    f"a refusal: {column} is at least {least}"
                    if value < least
                    else f"no refusal: {value} is fine"
                )
                wrong(f"`{sql}` by another program", came, expected, sale.where)


@task("13.1", points=0.5, promise="skus are unique")
async def test_a_sku_is_there_once(api: Api, world: World, database: Database, rng: Random) -> None:
    """A sku that is taken is a 409, also when both are sent at the same moment."""
    sale = Sale(api, world, database, rng, f"what makes a sku unique in {MODELS}")
    for _ in range(2):
        await sale.product(1, sku=(sku := sale.sku()))
        body = {"sku": sku, "name": "Other", "price_cents": 1, "stock": 0}
        await sale.refused(api.post(PRODUCTS, json=body), 409, f"there is a product with the sku {sku}")

    async def prepare() -> tuple[Send, Send]:
        body = {"sku": sale.sku(), "name": "Same", "price_cents": 5, "stock": 1}
        return (lambda: api.post(PRODUCTS, json=body)), (lambda: api.post(PRODUCTS, json=body))

    async for held, first, second in sale.meetings(prepare):
        expect_statuses(sale, held, first, second, {201, 409}, "one of them is the second")


@task("13.1", points=0.25, promise="an order has a product once")
async def test_a_product_once(api: Api, world: World, database: Database, rng: Random) -> None:
    """Two lines of one product are a 409, and nothing is in the file; two products are fine."""
    sale = Sale(api, world, database, rng, f"what makes order and product together unique in {MODELS}")
    one, other = await sale.product(9), await sale.product(9)
    await sale.order((one, 1), (other, 2))
    await sale.order((other, 1), (one, 1))
    for items in (((one, 1), (one, 2)), ((other, 1), (one, 1), (other, 1))):
        await sale.refused(sale.buys(*items)(), 409, "this order has a product twice")


@task("13.1", points=0.25, promise="a product that was ordered stays")
async def test_ordered_products_stay(api: Api, world: World, database: Database, rng: Random) -> None:
    """An ordered product cannot be deleted; another one can."""
    sale = Sale(api, world, database, rng, f"the foreign key to products in {MODELS}")
    for _ in range(2):
        ordered, other = await sale.product(3), await sale.product(3)
        await sale.order((ordered, 1))
        await sale.refused(api.delete(f"{PRODUCTS}/{ordered}"), 409, "this product was ordered")
        expect(await api.delete(f"{PRODUCTS}/{other}"), 204, why="nobody ordered it", look_at=sale.where)


@task(
    "13.1", points=0.25, promise="the items of an order go with it even if a program that knows no SQLAlchemy"
)
async def test_items_go_with_orders(api: Api, world: World, database: Database, rng: Random) -> None:
    """The foreign key itself says that items go with their order."""
    sale = Sale(
        api, world, database, rng, f"`ondelete` in {MODELS}: `cascade` of a relationship is SQLAlchemy's"
    )
    await sale.order((await sale.product(3), 1))
    keys = database.rows("shop.db", "SELECT * FROM pragma_foreign_key_list('order_items')")
    found = {str(key["table"]): str(key["on_delete"]) for key in keys}
    if found.get("orders") != "CASCADE":
        wrong("order_items in the file", f"has the keys {found}", "orders: CASCADE", sale.where)


@task("13.1", points=0.5, promise="collect_at and placed_at come back as the moments that they are")
async def test_moments(api: Api, world: World, database: Database, rng: Random) -> None:
    """A moment comes back as the same moment, with an offset."""
    await expect_moments(Sale(api, world, database, rng, f"the types of the moments in {MODELS}"), rounds=4)


@task("13.1", points=0.5, promise="made for PostgreSQL, the tables promise the same")
async def test_on_postgresql(probe: Probe) -> None:
    """The DDL for PostgreSQL has moments, whole numbers, and names."""
    tables: dict[str, list[str]] = await probe("made_for_postgresql")
    wanted = {key: ["TIMESTAMP WITH TIME ZONE"] for key in ("COLLECT_AT", "PLACED_AT")}
    wanted |= {key: ["INTEGER", "BIGINT"] for key in ("PRICE_CENTS", "STOCK", "QUANTITY")}
    for table, lines in tables.items():
        names = Counter(NAME.findall("\n".join(lines)))
        if twice := [name for name, count in names.items() if count > 1]:
            came = f"has {names[twice[0]]} constraints {twice[0].lower()}"
            wrong(f"CREATE TABLE {table} on PostgreSQL", came, "a name of its own for each", MODELS)
        for line in lines:
            column, _, kind = line.partition(" ")
            if not kind.startswith(tuple(wanted.get(column, [kind]))):
                expected = " or ".join(wanted[column])
                wrong(f"CREATE TABLE {table} on PostgreSQL", f"has `{line}`", expected, MODELS)
            if CONSTRAINT.search(line) and not line.count("CONSTRAINT "):
                came = f"has `{line}`, which has no name"
                wrong(f"CREATE TABLE {table} on PostgreSQL", came, "CONSTRAINT … before it", MODELS)


# --- 13.2 the orders -------------------------------------------------------------------------------------------------


@task("13.2", points=0.5, promise="show an order with its items and their skus")
async def test_orders_are_shown(api: Api, world: World, database: Database, rng: Random) -> None:
    """What was ordered is shown by all three routes, once."""
    sale = Sale(api, world, database, rng, f"what `get` and `list_due` load in {REPOSITORY}")
    await expect_shown(sale, orders=3)


@task("13.2", points=0.25, promise="the list has all orders that are collected before a moment")
async def test_the_list(api: Api, world: World, database: Database, rng: Random) -> None:
    """The list knows moments, whatever their offset, and its order."""
    await expect_list(Sale(api, world, database, rng, f"`list_due` in {REPOSITORY}"), orders=6)


@task("13.2", points=0.5, promise="the list takes as many statements for a hundred orders as for one")
async def test_statements_of_lists(api: Api, world: World, database: Database, rng: Random) -> None:
    """A list of one order and one of seven take the same number of statements."""
    sale = Sale(api, world, database, rng, f"what `list_due` loads in {REPOSITORY}")
    await expect_same_statements(sale, orders=7)


@task("13.2", points=0.25, promise="a cancelled order is gone with its items")
async def test_cancelled_orders(api: Api, world: World, database: Database, rng: Random) -> None:
    """A cancelled order is gone, and its pieces are back."""
    sale = Sale(api, world, database, rng, f"`remove` in {REPOSITORY}")
    await expect_cancelled(sale)


@task(
    "13.2", points=0.5, promise="two who cancel the same order at the same moment give its pieces back once"
)
async def test_two_who_cancel(api: Api, world: World, database: Database, rng: Random) -> None:
    """Two cancellations meet at every statement: one is a 204, the other a 404, and the pieces are back once."""
    sale = Sale(api, world, database, rng, f"`remove` in {REPOSITORY}: how does it know that it was first?")
    product = 0

    async def prepare() -> tuple[Send, Send]:
        nonlocal product
        product = await sale.product(9)
        order = await sale.order((product, 4))
        return sale.cancels(order["id"]), sale.cancels(order["id"])

    async for held, first, second in sale.meetings(prepare):
        expect_statuses(sale, held, first, second, {204, 404}, "the order can be cancelled once")
        expect_stock(sale, held, first, product, 9, "its pieces came back once")


# --- 13.3 the stock --------------------------------------------------------------------------------------------------


@task("13.3", points=0.25, promise="what is sold is taken")
async def test_what_is_sold_is_taken(api: Api, world: World, database: Database, rng: Random) -> None:
    """Each sale takes its pieces, down to the last."""
    sale = Sale(api, world, database, rng, f"`take` in {STOCK}")
    left = rng.randrange(5, 99)
    product, bystander = await sale.product(left), await sale.product(7)
    for quantity in (1, rng.randrange(1, left - 2), 0):
        quantity = quantity or left
        await sale.refused(sale.buys((product, left + 1))(), 409, f"there are {left} pieces")
        answer = expect(
            await sale.buys((product, quantity))(), 201, why=f"there are {left} pieces", look_at=sale.where
        )
        left -= quantity
        expect_stock(sale, "", answer, product, left, f"{quantity} pieces were sold")
        expect_stock(sale, "", answer, bystander, 7, "nobody bought of it")
    await sale.refused(sale.buys((product, 1))(), 409, "there is none left")


@task("13.3", points=0.25, promise="a refused order takes nothing")
async def test_refused_orders_take_nothing(api: Api, world: World, database: Database, rng: Random) -> None:
    """When one product is short, or is not there, nothing of the others is taken."""
    sale = Sale(api, world, database, rng, f"`take` in {STOCK}, and what it returns")
    products = [await sale.product(stock) for stock in (5, 1, 5)]
    for _ in range(3):
        items = [(product, 2) for product in products]
        rng.shuffle(items)
        await sale.refused(sale.buys(*items)(), 409, "there is one piece of the second product only")
    await sale.refused(sale.buys((products[0], 1), (999, 1))(), 404, "there is no product 999")
    await sale.order((products[0], 5), (products[1], 1))


@task("13.3", points=0.75, promise="of two buyers who meet at the last piece one gets it")
async def test_two_buyers_one_item(api: Api, world: World, database: Database, rng: Random) -> None:
    """Two buyers meet at every statement: one item is sold once."""
    await expect_sold(Sale(api, world, database, rng, f"`take` in {STOCK}"), 1, (1, 1), {201, 409})


@task("13.3", points=0.5, promise="when there is enough for both, both get theirs")
async def test_enough_for_both(api: Api, world: World, database: Database, rng: Random) -> None:
    """Two buyers meet, and both get what they want."""
    mine, yours = rng.sample(range(2, 9), 2)
    sale = Sale(api, world, database, rng, f"`take` in {STOCK}, and what it writes back")
    await expect_sold(sale, mine + yours + rng.randrange(2), (mine, yours), {201})


@task("13.3", points=0.5, promise="a delivery and a sale that meet both count")
async def test_deliveries_meet_sales(api: Api, world: World, database: Database, rng: Random) -> None:
    """A delivery is held at every statement while a sale is served, and the other way round."""
    sale = Sale(api, world, database, rng, f"`put_back` and `take` in {STOCK}")
    product = 0
    for delivery_first in (True, False):

        async def prepare(delivery_first: bool = delivery_first) -> tuple[Send, Send]:
            nonlocal product
            product = await sale.product(10)
            path = f"{PRODUCTS}/{product}/deliveries"
            requests: tuple[Send, Send] = (
                lambda: api.post(path, json={"quantity": 5}),
                sale.buys((product, 3)),
            )
            return requests if delivery_first else (requests[1], requests[0])

        async for held, first, second in sale.meetings(prepare):
            expect_statuses(sale, held, first, second, {200, 201}, "both can be done")
            expect_stock(sale, held, first, product, 12, "10 and 5 delivered, less 3 sold")


# --- 13.4 no gaps ----------------------------------------------------------------------------------------------------


@task("13.4", points=0.5, promise="the numbers are 1, 2, 3")
async def test_numbers(api: Api, world: World, database: Database, rng: Random) -> None:
    """Invoices are numbered as they were written, whatever their orders."""
    await expect_numbers(Sale(api, world, database, rng, f"`add` in {INVOICES}"), orders=5)


@task("13.4", points=0.25, promise="an order has one invoice")
async def test_one_invoice(api: Api, world: World, database: Database, rng: Random) -> None:
    """The second invoice of an order is a 409, and leaves no gap."""
    sale = Sale(
        api, world, database, rng, f"what makes order_id unique in {INVOICES}, and who gives a number back"
    )
    product = await sale.product(9)
    for number in (1, 2, 3):
        order = (await sale.order((product, 1)))["id"]
        await expect_invoice(sale, order, number)
        for _ in range(2):
            await sale.refused(sale.invoices(order)(), 409, "this order has an invoice")
    await sale.refused(api.post(f"{ORDERS}/999/invoice"), 404, "there is no order 999")


@task("13.4", points=0.5, promise="two who write invoices at the same moment get two numbers")
async def test_two_invoices_meet(launch: Launch, database: Database, rng: Random) -> None:
    """Two invoices meet at every statement: the very first two, and later ones."""
    for moment in itertools.count():
        async with launch(world := World()) as api:
            sale = Sale(api, world, database, rng, f"how {INVOICES} finds the next number")
            if not await expect_invoices_meet(sale, moment):
                return


@task("13.4", points=0.25, promise="two invoices for one order at the same moment")
async def test_one_order_twice(api: Api, world: World, database: Database, rng: Random) -> None:
    """Two invoices for one order meet: one is refused, and the next number follows."""
    sale = Sale(api, world, database, rng, f"`add` in {INVOICES}")
    product = await sale.product(99)

    async def prepare() -> tuple[Send, Send]:
        order = (await sale.order((product, 1)))["id"]
        return sale.invoices(order), sale.invoices(order)

    written = 0
    async for held, first, second in sale.meetings(prepare):
        expect_statuses(sale, held, first, second, {201, 409}, "the order has one invoice")
        written += 1
        expect_written(sale, first, held, written)
    await expect_invoice(sale, (await sale.order((product, 1)))["id"], len(sale.state()["invoices"]) + 1)


@task("13.4", points=0.25, promise="an order with an invoice stays")
async def test_invoiced_orders_stay(api: Api, world: World, database: Database, rng: Random) -> None:
    """An order with an invoice cannot be cancelled; another one can."""
    sale = Sale(api, world, database, rng, f"what ties an invoice to its order in {INVOICES}")
    product = await sale.product(9)
    for number in (1, 2):
        order, other = (await sale.order((product, 1)))["id"], (await sale.order((product, 2)))["id"]
        await expect_invoice(sale, order, number)
        await sale.refused(sale.cancels(order)(), 409, "this order has an invoice")
        expect(await sale.cancels(other)(), 204, why="it has no invoice", look_at=sale.where)


# --- what several checks ask -----------------------------------------------------------------------------------------


def expect_statuses(
    sale: Sale, held: str, first: Response, second: Response, wanted: set[int], why: str
) -> None:
    """Fail unless two requests that met were answered like this: each of the wanted once, or both the same."""
    came = sorted((first.status_code, second.status_code))
    expected = sorted(wanted) if len(wanted) == 2 else list(wanted) * 2
    if came != expected:
        said = f"met another and waited before `{held}…`: the two came back {came[0]} and {came[1]}"
        wrong(first, said, f"{expected[0]} and {expected[1]}: {why}", sale.where)


def expect_stock(sale: Sale, held: str, answer: Response, product: int, wanted: int, why: str) -> None:
    """Fail unless the file has so many pieces left."""
    if (left := sale.stock(product)) != wanted:
        met = f"met another before `{held}…`, and then " if held else ""
        came = f"{met}came back {answer.status_code}, and stock is {left}"
        wrong(answer, came, f"{wanted}: {why}", sale.where)


async def expect_sold(sale: Sale, stock: int, quantities: tuple[int, int], wanted: set[int]) -> None:
    """Let two buyers meet at every statement of the first; fail unless what they are told is what the file has."""
    product, before = 0, 0

    async def prepare() -> tuple[Send, Send]:
        nonlocal product, before
        product, before = await sale.product(stock), len(sale.state()["orders"])
        return sale.buys((product, quantities[0])), sale.buys((product, quantities[1]))

    async for held, first, second in sale.meetings(prepare):
        why = f"{stock} in stock, for buyers of {quantities[0]} and {quantities[1]}"
        expect_statuses(sale, held, first, second, wanted, why)
        sold = sum(
            quantity
            for answer, quantity in zip((first, second), quantities, strict=True)
            if answer.status_code == 201
        )
        expect_stock(sale, held, first, product, stock - sold, f"{stock} less the {sold} that were sold")
        orders = len(sale.state()["orders"]) - before
        if orders != (count := 2 if wanted == {201} else 1):
            wrong(first, f"left {orders} orders in the file", f"{count}", sale.where)


async def expect_moments(sale: Sale, rounds: int) -> None:
    """Order with moments in any offset; fail unless they come back as they are."""
    rng, product = sale.rng, await sale.product(99)
    for _ in range(rounds):
        offset = timezone(timedelta(minutes=15 * rng.randrange(-46, 56)))
        moment = datetime(2026, 12, rng.randrange(1, 32), rng.randrange(24), rng.randrange(60), tzinfo=offset)
        placed = await sale.order((product, 1), collect_at=moment.isoformat())
        answer = await sale.api.get(f"{ORDERS}/{placed['id']}")
        shown = expect(answer, 200, why="it was placed", look_at=sale.where).json()
        for name, wanted, slack in (("collect_at", moment, 0), ("placed_at", datetime.now(UTC), 3600)):
            for said in (placed[name], shown[name]):
                came = datetime.fromisoformat(str(said))
                if came.tzinfo is None or abs((came - wanted).total_seconds()) > slack:
                    why = f"{wanted.isoformat()}: the same moment, with an offset"
                    wrong(answer, f"came back with {name} {said}", why, sale.where)


async def expect_shown(sale: Sale, orders: int) -> None:
    """Place orders; fail unless each is shown as it was placed."""
    rng = sale.rng
    products: dict[int, dict[str, Json]] = {}
    for cents in range(100, 104):
        line: dict[str, Json] = {"sku": sale.sku(), "price_cents": cents}
        products[await sale.product(99, **line)] = line
    wanted: dict[int, list[dict[str, Json]]] = {}
    for place in range(orders):
        some = rng.sample(list(products), (3, 1, 2)[place % 3])
        items = [(product, rng.randrange(1, 9)) for product in some]
        placed = await sale.order(*items)
        lines = [products[product] | {"quantity": quantity} for product, quantity in items]
        wanted[placed["id"]] = in_any_order(lines)
        answer = await sale.api.get(f"{ORDERS}/{placed['id']}")
        shown = expect(answer, 200, why="it was placed", look_at=sale.where).json()
        for came in (placed["items"], shown["items"]):
            if in_any_order(came) != in_any_order(lines):
                wrong(answer, f"came back with the items {brief(came)}", brief(lines), sale.where)
    answer = await sale.api.get(ORDERS, params={"collect_before": "2030-01-01T00:00:00Z"})
    expect(answer, 200, why="there are orders", look_at=sale.where)
    found = [(order["id"], in_any_order(order["items"])) for order in answer.json()]
    if found != list(wanted.items()):
        wrong(answer, f"came back with {brief(found)}", brief(list(wanted.items())), sale.where)
    await sale.refused(sale.api.get(f"{ORDERS}/{max(wanted) + 1}"), 404, "there is no such order")


def in_any_order(items: list[dict[str, Json]]) -> list[dict[str, Json]]:
    """The items of an order, sorted: no promise says in which order they stand."""
    return sorted(items, key=lambda item: str(item["sku"]))


async def expect_list(sale: Sale, orders: int) -> None:
    """Place orders in any order and offset; fail unless the list has those before a moment, in their order."""
    rng, product = sale.rng, await sale.product(99)
    placed: list[tuple[datetime, int]] = []

    def around(day: datetime, hour: int) -> datetime:
        return (day + timedelta(hours=hour)).astimezone(timezone(timedelta(hours=rng.randrange(-11, 14))))

    days = [datetime(year, 12, 24, 12, tzinfo=UTC) for year in (2041, 2019)]
    for day in days:
        for hour in (*rng.sample(range(-12, 12), orders - 1), 0, 0):
            order = await sale.order((product, 1), collect_at=(moment := around(day, hour)).isoformat())
            placed.append((moment, order["id"]))
    for day, hour in itertools.product(days, (-13, 0, 1, rng.randrange(-11, 12), 13)):
        before = around(day, hour)
        answer = await sale.api.get(ORDERS, params={"collect_before": before.isoformat()})
        expect(answer, 200, why="this is a moment", look_at=sale.where)
        wanted = [number for at, number in sorted(placed) if at < before]
        if (came := [order["id"] for order in answer.json()]) != wanted:
            wrong(answer, f"came back with the orders {came}", f"{wanted}", sale.where)


async def expect_same_statements(sale: Sale, orders: int) -> None:
    """List one order, then so many; fail unless all are there, for the same number of statements."""
    products = [await sale.product(orders) for _ in range(4)]
    counts: list[int] = []
    for more in (1, orders - 1):
        for _ in range(more):
            await sale.order(*((product, 1) for product in sale.rng.sample(products, 2)))
        sale.statements.calls.clear()
        answer = await sale.api.get(ORDERS, params={"collect_before": "2027-01-01T00:00:00Z"})
        expect(answer, 200, why="there are orders", look_at=sale.where)
        if (listed := len(answer.json())) != (placed := 1 if not counts else orders):
            wrong(answer, f"came back with {listed} orders", f"all {placed}", sale.where)
        counts.append(sale.statements.started)
    if counts[0] != counts[1] or counts[0] == 0:
        came = f"takes {counts[0]} statements for one order, {counts[1]} for {orders}"
        wrong(f"GET {ORDERS}", came, "the same number", sale.where)


async def expect_cancelled(sale: Sale) -> None:
    """Cancel orders; fail unless they are gone, their pieces are back, and the others are as they were."""
    one, other = await sale.product(9), await sale.product(9)
    kept = (await sale.order((one, 1), (other, 1)))["id"]
    before = sale.state()
    for items in (((one, 2), (other, 3)), ((other, 8),)):
        order = (await sale.order(*items))["id"]
        answer = await sale.cancels(order)()
        expect(answer, 204, why="the order is there", look_at=sale.where)
        sale.unchanged(answer, before, "its pieces are back, and no other order was touched")
        await sale.refused(sale.cancels(order)(), 404, "the order is gone")
    expect(await sale.api.get(f"{ORDERS}/{kept}"), 200, why="nobody cancelled it", look_at=sale.where)


async def expect_invoice(sale: Sale, order: int, number: int) -> None:
    """Write an invoice; fail unless it has this number, in the answer and in the file."""
    answer = await sale.invoices(order)()
    expect(answer, 201, why="the order has no invoice yet", look_at=sale.where)
    if answer.json() != (wanted := {"order_id": order, "number": number}):
        wrong(answer, f"came back {brief(answer.json())}", brief(wanted), sale.where)
    if (last := sale.state()["invoices"][-1:]) != [wanted]:
        wrong(
            answer,
            f"came back 201, and the last invoice in the file is {brief(last)}",
            brief(wanted),
            sale.where,
        )


async def expect_numbers(sale: Sale, orders: int) -> None:
    """Write invoices for orders in any order; fail unless they are numbered as they were written."""
    product = await sale.product(99)
    placed = [(await sale.order((product, 1)))["id"] for _ in range(orders)]
    sale.rng.shuffle(placed)
    for number, order in enumerate(placed, 1):
        await expect_invoice(sale, order, number)


async def expect_invoices_meet(sale: Sale, moment: int) -> bool:
    """Let invoices of two orders meet at this moment, twice; fail unless the numbers have no gap. Whether they could."""
    product = await sale.product(99)
    for written in (2, 4):
        one, other = [(await sale.order((product, 1)))["id"] for _ in range(2)]
        met = await sale.meet(moment, sale.invoices(one), sale.invoices(other))
        if met is None:
            return written > 2
        held, first, second = met
        expect_statuses(sale, held, first, second, {201}, "both orders have no invoice yet")
        expect_written(sale, first, held, written)
        told = sorted((first.json()["number"], second.json()["number"]))
        if told != [written - 1, written]:
            wrong(first, f"and the one that it met were told {told}", f"{[written - 1, written]}", sale.where)
    return True


def expect_written(sale: Sale, answer: Response, held: str, count: int) -> None:
    """Fail unless the file has so many invoices, numbered without a gap."""
    numbers = [row["number"] for row in sale.state()["invoices"]]
    if numbers != list(range(1, count + 1)):
        came = f"met another before `{held}…`, and the file has the numbers {numbers}"
        wrong(answer, came, f"1 to {count}", sale.where)
