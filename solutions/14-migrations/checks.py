# Derived from chapters/14-migrations/checks.py by `course build`: change it there.
"""Exercise 14, the checks that learners see; held_out.py puts the same promises to other rows.

A migration is judged by what it does to rows. The grader brings a file to a revision of the course's, fills it with orders
as awkward as customers are, lets the learner's revisions run over it in the sandbox, and reads it.
"""

import ast
from collections.abc import Iterable
from random import Random
from typing import Any

from course.checks import Database, Json, Launch, Migrate, ProjectFiles, brief, expect, task, wrong

EACH_TASK_ALONE = True

VERSIONS = {
    "0007": "alembic/versions/0007_rename_email.py",
    "0008": "alembic/versions/0008_add_total.py",
    "0009": "alembic/versions/0009_fill_total.py",
    "0010": "alembic/versions/0010_require_total.py",
    "0011": "alembic/versions/0011_add_gift.py",
    "0012": "alembic/versions/0012_merge.py",
    "c1": "alembic/versions/c1_add_bin.py",
}
COLLEAGUES = '''"""add bin: where a product lies (a colleague's)"""

import sqlalchemy as sa
from alembic import op

revision = "c1"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("products", sa.Column("bin", sa.String(20)))


def downgrade() -> None:
    op.drop_column("products", "bin")
'''
FILE = "old.db"
ORDERS = "/api/v1/sales/orders"
TABLES = {
    "products": "id",
    "orders": "id",
    "order_items": "id",
    "invoices": "id",
    "invoice_counters": "id",
    "reasons": "code",
}
AWKWARD = (
    "",
    "Zoë@exämple.com",
    "o'brien@example.com",
    " ada@example.com ",
    "A" * 320,
    "NULL",
    "ada%40@example.com",
)
COLUMNS = 'SELECT name, upper(type) AS type, "notnull" AS required, dflt_value, pk FROM pragma_table_info(?)'
OTHERS = (
    "SELECT name, sql FROM sqlite_master WHERE tbl_name NOT IN ('orders', 'alembic_version') ORDER BY name"
)

type Row = dict[str, Json]


class Old:
    """A database that is in use, at a revision, and what becomes of it."""

    def __init__(
        self, migrate: Migrate, database: Database, rng: Random, *revisions: str, file: str = FILE
    ) -> None:
        self._migrate, self._database, self._rng, self._file = migrate, database, rng, file
        self._orders = 0
        self.totals: dict[Json, int] = {}
        for revision in revisions:
            self.to(revision)

    def to(self, revision: str, look_at: str = "") -> None:
        """Bring it to a revision, or fail with what Alembic said."""
        self._run("upgrade", revision, look_at)

    def down(self, revision: str, look_at: str = "") -> None:
        """Take it back to a revision, or fail with what Alembic said."""
        self._run("downgrade", revision, look_at)

    def _run(self, way: str, revision: str, look_at: str) -> None:
        done = self._migrate(way, revision, file=self._file)
        if not done.ok:
            said = (done.said.splitlines() or ["it said nothing"])[-1]
            sent = f"`alembic {way} {revision}` over a database with {self._orders} orders"
            wrong(
                sent,
                f"failed: {said}",
                "that it gets there",
                look_at or VERSIONS.get(revision, VERSIONS["0012"]),
            )

    def fill(self, orders: int = 6, *, totals: Iterable[int | None] = ()) -> None:
        """Place orders, as an app of this revision would: with odd addresses, and one of them without items.

        `totals` are written into `total_cents`, in turn; None leaves it empty.
        """
        rng, known = self._rng, len(self.rows("SELECT id FROM products"))
        products, shelved = range(known + 1, known + 4), "bin" in self.columns("products")
        self._insert(
            f"products (id, sku, name, price_cents, stock{', bin' if shelved else ''})",
            [
                (
                    number,
                    f"SKU-{rng.randrange(10**12)}",
                    "Tea",
                    rng.randrange(1, 10**6),
                    10_000,
                    *([f"A{number}"] if shelved else []),
                )
                for number in products
            ],
        )
        first = self._orders * 10**6
        numbers = sorted(rng.sample(range(first + 1, first + 10**6), orders))
        self._orders += orders
        address = "buyer_email" if "buyer_email" in self.columns() else "email"
        day = f"2026-12-{rng.randrange(10, 32)} {rng.randrange(10, 24)}:00:00.000000"
        mails = rng.sample(AWKWARD, min(orders - 1, len(AWKWARD)))
        mails += [f"buyer{rng.randrange(10**9)}@example.com" for _ in range(orders - len(mails))]
        wanted = [*totals][:orders]
        wanted += [None] * (orders - len(wanted))
        rows = [(number, mail, day, day) for number, mail in zip(numbers, mails, strict=True)]
        if any(total is not None for total in wanted):
            more = [(*row, total) for row, total in zip(rows, wanted, strict=True)]
            self._insert(f"orders (id, {address}, collect_at, placed_at, total_cents)", more)
        else:
            self._insert(f"orders (id, {address}, collect_at, placed_at)", rows)
        empty, items = rng.choice(numbers[1:]), []
        for number, total in zip(numbers, wanted, strict=True):
            bought = rng.sample(products, 0 if number == empty else rng.randrange(1, 4))
            lines = [
                (number, product, rng.randrange(1, 10_000), rng.randrange(1, 10**9)) for product in bought
            ]
            self.totals[number] = sum(line[2] * line[3] for line in lines) if total is None else total
            items += lines
        self._insert("order_items (order_id, product_id, quantity, price_cents)", items)
        count = len(self.rows("SELECT id FROM invoices"))
        self._insert("invoices (order_id, number)", [(numbers[0], count + 1)])

    def _insert(self, into: str, rows: list[tuple[Json, ...]]) -> None:
        places = ", ".join(f"({', '.join('?' for _ in row)})" for row in rows)
        sql = f"INSERT INTO {into} VALUES {places}"  # noqa: S608 - ours
        self._database.execute(self._file, sql, *(value for row in rows for value in row))

    def rows(self, sql: str, *values: Json) -> list[Row]:
        """What is committed."""
        return self._database.rows(self._file, sql, *values)

    def refusal(self, sql: str, *values: Json) -> str:
        """Which constraint refuses a statement of another program; nothing is done."""
        return self._database.refusal(self._file, sql, *values)

    def columns(self, table: str = "orders") -> dict[str, Row]:
        """The columns of a table, by their names."""
        columns = {str(row.pop("name")): row for row in self.rows(COLUMNS, table)}
        for column in columns.values():
            column["required"] = column["required"] or column["pk"]  # a primary key is, said or not
        return columns

    def state(self) -> dict[str, list[Row]]:
        """All rows."""
        return {table: self.rows(f"SELECT * FROM {table} ORDER BY {key}") for table, key in TABLES.items()}  # noqa: S608 - ours

    def shape(self) -> dict[str, Json]:
        """What the tables are: `orders` by its columns, the others by their SQL."""
        shape: dict[str, Json] = {f"orders.{name}": dict(column) for name, column in self.columns().items()}
        [orders] = self.rows("SELECT sql FROM sqlite_master WHERE name = 'orders'")
        shape["AUTOINCREMENT of orders"] = "AUTOINCREMENT" in str(orders["sql"]).upper()
        keys = self.rows(
            'SELECT "table" AS other, "from" AS own, on_delete FROM pragma_foreign_key_list(?)', "orders"
        )
        shape["foreign keys of orders"] = list(keys)
        return shape | {str(row["name"]): row["sql"] for row in self.rows(OTHERS)}


class Before:
    """What a database was, to be compared with what it is."""

    def __init__(self, old: Old) -> None:
        self._old, self._state, self._shape = old, old.state(), old.shape()

    def expect(self, sent: str, look_at: str, *changed: str, renamed: tuple[str, str] = ("", "")) -> None:
        """Fail unless all is as it was, but for these columns of `orders`."""
        here = self._old.shape()
        there = {
            name.replace(f"orders.{renamed[0]}", f"orders.{renamed[1]}"): was
            for name, was in self._shape.items()
        }
        for name in sorted(here.keys() | there.keys()):
            if name.removeprefix("orders.") not in changed and here.get(name) != there.get(name):
                expected = f"{brief(there.get(name))}, as before: this revision is about something else"
                wrong(sent, f"leaves {name}: {brief(here.get(name))}", expected, look_at)
        self.expect_rows(sent, look_at, *changed, renamed=renamed)

    def expect_rows(
        self, sent: str, look_at: str, *changed: str, renamed: tuple[str, str] = ("", "")
    ) -> None:
        """Fail unless the rows are as they were, but for these columns."""
        for table, rows in self._old.state().items():
            came, was = _without(rows, changed), _without(self._state[table], changed, renamed)
            if came != was:
                more = [row for row in came if row not in was]
                less = [row for row in was if row not in came]
                said = f"leaves {len(came)} rows in {table}, {brief(more)} among them"
                wrong(sent, said, f"the {len(was)} of before, with {brief(less)}", look_at)


def _without(rows: list[Row], names: Iterable[str], renamed: tuple[str, str] = ("", "")) -> list[Row]:
    return [
        {
            renamed[1] if name == renamed[0] else name: value
            for name, value in row.items()
            if name not in names
        }
        for row in rows
    ]


def expect_no_app(project: ProjectFiles, *revisions: str) -> None:
    """Fail when one of these revisions imports something of the app."""
    for path in (VERSIONS[revision] for revision in revisions):
        for node in ast.walk(ast.parse(project.read(path))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] == "app" for name in names):
                came = f"imports {names[0]} in line {getattr(node, 'lineno', 0)}"
                wrong(path, came, "nothing of app: it will be another one by the time this runs", path)


# --- 14.1 the name ---------------------------------------------------------------------------------------------------


@task("14.1", points=1, promise="calls the column `buyer_email`, and every order keeps its address")
async def test_addresses_are_kept(migrate: Migrate, database: Database, rng: Random) -> None:
    """The column is renamed, and has in it what it had."""
    old = Old(migrate, database, rng, "0006")
    old.fill()
    before = old.rows("SELECT id, email AS address FROM orders ORDER BY id")
    old.to("0007")
    expect_addresses(old, "buyer_email", before, "`alembic upgrade 0007`")


@task(
    "14.1",
    points=0.5,
    promise="nothing else changes: `orders` has the columns and `AUTOINCREMENT` that it had",
)
async def test_nothing_else_is_renamed(
    migrate: Migrate, database: Database, project: ProjectFiles, rng: Random
) -> None:
    """All other columns, constraints and rows are as before."""
    old = Old(migrate, database, rng, "0006")
    old.fill()
    before = Before(old)
    old.to("0007")
    before.expect("`alembic upgrade 0007`", VERSIONS["0007"], renamed=("email", "buyer_email"))
    expect_no_app(project, "0007")


@task("14.1", points=0.75, promise="it leads down: the column is `email` again, with every address")
async def test_the_name_leads_down(migrate: Migrate, database: Database, rng: Random) -> None:
    """Down again, with the orders that came meanwhile, and nothing else changes."""
    expect_name_leads_down(Old(migrate, database, rng, "0006"))


# --- 14.2 the total --------------------------------------------------------------------------------------------------

OLD_APP = "INSERT INTO orders (buyer_email, collect_at, placed_at) VALUES ('a@b.cd', '2026-12-05 10:00:00', '2026-12-01 10:00:00')"


@task("14.2", points=0.5, promise="after `0008` (expand) the column is there and may be empty")
async def test_expand(migrate: Migrate, database: Database, project: ProjectFiles, rng: Random) -> None:
    """The app of before places orders in a database that knows totals."""
    old = Old(migrate, database, rng, "0007")
    old.fill()
    before = Before(old)
    old.to("0008")
    sent, look_at = "`alembic upgrade 0008`", VERSIONS["0008"]
    column = old.columns().get("total_cents")
    if column is None or column["required"] or "INT" not in str(column["type"]):
        wrong(sent, f"leaves total_cents: {brief(column)}", "a whole number that may be empty", look_at)
    if refused := old.refusal(OLD_APP):
        wrong(
            sent,
            f"and then the app of before, which knows no total, is refused: {refused}",
            "no refusal",
            look_at,
        )
    before.expect(sent, look_at, "total_cents")
    expect_no_app(project, "0008", "0009", "0010")


@task(
    "14.2",
    points=1,
    promise="gives every order without a total the sum of its items; an order without items has 0",
)
async def test_totals_are_filled(migrate: Migrate, database: Database, rng: Random) -> None:
    """The total of each order is what its items cost."""
    old = Old(migrate, database, rng, "0007")
    old.fill()
    for revision in ("0009", "0010"):
        old.to(revision)
        expect_totals(old, revision)


@task("14.2", points=0.5, promise="a total that is there already stays, whatever it is")
async def test_totals_stay(migrate: Migrate, database: Database, rng: Random) -> None:
    """What the new app wrote between expand and backfill is not computed again."""
    old = Old(migrate, database, rng, "0007")
    old.fill(4)
    old.to("0008")
    old.fill(6, totals=[0, rng.randrange(1, 99), None, rng.randrange(1, 10**9), None, 0])
    for revision in ("0009", "0010"):
        old.to(revision)
        expect_totals(old, revision)


@task("14.2", points=0.5, promise="the file refuses an order without a total, and a total below 0")
async def test_contract(migrate: Migrate, database: Database, rng: Random) -> None:
    """After the contract no program writes nonsense."""
    old = Old(migrate, database, rng, "0008")
    old.fill()
    old.to("0010")
    for value in (None, -1, -rng.randrange(2, 10**9), 0, rng.randrange(1, 10**9)):
        refusal = "NOT NULL" if value is None else "ck_orders_total" if value < 0 else ""
        expect_refusal(old, "UPDATE orders SET total_cents = ?", refusal, "0010", value)
    expect_refusal(old, OLD_APP, "NOT NULL", "0010")


@task(
    "14.2", points=0.5, promise="nothing is lost on the way: items, invoices, the other columns of `orders`"
)
async def test_nothing_is_lost(migrate: Migrate, database: Database, rng: Random) -> None:
    """Whatever is no total is as it was before the three revisions."""
    old = Old(migrate, database, rng, "0007")
    old.fill()
    before = Before(old)
    for revision in ("0008", "0009", "0010"):
        old.to(revision)
        before.expect(f"`alembic upgrade {revision}`", VERSIONS[revision], "total_cents")


@task("14.2", points=0.25, promise="each of the three leads down, one at a time, and up again")
async def test_the_total_leads_down(migrate: Migrate, database: Database, rng: Random) -> None:
    """One revision at a time: down, and up again."""
    expect_total_leads_down(Old(migrate, database, rng, "0007"))


# --- 14.3 the gift ---------------------------------------------------------------------------------------------------

OLDER_APP = OLD_APP.replace("placed_at)", "placed_at, total_cents)").replace("10:00:00')", "10:00:00', 5)")


@task(
    "14.3",
    points=0.75,
    promise="no order of before is a gift, and the file refuses an order for which it is empty",
)
async def test_nothing_of_before_is_a_gift(migrate: Migrate, database: Database, rng: Random) -> None:
    """Orders of before are no gifts; none is neither."""
    old = Old(migrate, database, rng, "0010")
    old.fill(totals=[5] * 6)
    old.to("0011")
    expect_no_gifts(old, 6, "`alembic upgrade 0011`")
    expect_refusal(old, "UPDATE orders SET is_gift = NULL", "NOT NULL", "0011")
    expect_refusal(old, "UPDATE orders SET is_gift = 1", "", "0011")


@task("14.3", points=0.5, promise="the app of before, which does not know the column, goes on placing orders")
async def test_the_app_of_before(migrate: Migrate, database: Database, rng: Random) -> None:
    """While both apps run, the old one places orders that are no gifts."""
    old = Old(migrate, database, rng, "0011")
    expect_refusal(old, OLDER_APP, "", "0011")
    old.fill(5, totals=[7] * 5)
    expect_no_gifts(old, 5, "after `0011`, an order of the app of before")


@task(
    "14.3",
    points=0.5,
    promise="nothing else changes, `ck_orders_total` included, and it leads down and up again",
)
async def test_the_gift_leads_down(
    migrate: Migrate, database: Database, project: ProjectFiles, rng: Random
) -> None:
    """Up, down and up: all else is as it was."""
    expect_gift_leads_down(Old(migrate, database, rng, "0010"))
    expect_no_app(project, "0011")


# --- 14.4 two heads --------------------------------------------------------------------------------------------------


@task("14.4", points=0.5, promise="there is one head, `0012`, and the colleague's file is untouched")
async def test_one_head(migrate: Migrate, project: ProjectFiles) -> None:
    """One head, and a revision that others have run is what it was."""
    heads = [line for line in migrate("heads").said.splitlines() if line.strip()]
    if [line.split()[0] for line in heads] != ["0012"]:
        wrong(
            "`alembic heads`",
            f"says {'; '.join(heads)}",
            "0012 (head)",
            f"down_revision in {VERSIONS['0012']}",
        )
    if project.read(VERSIONS["c1"]).split() != COLLEAGUES.split():
        wrong(
            VERSIONS["c1"],
            "is not what it was",
            "the colleague's text: the warehouse has run it",
            VERSIONS["c1"],
        )


@task("14.4", points=0.75, promise="every database comes to it by `alembic upgrade head`, with its rows")
async def test_every_database_gets_there(migrate: Migrate, database: Database, rng: Random) -> None:
    """Production, yours, the warehouse's, one with both, and an empty one."""
    for number, revisions in enumerate((("0006",), ("0011",), ("c1",), ("0011", "c1"))):
        expect_arrival(Old(migrate, database, rng, *revisions, file=f"old{number}.db"), revisions)
    empty = Old(migrate, database, rng, "head", file="empty.db")
    if any(row for table, row in empty.state().items() if table != "reasons"):
        wrong(
            "`alembic upgrade head` over an empty database",
            "writes orders",
            "tables without rows",
            VERSIONS["0012"],
        )


@task("14.4", points=0.25, promise="the app of today runs on what comes out")
async def test_the_app_of_today(migrate: Migrate, database: Database, launch: Launch, rng: Random) -> None:
    """Orders of before are shown with their totals, and new ones placed."""
    old = Old(migrate, database, rng, "0006")
    old.fill()
    old.to("head")
    addresses = {row["id"]: row["buyer_email"] for row in old.state()["orders"]}
    async with launch(APP_DATABASE_URL=f"sqlite+aiosqlite:///{FILE}") as api:
        answer = await api.get(ORDERS, params={"collect_before": "2030-01-01T00:00:00Z"})
        expect(answer, 200, why="these are orders of before", look_at=VERSIONS["0012"])
        came = {order["id"]: (order["email"], order["total_cents"], order["gift"]) for order in answer.json()}
        wanted = {number: (addresses[number], total, False) for number, total in old.totals.items()}
        if came != wanted:
            wrong(answer, f"shows {brief(came)}", brief(wanted), VERSIONS["0012"])
        line = {"product_id": 1, "quantity": 2}
        body = {
            "email": "ada@example.com",
            "collect_at": "2026-12-05T10:00:00Z",
            "items": [line],
            "gift": True,
        }
        placed = expect(
            await api.post(ORDERS, json=body), 201, why="there are enough", look_at=VERSIONS["0012"]
        )
        if placed.json()["gift"] is not True:
            wrong(placed, f"came back {brief(placed.json())}", "a gift", VERSIONS["0012"])


@task("14.4", points=0.25, promise="`alembic check` finds nothing more to do")
async def test_nothing_more_to_do(migrate: Migrate, database: Database, rng: Random) -> None:
    """Models and tables agree."""
    Old(migrate, database, rng, "head")
    if not (done := migrate("check", file=FILE)).ok:
        came = f"says {(done.said.splitlines() or ['nothing'])[-1]}"
        wrong(
            "`alembic check`",
            came,
            "nothing more to do: the models are where you want to be",
            VERSIONS["0012"],
        )


# --- what several checks ask -----------------------------------------------------------------------------------------


def expect_addresses(old: Old, column: str, before: list[Row], sent: str) -> None:
    """Fail unless orders have their address in this column, and in no other."""
    names, look_at = set(old.columns()), VERSIONS["0007"]
    if {"email", "buyer_email"} & names != {column}:
        wrong(
            sent,
            f"leaves orders with the columns {sorted(names)}",
            f"{column}, and not the other name",
            look_at,
        )
    came = old.rows(f"SELECT id, {column} AS address FROM orders ORDER BY id")  # noqa: S608 - ours
    if came != before:
        odd = [row for row in came if row not in before] or came
        wrong(sent, f"leaves {len(came)} orders, {brief(odd)} among them", brief(before), look_at)


def expect_name_leads_down(old: Old, orders: int = 5) -> None:
    """Fail unless the name goes back, with orders of before and after."""
    was = old.columns()
    old.fill(orders)
    old.to("0007")
    old.fill(orders)
    before = old.rows("SELECT id, buyer_email AS address FROM orders ORDER BY id")
    rows = Before(old)
    for way in ("down", "up"):
        sent = f"`alembic {way}grade 000{6 if way == 'down' else 7}`"
        if way == "down":
            old.down("0006", VERSIONS["0007"])
            expect_addresses(old, "email", before, sent)
        else:
            old.to("0007")
            rows.expect(sent, VERSIONS["0007"])
    old.down("0006", VERSIONS["0007"])
    if (came := old.columns()) != was:
        wrong("`alembic downgrade 0006`", f"leaves the columns {brief(came)}", brief(was), VERSIONS["0007"])


def expect_totals(old: Old, revision: str) -> None:
    """Fail unless each order has the total that it is to have."""
    items: dict[Json, list[Row]] = {}
    for item in old.rows("SELECT order_id, quantity, price_cents FROM order_items ORDER BY id"):
        items.setdefault(item.pop("order_id"), []).append(item)
    for row in old.rows("SELECT id, total_cents FROM orders ORDER BY id"):
        bought: list[dict[str, Any]] = [*items.get(row["id"], [])]
        if row["total_cents"] != (wanted := old.totals[row["id"]]):
            which = f"an order with the items {brief(bought)}" if bought else "an order without items"
            computed = sum(item["quantity"] * item["price_cents"] for item in bought)
            expected = f"{wanted}: it was there before" if wanted != computed else f"{wanted}"
            came = f"leaves {which} with the total {row['total_cents']}"
            wrong(f"`alembic upgrade {revision}`", came, expected, VERSIONS.get(revision, VERSIONS["0012"]))


def expect_refusal(old: Old, sql: str, refusal: str, revision: str, *values: Json) -> None:
    """Fail unless another program's statement is refused like this, or done where `refusal` is empty."""
    came = old.refusal(sql, *values)
    if (refusal not in came) if refusal else came:
        said = f"is refused ({came})" if came else "is done"
        expected = f"a refusal by {refusal}" if refusal else "no refusal"
        sent = f"`{sql}` {brief(values) if values else ''} by another program, after `{revision}`"
        wrong(sent, said, expected, VERSIONS[revision])


def expect_total_leads_down(old: Old, orders: int = 5) -> None:
    """Fail unless the three revisions lead down one at a time, and up again."""
    old.fill(orders)
    shapes = {}
    for revision in ("0007", "0008", "0009", "0010"):
        old.to(revision)
        shapes[revision] = Before(old)
    for revision in ("0009", "0008", "0007"):
        above = VERSIONS[f"{int(revision) + 1:04}"]
        old.down(revision, above)
        sent = f"`alembic downgrade {revision}`"
        shapes[revision].expect(sent, above, *(["total_cents"] if revision == "0008" else []))
        if revision != "0007" and (refused := old.refusal(OLD_APP)):
            wrong(
                sent,
                f"and then an order without a total is refused: {refused}",
                f"no refusal: {revision} has none",
                above,
            )
    old.to("0010")
    shapes["0010"].expect("down to `0007`, and `alembic upgrade 0010`", VERSIONS["0010"])


def expect_no_gifts(old: Old, count: int, sent: str, look_at: str = VERSIONS["0011"]) -> None:
    """Fail unless all orders are there, and none is a gift."""
    if "is_gift" not in old.columns():
        wrong(
            sent,
            f"leaves orders with the columns {sorted(old.columns())}",
            "is_gift among them",
            look_at,
        )
    came = [row["is_gift"] for row in old.rows("SELECT is_gift FROM orders")]
    if came != [0] * count:
        wrong(sent, f"has is_gift {brief(came)}", f"{[0] * count}: no gifts", look_at)


def expect_gift_leads_down(old: Old, orders: int = 5) -> None:
    """Fail unless `0011` changes nothing but its column, on the way up, down and up."""
    old.fill(orders, totals=[9] * orders)
    before = Before(old)
    for revision in ("0011", "0010", "0011"):
        way = "downgrade" if revision == "0010" else "upgrade"
        sent = f"`alembic {way} {revision}`"
        old.down(revision, VERSIONS["0011"]) if way == "downgrade" else old.to(revision)
        before.expect(sent, VERSIONS["0011"], *(["is_gift"] if revision == "0011" else []))
        expect_refusal(old, "UPDATE orders SET total_cents = -1", "ck_orders_total", "0011")


def expect_arrival(old: Old, revisions: tuple[str, ...]) -> None:
    """Fail unless a database that is at these revisions comes to the head with its rows."""
    renamed = "0006" in revisions or revisions == ("c1",)
    old.fill(totals=[3] * 6 if {"0009", "0010", "0011"} & {*revisions} else ())
    before = Before(old)
    old.to("head")
    sent, look_at = f"`alembic upgrade head` over a database at {' and '.join(revisions)}", VERSIONS["0012"]
    missing = {"total_cents", "is_gift"} - old.columns().keys() | {"bin"} - old.columns("products").keys()
    if missing:
        wrong(
            sent, f"leaves tables without {', '.join(sorted(missing))}", "all that both branches add", look_at
        )
    added = ["total_cents", "is_gift", *([] if "c1" in revisions else ["bin"])]
    before.expect_rows(sent, look_at, *added, renamed=("email", "buyer_email") if renamed else ("", ""))
    expect_totals(old, "head")
    expect_no_gifts(old, 6, sent, look_at)
