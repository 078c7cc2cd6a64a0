# Derived from chapters/14-migrations/checks.py by `course build`: change it there.
"""Exercise 14, the checks that learners see; held_out.py puts the same promises to other rows.

A migration is judged by what it does to rows. The grader brings a file to a revision of the course's, fills it with
orders as awkward as customers are, lets the learner's revisions run over it in the sandbox, and reads it.
"""

import ast
import hashlib
import re
from collections.abc import Iterable
from random import Random

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
COLLEAGUES = "b94cc10eed327312"  # the words of the colleague's file
FILE = "old.db"
ORDERS = "/api/v1/sales/orders"
TABLES = ("products", "orders", "order_items", "invoices", "invoice_counters", "reasons")
AWKWARD = "|Zoë@exämple.com|o'brien@example.com| ada@example.com |NULL|ada%40@example.com|:id@example.com"
COLUMNS = 'SELECT name, upper(type) AS type, "notnull" AS required, dflt_value, pk FROM pragma_table_info(?)'
KEYS = 'SELECT "table" AS other, "from" AS own, on_delete FROM pragma_foreign_key_list(?)'
OTHERS = "SELECT name, sql FROM sqlite_master WHERE tbl_name NOT IN ('orders', 'alembic_version')"
OLD_APP = "INSERT INTO orders (buyer_email, collect_at, placed_at) VALUES ('a', '2027-01-05', '2027-01-01')"
OLDER_APP = OLD_APP.replace("placed_at)", "placed_at, total_cents)").replace("-01')", "-01', 5)")

type Row = dict[str, Json]
type Names = tuple[str, str]


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

    def to(self, revision: str) -> None:
        """Bring it to a revision, or fail with what Alembic said."""
        self._run("upgrade", revision, VERSIONS.get(revision, VERSIONS["0012"]))

    def down(self, revision: str, look_at: str) -> None:
        """Take it back to a revision, or fail with what Alembic said."""
        self._run("downgrade", revision, look_at)

    def _run(self, way: str, revision: str, look_at: str) -> None:
        done = self._migrate(way, revision, file=self._file)
        if not done.ok:
            said = (done.said.splitlines() or ["it said nothing"])[-1]
            sent = f"`alembic {way} {revision}` over a database with {self._orders} orders"
            wrong(sent, f"failed: {said}", "that it gets there", look_at)

    def fill(self, orders: int = 6, *, totals: Iterable[int | None] = ()) -> None:
        """Place orders with odd addresses, one of them without items; `totals` are theirs, None leaves it empty."""
        rng, known = self._rng, len(self.rows("SELECT id FROM products"))
        products = range(known + 1, known + 4)
        goods = [(n, f"T-{rng.randrange(10**12)}", "Tea", rng.randrange(1, 10**6), 10_000) for n in products]
        self._insert("products (id, sku, name, price_cents, stock)", goods)
        first = self._orders * 10**6
        numbers = sorted(rng.sample(range(first + 1, first + 10**6), orders))
        self._orders += orders
        address = "buyer_email" if "buyer_email" in self.columns() else "email"
        day = f"2026-12-{rng.randrange(10, 32)} {rng.randrange(10, 24)}:00:00.000000"
        odd = [*AWKWARD.split("|"), "A" * 320]
        mails = rng.sample(odd, min(orders - 2, len(odd)))
        mails += [f"buyer{rng.randrange(10**9)}@example.com" for _ in range(orders - len(mails) - 1)]
        mails.append(mails[-1])  # somebody buys twice
        wanted = [*totals, *[None] * orders][:orders]
        rows = [(number, mail, day, day) for number, mail in zip(numbers, mails, strict=True)]
        if any(total is not None for total in wanted):
            more = [(*row, total) for row, total in zip(rows, wanted, strict=True)]
            self._insert(f"orders (id, {address}, collect_at, placed_at, total_cents)", more)
        else:
            self._insert(f"orders (id, {address}, collect_at, placed_at)", rows)
        empty, items = rng.choice(numbers[1:]), []
        for number, total in zip(numbers, wanted, strict=True):
            bought = rng.sample(products, 0 if number == empty else rng.randrange(1, 4))
            lines = [(number, good, rng.randrange(1, 10_000), rng.randrange(1, 10**9)) for good in bought]
            self.totals[number] = sum(line[2] * line[3] for line in lines) if total is None else total
            items += lines
        self._insert("order_items (order_id, product_id, quantity, price_cents)", items)
        self._insert("invoices (order_id, number)", [(numbers[0], numbers[0])])

    def _insert(self, into: str, rows: list[tuple[Json, ...]]) -> None:
        places = ", ".join(f"({', '.join('?' for _ in row)})" for row in rows)
        self.execute(f"INSERT INTO {into} VALUES {places}", *(value for row in rows for value in row))  # noqa: S608 - ours

    def execute(self, sql: str, *values: Json) -> None:
        """Write, as another program does."""
        self._database.execute(self._file, sql, *values)

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
        return {table: self.rows(f"SELECT * FROM {table} ORDER BY rowid") for table in TABLES}  # noqa: S608 - ours

    def shape(self) -> dict[str, Json]:
        """What the tables are: `orders` by its columns, the others by their SQL."""
        shape: dict[str, Json] = {f"orders.{name}": dict(column) for name, column in self.columns().items()}
        [orders] = self.rows("SELECT sql FROM sqlite_master WHERE name = 'orders'")
        shape["AUTOINCREMENT of orders"] = "AUTOINCREMENT" in str(orders["sql"]).upper()
        shape["foreign keys of orders"] = list(self.rows(KEYS, "orders"))
        return shape | {str(row["name"]): row["sql"] for row in self.rows(OTHERS)}


class Before:
    """What a database was, to be compared with what it is."""

    def __init__(self, old: Old) -> None:
        self._old, self._state, self._shape = old, old.state(), old.shape()

    def expect(self, sent: str, revision: str, *changed: str, renamed: Names = ("", "")) -> None:
        """Fail unless all is as it was, but for these columns of `orders`."""
        here, there = self._old.shape(), dict(self._shape)
        if renamed[0]:
            there[f"orders.{renamed[1]}"] = there.pop(f"orders.{renamed[0]}")
        for name in sorted(here.keys() | there.keys()):
            if name.removeprefix("orders.") not in changed and here.get(name) != there.get(name):
                expected = f"{brief(there.get(name))}, as before: this revision is about something else"
                wrong(sent, f"leaves {name}: {brief(here.get(name))}", expected, VERSIONS[revision])
        self.expect_rows(sent, revision, *changed, renamed=renamed)

    def expect_rows(self, sent: str, revision: str, *changed: str, renamed: Names = ("", "")) -> None:
        """Fail unless the rows are as they were, but for these columns."""
        for table, rows in self._old.state().items():
            came, was = _without(rows, changed), _without(self._state[table], changed, renamed)
            if came != was:
                more = [row for row in came if row not in was]
                less = [row for row in was if row not in came]
                said = f"leaves {len(came)} rows in {table}, {brief(more)} among them"
                wrong(sent, said, f"the {len(was)} of before, with {brief(less)}", VERSIONS[revision])


def _without(rows: list[Row], names: Iterable[str], renamed: Names = ("", "")) -> list[Row]:
    other = {renamed[0]: renamed[1]}
    return [{other.get(name, name): row[name] for name in row if name not in names} for row in rows]


def _names_app(value: object) -> bool:
    """Whether a constant is the name of one of the app's modules, as `import_module` takes it."""
    return isinstance(value, str) and re.fullmatch(r"app(\.\w+)+", value) is not None


def expect_no_app(project: ProjectFiles, *revisions: str) -> None:
    """Fail when one of these revisions imports something of the app."""
    for path in (VERSIONS[revision] for revision in revisions):
        for node in ast.walk(ast.parse(project.read(path))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [str(node.value)] if isinstance(node, ast.Constant) and _names_app(node.value) else []
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


@task("14.1", points=0.5, promise="nothing else changes: `orders` has the columns and `AUTOINCREMENT`")
async def test_nothing_else_is_renamed(
    migrate: Migrate, database: Database, project: ProjectFiles, rng: Random
) -> None:
    """All other columns, constraints and rows are as before."""
    old = Old(migrate, database, rng, "0006")
    old.fill()
    before = Before(old)
    old.to("0007")
    before.expect("`alembic upgrade 0007`", "0007", renamed=("email", "buyer_email"))
    expect_no_app(project, "0007")


@task("14.1", points=0.75, promise="it leads down: the column is `email` again, with every address")
async def test_the_name_leads_down(migrate: Migrate, database: Database, rng: Random) -> None:
    """Down again, with the orders that came meanwhile, and nothing else changes."""
    expect_name_leads_down(Old(migrate, database, rng, "0006"))


# --- 14.2 the total --------------------------------------------------------------------------------------------------


@task("14.2", points=0.5, promise="after `0008` (expand) the column is there and may be empty")
async def test_expand(migrate: Migrate, database: Database, project: ProjectFiles, rng: Random) -> None:
    """The previous app places orders in a database that knows totals."""
    old = Old(migrate, database, rng, "0007")
    old.fill()
    before = Before(old)
    old.to("0008")
    sent, look_at = "`alembic upgrade 0008`", VERSIONS["0008"]
    column = old.columns().get("total_cents")
    if column is None or column["required"] or "INT" not in str(column["type"]):
        wrong(sent, f"leaves total_cents: {brief(column)}", "a whole number that may be empty", look_at)
    if refused := old.refusal(OLD_APP):
        came = f"and then the previous app, which knows no total, is refused: {refused}"
        wrong(sent, came, "no refusal", look_at)
    before.expect(sent, "0008", "total_cents")
    expect_no_app(project, "0008", "0009", "0010")


@task("14.2", points=1, promise="gives every order without a total the sum of its items")
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


@task("14.2", points=0.5, promise="nothing is lost on the way: items, invoices, the other columns")
async def test_nothing_is_lost(migrate: Migrate, database: Database, rng: Random) -> None:
    """Whatever is no total is as it was before the three revisions."""
    old = Old(migrate, database, rng, "0007")
    old.fill()
    before = Before(old)
    for revision in ("0008", "0009", "0010"):
        old.to(revision)
        before.expect(f"`alembic upgrade {revision}`", revision, "total_cents")


@task("14.2", points=0.25, promise="each of the three leads down, one at a time, and up again")
async def test_the_total_leads_down(migrate: Migrate, database: Database, rng: Random) -> None:
    """One revision at a time: down, and up again."""
    expect_total_leads_down(Old(migrate, database, rng, "0007"))


# --- 14.3 the gift ---------------------------------------------------------------------------------------------------


@task("14.3", points=0.75, promise="no order of before is a gift, and the file refuses an order for which")
async def test_nothing_of_before_is_a_gift(migrate: Migrate, database: Database, rng: Random) -> None:
    """Orders of before are no gifts; none is neither."""
    old = Old(migrate, database, rng, "0010")
    old.fill(totals=[5] * 6)
    old.to("0011")
    expect_no_gifts(old, 6, "`alembic upgrade 0011`")
    expect_refusal(old, "UPDATE orders SET is_gift = NULL", "NOT NULL", "0011")
    expect_refusal(old, "UPDATE orders SET is_gift = 1", "", "0011")


@task("14.3", points=0.5, promise="the previous app, which does not know the column, goes on placing orders")
async def test_the_app_of_before(migrate: Migrate, database: Database, rng: Random) -> None:
    """While both apps run, the old one places orders that are no gifts."""
    old = Old(migrate, database, rng, "0011")
    expect_refusal(old, OLDER_APP, "", "0011")
    old.fill(5, totals=[7] * 5)
    expect_no_gifts(old, 5, "after `0011`, an order of the previous app")


@task("14.3", points=0.5, promise="nothing else changes, `ck_orders_total` included, and it leads down")
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
    heads = [line for line in migrate("heads").said.splitlines() if "head)" in line]
    if [line.split()[0] for line in heads] != ["0012"]:
        look_at = f"down_revision in {VERSIONS['0012']}"
        wrong("`alembic heads`", f"says {'; '.join(heads)}", "0012 (head)", look_at)
    expect_no_app(project, "0012")
    path = VERSIONS["c1"]
    text = " ".join(project.read(path).split())
    if not hashlib.sha256(text.encode()).hexdigest().startswith(COLLEAGUES):
        wrong(path, "is not what it was", "the colleague's text: the warehouse has run it", path)


@task("14.4", points=0.75, promise="every database comes to it by `alembic upgrade head`, with its rows")
async def test_every_database_gets_there(migrate: Migrate, database: Database, rng: Random) -> None:
    """Production, yours, the warehouse's, one with both, and an empty one."""
    for number, revisions in enumerate((("0006",), ("0011",), ("c1",), ("0011", "c1"))):
        expect_arrival(Old(migrate, database, rng, *revisions, file=f"old{number}.db"), revisions)
    empty = Old(migrate, database, rng, "head", file="empty.db")
    if any(row for table, row in empty.state().items() if table != "reasons"):
        sent = "`alembic upgrade head` over an empty database"
        wrong(sent, "writes orders", "tables without rows", VERSIONS["0012"])


@task("14.4", points=0.25, promise="the app of today runs on what comes out")
async def test_the_app_of_today(migrate: Migrate, database: Database, launch: Launch, rng: Random) -> None:
    """Orders of before are shown with their totals, and new ones placed."""
    old, look_at = Old(migrate, database, rng, "0006"), VERSIONS["0012"]
    old.fill()
    old.to("head")
    addresses = {row["id"]: row["buyer_email"] for row in old.state()["orders"]}
    async with launch(APP_DATABASE_URL=f"sqlite+aiosqlite:///{FILE}") as api:
        answer = await api.get(ORDERS, params={"collect_before": "2030-01-01T00:00:00Z"})
        expect(answer, 200, why="these are orders of before", look_at=look_at)
        came = {order["id"]: (order["email"], order["total_cents"], order["gift"]) for order in answer.json()}
        wanted = {number: (addresses[number], total, False) for number, total in old.totals.items()}
        if came != wanted:
            wrong(answer, f"shows {brief(came)}", brief(wanted), look_at)
        body = {"email": "ada@example.com", "collect_at": "2026-12-05T10:00:00Z", "gift": True}
        body |= {"items": [{"product_id": 1, "quantity": 2}]}
        placed = expect(await api.post(ORDERS, json=body), 201, why="there are enough", look_at=look_at)
        if placed.json()["gift"] is not True:
            wrong(placed, f"came back {brief(placed.json())}", "a gift", look_at)


@task("14.4", points=0.25, promise="`alembic check` finds nothing more to do")
async def test_nothing_more_to_do(migrate: Migrate, database: Database, rng: Random) -> None:
    """Models and tables agree."""
    Old(migrate, database, rng, "head")
    if not (done := migrate("check", file=FILE)).ok:
        came = f"says {(done.said.splitlines() or ['nothing'])[-1]}"
        expected = "nothing more to do: the models are where you want to be"
        wrong("`alembic check`", came, expected, VERSIONS["0012"])


# --- what several checks ask -----------------------------------------------------------------------------------------


def expect_addresses(old: Old, column: str, before: list[Row], sent: str) -> None:
    """Fail unless orders have their address in this column, and in no other."""
    names, look_at = set(old.columns()), VERSIONS["0007"]
    if {"email", "buyer_email"} & names != {column}:
        columns = f"leaves orders with the columns {sorted(names)}"
        wrong(sent, columns, f"{column}, and not the other name", look_at)
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
    there = Before(old)
    old.down("0006", VERSIONS["0007"])
    expect_addresses(old, "email", before, "`alembic downgrade 0006`")
    there.expect("`alembic downgrade 0006`", "0007", renamed=("buyer_email", "email"))
    if (names := old.columns()) != was:
        wrong("`alembic downgrade 0006`", f"leaves the columns {brief(names)}", brief(was), VERSIONS["0007"])
    old.to("0007")
    there.expect("down to `0006`, and `alembic upgrade 0007`", "0007")


def expect_totals(old: Old, revision: str) -> None:
    """Fail unless each order has the total that it is to have."""
    items: dict[Json, list[Row]] = {}
    for item in old.rows("SELECT order_id, quantity, price_cents FROM order_items"):
        items.setdefault(item.pop("order_id"), []).append(item)
    for row in old.rows("SELECT id, total_cents FROM orders ORDER BY id"):
        if row["total_cents"] != (wanted := old.totals[row["id"]]):
            mine = items.get(row["id"], [])
            which = f"an order with the items {brief(mine)}" if mine else "an order without items"
            there = wanted != sum(item["quantity"] * item["price_cents"] for item in mine)
            expected = f"{wanted}: it was there before" if there else f"{wanted}"
            came = f"leaves {which} with the total {row['total_cents']}"
            wrong(f"`alembic upgrade {revision}`", came, expected, VERSIONS.get(revision, VERSIONS["0012"]))


def expect_refusal(old: Old, sql: str, refusal: str, revision: str, *values: Json) -> None:
    """Fail unless another program's statement is refused like this, or done where `refusal` is empty."""
    came = old.refusal(sql, *values)
    as_said = refusal in came or refusal == "NOT NULL"  # a check may refuse what is empty, too
    if bool(came) != bool(refusal) or not as_said:
        said = f"is refused ({came})" if came else "is done"
        expected = f"a refusal by {refusal}" if refusal else "no refusal"
        sent = f"`{sql}` {brief(values) if values else ''} by another program, after `{revision}`"
        wrong(sent, said, expected, VERSIONS[revision])


def expect_total_leads_down(old: Old, orders: int = 5) -> None:
    """Fail unless the three revisions lead down one at a time, and up again."""
    old.fill(orders)
    was, shapes = old.columns(), {}
    for revision in ("0007", "0008", "0009", "0010"):
        old.to(revision)
        if revision == "0008":  # the new app is there already, and knows of vouchers
            old.fill(orders, totals=[0, 1, 10**9][:orders])
            shapes["0007"] = Before(old)
        shapes[revision] = Before(old)
    for revision in ("0009", "0008", "0007"):
        above = f"{int(revision) + 1:04}"
        old.down(revision, VERSIONS[above])
        sent = f"`alembic downgrade {revision}`"
        shapes[revision].expect(sent, above, *([] if revision == "0009" else ["total_cents"]))
        if revision != "0007" and (refused := old.refusal(OLD_APP)):
            came = f"and then an order without a total is refused: {refused}"
            wrong(sent, came, f"no refusal: {revision} has none", VERSIONS[above])
        if revision == "0007" and (names := old.columns()) != was:
            odd = {name: column for name, column in names.items() if was.get(name) != column}
            wrong(sent, f"leaves in orders {brief(odd)}", f"{sorted(was)}, as before", VERSIONS[above])
        if revision == "0008":
            old.to("0010")
            shapes["0010"].expect("down to `0008`, and `alembic upgrade 0010`", "0009")
            old.down("0008", VERSIONS["0010"])
    old.to("0010")
    shapes["0010"].expect("down to `0007`, and `alembic upgrade 0010`", "0010", "total_cents")


def expect_no_gifts(old: Old, count: int, sent: str, look_at: str = VERSIONS["0011"]) -> None:
    """Fail unless all orders are there, and none is a gift."""
    if "is_gift" not in (names := old.columns()):
        came = f"leaves orders with the columns {sorted(names)}"
        wrong(sent, came, "is_gift among them", look_at)
    gifts = [row["is_gift"] for row in old.rows("SELECT is_gift FROM orders")]
    if gifts != [0] * count:
        wrong(sent, f"has is_gift {brief(gifts)}", f"{[0] * count}: no gifts", look_at)


def expect_gift_leads_down(old: Old, orders: int = 5) -> None:
    """Fail unless `0011` changes nothing but its column, on the way up, down and up."""
    old.fill(orders, totals=[9] * orders)
    before = Before(old)
    for revision in ("0011", "0010", "0011"):
        way = "downgrade" if revision == "0010" else "upgrade"
        sent = f"`alembic {way} {revision}`"
        old.down(revision, VERSIONS["0011"]) if way == "downgrade" else old.to(revision)
        before.expect(sent, "0011", *(["is_gift"] if revision == "0011" else []))
        expect_refusal(old, "UPDATE orders SET total_cents = -1", "ck_orders_total", "0011")


def expect_arrival(old: Old, revisions: tuple[str, ...]) -> None:
    """Fail unless a database that is at these revisions comes to the head with its rows."""
    filled = bool({"0009", "0010", "0011"} & {*revisions})
    old.fill(totals=[3] * 6 if filled else ())
    if "is_gift" in old.columns():
        old.execute("UPDATE orders SET is_gift = id % 2")
    if "bin" in old.columns("products"):
        old.execute("UPDATE products SET bin = 'A-' || id")
    new = {"total_cents", "is_gift", "bin"} - old.columns().keys() - old.columns("products").keys()
    names = ("email", "buyer_email") if "email" in old.columns() else ("", "")
    before = Before(old)
    old.to("head")
    sent = f"`alembic upgrade head` over a database at {' and '.join(revisions)}"
    if missing := {"total_cents", "is_gift", "bin"} - old.columns().keys() - old.columns("products").keys():
        came = f"leaves tables without {', '.join(sorted(missing))}"
        wrong(sent, came, "all that both branches add", VERSIONS["0012"])
    before.expect_rows(sent, "0012", *new, *([] if filled else ["total_cents"]), renamed=names)
    expect_totals(old, "head")
    if "is_gift" in new:
        expect_no_gifts(old, 6, sent, VERSIONS["0012"])
