# Derived from chapters/05-imports/checks.py by `course build`: change it there.
"""Exercise 5, the checks that learners see; held_out.py puts the same promises to other tests."""

import ast
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from httpx2 import Response

from course.checks.structure import circle, package_of, where
from course.grading.checking import (
    Api,
    CheckFailed,
    Probe,
    ProjectFiles,
    ToolOutput,
    as_before,
    expect,
    fail,
    task,
)

type Json = Any
"""What an answer holds."""

USERS, ORDERS = "/api/v1/users", "/api/v1/orders"
PRICES = {1: 450, 2: 120, 3: 5900}
SERVICE, WORDS, VAT = "app/orders/service.py", "app/orders/words.py", "app/orders/vat.py"
REPOSITORY = "app/orders/repository.py"
AROUND = f"{SERVICE} and {REPOSITORY}"
MOST_STEPS = (
    20_000  # bytecode instructions of an import that only defines; half a million amounts take many millions
)
MOST_ENTRIES = 1_000

# What probes start with: nothing of the app is loaded yet.
FRESH = """
import sys

for name in [name for name in sys.modules if name == "app" or name.startswith("app.")]:
    del sys.modules[name]
"""

# Counts work by bytecode instructions, in modules of the app only: the same on every machine.
COUNTED = """
from importlib.util import find_spec

HOME = find_spec("app").submodule_search_locations[0]
for name in [name for name in sys.modules if name == "app" or name.startswith("app.")]:
    del sys.modules[name]
INSTRUCTION = sys.monitoring.events.INSTRUCTION


class TooMuch(BaseException):
    pass


class Counted:
    def __init__(self, most):
        self.most, self.steps = most, 0

    def step(self, code, offset):
        if not code.co_filename.startswith(HOME):
            return sys.monitoring.DISABLE
        self.steps += 1
        if self.steps > self.most:
            raise TooMuch

    def __enter__(self):
        sys.monitoring.use_tool_id(4, "course")
        sys.monitoring.register_callback(4, INSTRUCTION, self.step)
        sys.monitoring.set_events(4, INSTRUCTION)
        return self

    def __exit__(self, kind, error, trace):
        sys.monitoring.set_events(4, 0)
        sys.monitoring.free_tool_id(4)
        return kind is TooMuch
"""

# Who connects, and from which line of the app: sqlite3 and sockets tell Python's audit hooks.
WATCHED = """
def own_line():
    frame = sys._getframe(2)
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module == "app" or module.startswith("app."):
            return [frame.f_code.co_filename.rpartition("/app/")[2], frame.f_lineno]
        frame = frame.f_back
    return ["", 0]


connections, handles = [], []


def watch(event, arguments):
    if event in ("sqlite3.connect", "socket.connect"):
        connections.append([event, *own_line()])
    elif event == "sqlite3.connect/handle":
        handles.append(arguments[0])


def how_many_rates(connection):
    try:
        return connection.execute("select count(*) from rates").fetchone()[0]
    except Exception:  # closed, or kept in another way
        return 3


sys.addaudithook(watch)
"""


@task("5.1", points=1)
async def test_importing_words_makes_no_amounts(probe: Probe) -> None:
    """Importing `app.orders.words` defines things and makes no amounts."""
    found = await probe(f"""{FRESH}{COUNTED}
with Counted({MOST_STEPS}) as counted:
    import app.orders.words
result = {{"steps": counted.steps}}
if counted.steps <= {MOST_STEPS}:
    module = sys.modules["app.orders.words"]
    sizes = {{name: len(value) for name, value in vars(module).items()
              if name != "__builtins__" and isinstance(value, (dict, list, tuple, set, frozenset))}}
    result["largest"] = max(sizes, key=sizes.get, default="")
    result["size"] = max(sizes.values(), default=0)
""")
    if found["steps"] > MOST_STEPS:
        fail(
            f"`import app.orders.words` ran more than {MOST_STEPS:,} instructions of your code; expected it to define "
            f"functions and small tables only. Look at what stands outside of functions in {WORDS}."
        )
    if found["size"] > MOST_ENTRIES:
        fail(
            f"After `import app.orders.words` its {found['largest']} holds {found['size']:,} entries; expected nothing that "
            f"grows with the amounts. Make the words of an amount when they are asked for, in {WORDS}."
        )


@task("5.1", points=0.5)
async def test_amounts_in_words(probe: Probe, rng: random.Random) -> None:
    """`get_words` knows amounts below and above 5,000 euros."""
    amounts = [
        5900,
        590_000,
        0,
        101,
        1920,
        9_999,
        10_000,
        100_000,
        10_000_042,
        rng.randrange(1, 500_000),
        rng.randrange(500_000, 100_000_000),
    ]
    said = await asked_for_words(probe, amounts)
    for cents, words in zip(amounts, said, strict=True):
        judge_words(cents, words)


@task("5.2", points=1)
def test_users_do_not_know_orders(project: ProjectFiles) -> None:
    """Nothing in `app/users/` or `app/core/` imports orders, and domains form no circle."""
    imports = project.imports()
    for found in imports:
        start, end = package_of(found.importer), package_of(found.imported)
        if start in ("app.users", "app.core") and end == "app.orders":
            fail(
                f"{where(found)}; expected no arrow from {start[4:]} to orders, wherever the line stands. Orders ask users "
                "for the customer, so whatever the rule must know of orders has to be handed to it."
            )
    for path in project.paths("app/users/*.py") + project.paths("app/core/*.py"):
        for node in ast.walk(ast.parse(project.read(path))):
            if isinstance(node, ast.Constant) and BY_NAME.fullmatch(str(node.value)):
                fail(
                    f"{path}, line {node.lineno}, has the name {node.value!r} in a string; expected no way from there to orders. An "
                    "import that is hidden from the tools is still an arrow: let the rule be handed what it must know."
                )
    if way := circle(imports):
        names = " → ".join(name.removeprefix("app.") for name in way)
        back = next(one for one in imports if [package_of(one.importer), package_of(one.imported)] == way[:2])
        fail(f"{where(back)}: that closes the circle {names}. Let one of the two be handed what it needs.")


@task("5.2", points=0.5)
async def test_users_import_without_orders(probe: Probe, project: ProjectFiles) -> None:
    """Each module of `app/users/` can be imported without loading any of `app/orders/`."""
    modules = [path.removesuffix(".py").replace("/", ".") for path in project.paths("app/users/*.py")]
    modules = [name for name in modules if not name.endswith(("__init__", ".router", ".account"))]
    loaded = await probe(f"""{FRESH}
import importlib

result = {{}}
for module in {modules!r}:
    result[module] = ""
    try:
        importlib.import_module(module)
    except ImportError as error:
        result[module] = f"failed with {{type(error).__name__}}: {{error.msg.partition(' (/')[0]}}"
        break
    strangers = sorted(name for name in sys.modules if name.startswith("app.orders"))
    if strangers:
        result[module] = f"loaded {{strangers[-1]}}"
        break
""")
    for module, said in loaded.items():
        if said:
            fail(
                f"`import {module}` alone {said}; expected it to need nothing of orders. Look at its imports."
            )
    if list(loaded) != modules:
        fail(
            f"{len(loaded)} of {len(modules)} modules of app/users/ were imported; expected all. Look at their imports."
        )


@task("5.3", points=1)
async def test_the_sixth_order_is_cheaper(api: Api, rng: random.Random) -> None:
    """The app starts; five orders at full price, then 5 % less."""
    customer = await new_user(api, rng)
    for number in range(1, 9):
        await placed(api, customer, 2, 900 if number <= 5 else 855, f"order number {number} of a customer")


@task("5.3", points=0.5)
async def test_the_rest_is_as_before(api: Api, rng: random.Random) -> None:
    """Orders, pages, items and products answer what they answered before."""
    mine, other = await new_user(api, rng), await new_user(api, rng)
    orders: list[dict[str, Any]] = []
    for user in (mine, other, mine, mine):
        lines = [(product, rng.randrange(1, 9)) for product in rng.sample([1, 2, 3], 2)]
        items = [{"product_id": product, "quantity": quantity} for product, quantity in lines]
        order = {"user_id": user, "customer_name": "Ada", "items": items}
        order["total_cents"] = sum(PRICES[product] * quantity for product, quantity in lines)
        placed = await api.post(ORDERS, json={"user_id": user, "items": items})
        expect(placed, 201, why="the user and the products exist", look_at=SERVICE)
        order["id"] = placed.json()["id"]
        as_before(placed, order, look_at=AROUND)
        orders.append(order)
    owned = [order for order in orders if order["user_id"] == mine]
    names = {1: "Notebook", 2: "Pencil", 3: "Backpack"}
    products = [{"id": id_, "name": names[id_], "price_cents": PRICES[id_]} for id_ in (1, 2, 3)]
    for path, wanted in (
        (ORDERS, {"items": orders, "total": 4, "skip": 0, "limit": 20}),
        (f"{ORDERS}?skip=1&limit=2", {"items": orders[1:3], "total": 4, "skip": 1, "limit": 2}),
        (f"{ORDERS}?user_id={mine}&skip=1&limit=1", {"items": owned[1:2], "total": 3, "skip": 1, "limit": 1}),
        (f"{ORDERS}/{orders[1]['id']}", orders[1]),
        (f"{ORDERS}/{orders[1]['id']}/items", orders[1]["items"]),
        ("/api/v1/products", products),
        ("/api/v1/products/2", products[1]),
        (
            f"/api/v1/getOrders?userId={mine}",
            [{"orderId": o["id"], "custName": "Ada", "totalCents": o["total_cents"]} for o in owned],
        ),
    ):
        answer = await api.get(path)
        as_before(
            expect(answer, 200, why="it did before this exercise", look_at=SERVICE), wanted, look_at=AROUND
        )
    item, path = {"product_id": 3, "quantity": rng.randrange(1, 9)}, f"{ORDERS}/{orders[0]['id']}"
    as_before(
        expect(await api.post(f"{path}/items", json=item), 201, why="orders grow", look_at=SERVICE),
        item,
        look_at=AROUND,
    )
    cents = orders[0]["total_cents"] + PRICES[3] * item["quantity"]
    as_before(
        await api.get(path),
        orders[0] | {"items": [*orders[0]["items"], item], "total_cents": cents},
        look_at=AROUND,
    )
    nothing = rng.randrange(500, 999)
    unknown = {"user_id": mine, "items": [{"product_id": nothing, "quantity": 1}]}
    for path, body, said in (
        (f"{ORDERS}/{nothing}", None, "Order not found"),
        (f"{ORDERS}/{nothing}/items", None, "Order not found"),
        (f"/api/v1/products/{nothing}", None, "Product not found"),
        (ORDERS, unknown, "Product not found"),
    ):
        answer = await (api.post(path, json=body) if body else api.get(path))
        expect(answer, 404, why="there is nothing with this number", look_at=SERVICE)
        as_before(answer, {"detail": said}, look_at=AROUND)


@task("5.3", points=0.5)
def test_imports_are_named_and_in_order(project: ProjectFiles) -> None:
    """Imports of the order service, the words and the discount are absolute, named, used, at the top and in order."""
    in_order(project, SERVICE, WORDS, *discount_files(project), more=(INSIDE,))


@task("5.4", points=1)
async def test_importing_connects_to_nothing(probe: Probe) -> None:
    """`import app.main` connects to nothing."""
    connections = await probe(f"""{FRESH}{WATCHED}
import sqlite3
import app.main

sqlite3.connect(":memory:").close()
result = connections
""")
    if not connections:
        fail(
            f"After app.main was imported, no connection can be seen; expected to see one of ours. Look at {VAT}."
        )
    for event, file, line in connections[:-1]:
        place = f" in app/{file}, line {line}" if file else ""
        fail(
            f"While app.main was imported, {event} was called{place}; expected no connection before the first question. "
            "Connect in a function that is called when a tax is asked for."
        )


@task("5.4", points=1)
async def test_tax_from_any_thread(probe: Probe, rng: random.Random) -> None:
    """The tax is right, from whatever thread it is asked."""
    totals = [5900, *(rng.randrange(100, 900_000) for _ in range(5))]
    found = await probe(asking(totals, threads=3))
    for total, tax in found["main"]:
        judge_tax(total, tax, "asked in the main thread")
    for total, tax in found["others"]:
        judge_tax(total, tax, "asked in another thread")


@task("5.4", points=0.5)
def test_the_imports_of_vat(project: ProjectFiles) -> None:
    """The imports of `vat.py` are in order."""
    in_order(project, VAT)


# --- what the checks share -------------------------------------------------------------------------------------------


async def new_user(api: Api, rng: random.Random) -> int:
    """Register somebody; their id."""
    data = {"email": f"u{rng.randrange(10**9)}@example.com", "full_name": "Ada", "password": "correct horse"}
    made = expect(
        await api.post(USERS, json=data), 201, why="users answered before", look_at="app/users/service.py"
    )
    user: int = made.json()["id"]
    return user


async def placed(api: Api, user: int, quantity: int, wanted: int, what: str, product: int = 1) -> int:
    """Place an order that must cost so much; its id."""
    data = {"user_id": user, "items": [{"product_id": product, "quantity": quantity}]}
    answer = expect(
        await api.post(ORDERS, json=data), 201, why="the user and the product exist", look_at=SERVICE
    )
    total = answer.json()["total_cents"]
    if total != wanted:
        fail(
            f"POST {ORDERS} as {what} came back with total_cents={total}; expected {wanted}. A discount of 5 % begins after five "
            "orders of the same customer: look at the rule, and at what place in app/orders/service.py hands to it."
        )
    order: int = answer.json()["id"]
    return order


async def asked_for_words(probe: Probe, amounts: list[int]) -> list[Json]:
    """What get_words says of these amounts; a string that begins with ! where it raises."""
    said: list[Json] = await probe(f"""{FRESH}
from app.orders.words import get_words

result = []
for cents in {amounts!r}:
    try:
        result.append(get_words(cents))
    except Exception as error:
        result.append(f"!{{type(error).__name__}}: {{error}}")
""")
    return said


def judge_words(cents: int, words: Json) -> None:
    """Fail unless these are the words of this amount."""
    wanted = in_words(cents)
    if words != wanted:
        said = (
            f"raised {words[1:]}"
            if isinstance(words, str) and words.startswith("!")
            else f"returned {words!r}"
        )
        fail(f"get_words({cents}) {said}; expected {wanted!r}. Look at get_words in {WORDS}.")


def in_words(cents: int) -> str:
    """An amount below a million euros in words."""
    return f"{number_in_words(cents // 100)} euros and {number_in_words(cents % 100)} cents"


def number_in_words(value: int) -> str:
    ones = (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen"
    ).split()
    tens = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()
    if value < 20:
        return ones[value]
    if value < 100:
        return tens[value // 10] + (f"-{ones[value % 10]}" if value % 10 else "")
    size, name = (1000, "thousand") if value >= 1000 else (100, "hundred")
    rest = f" {number_in_words(value % size)}" if value % size else ""
    return f"{number_in_words(value // size)} {name}{rest}"


def asking(totals: list[int], *, threads: int, country: str = "") -> str:
    """A probe that asks for taxes in the main thread, then in others, and counts connections."""
    more = f", {country!r}" if country else ""
    return f"""{FRESH}{WATCHED}
import threading
from app.orders.vat import get_vat_cents


def ask(into):
    for total in {totals!r}:
        try:
            into.append([total, get_vat_cents(total{more})])
        except Exception as error:
            into.append([total, f"!{{type(error).__name__}}: {{error}}"])


asked = {{"main": [], "others": []}}
ask(asked["main"])
one_thread, rates = len(connections), max(map(how_many_rates, handles), default=3)
for _ in range({threads}):
    thread = threading.Thread(target=ask, args=[asked["others"]])
    thread.start()
    thread.join()
result = asked | {{"one_thread": one_thread, "all_threads": len(connections), "rates": rates}}
"""


def judge_tax(total: int, tax: Json, how: str, *, percent: int = 21) -> None:
    """Fail unless this is the tax inside the total."""
    wanted = round(total * percent / (100 + percent))
    if tax != wanted:
        said = f"raised {tax[1:].rstrip('.')}" if isinstance(tax, str) else f"returned {tax}"
        fail(
            f"get_vat_cents({total}) {how} {said}; expected {wanted}, {percent} of {100 + percent} parts of the total, rounded to a "
            f"whole cent. Look at get_vat_cents and its connection in {VAT}."
        )


def discount_files(project: ProjectFiles) -> list[str]:
    """Where the discount's rule lives: wherever its file is."""
    return [path for path in project.paths("app/*/*.py") if "loyal" in path.lower()]


BY_NAME = re.compile(r"app\.orders(\.\w+)*")
"""A string that is the name of a module of orders: what `importlib.import_module` wants."""
MARKS = re.compile(r"^[ ]*(?:# TODO:|### (?:BEGIN|END) SOLUTION)[^\n]*\n", re.MULTILINE)
SILENCED = re.compile(r"#\s*(?:ruff:|noqa|isort:|type:\s*ignore)[^\n]*", re.IGNORECASE)
RULES = {
    "I001": "Ruff's isort rules put it in another order: `ruff check --select I --diff` shows which",
    "F401": "Import only what the file uses",
    "F403": "Name what you import; a wildcard takes whatever there is",
    "F405": "Name what you import; a wildcard takes whatever there is",
    "TID252": "Write the module's full name, from app. on",
    "E402": "Imports stand at the top of a file",
}
INSIDE = "PLC0415"


def in_order(project: ProjectFiles, *paths: str, more: tuple[str, ...] = ()) -> None:
    """Fail at the first import that ruff objects to, or that a comment hides from it."""
    for path in paths:
        text = project.read(path)
        if silenced := SILENCED.search(text):
            line = text.count("\n", 0, silenced.start()) + 1
            fail(
                f"{path}, line {line}, silences a tool with `{silenced[0]}`; expected imports that need no excuse. "
                "Fix the line."
            )
    wanted = {*RULES, *more}
    settings = (
        "check", "--isolated", "--ignore-noqa", "--line-length=99", "--config", 'lint.isort.known-first-party=["app"]',
        "--config", 'lint.flake8-tidy-imports.ban-relative-imports="all"', "--output-format=concise",
    )  # fmt: skip
    for path in paths:
        with without_marks(project, path):
            said = project.ruff(*settings, f"--select={','.join(wanted)}", path)
            if not said.passed and only_blank_lines(
                project.ruff(*settings, "--select=I001", "--diff", path).output
            ):
                said = project.ruff(*settings, f"--select={','.join(wanted - {'I001'})}", path)
        judge_order(said)


def only_blank_lines(diff: str) -> bool:
    """Whether a diff changes nothing but how many blank lines there are: that is no order of imports."""
    changed = [line for line in diff.splitlines() if re.match(r"[+-](?![+-]{2} )", line)]
    return bool(changed) and all(line[1:].strip() == "" for line in changed)


def judge_order(said: ToolOutput) -> None:
    """Fail at the first thing that ruff has found."""
    if said.passed:
        return
    found = re.search(r"^(\S+?):(\d+):\d+: (\w+)", said.output, re.MULTILINE)
    if found is None:
        raise CheckFailed(
            "ruff could not read these files; expected them to parse. The details say where.", said.output
        )
    path, line, rule = found.groups()
    raise CheckFailed(
        f"{path}, line {line}: ruff says {rule}. {(RULES | {INSIDE: RULES['E402']}).get(rule, 'Look at this line')}.",
        said.output,
    )


@contextmanager
def without_marks(project: ProjectFiles, *paths: str) -> Iterator[None]:
    """Blank the TODO and solution marks of a notebook in these files, for a moment: isort minds comments."""
    before = {project.root / path: project.read(path) for path in paths}
    for file, text in before.items():
        file.write_text(MARKS.sub("", text), encoding="utf-8")
    try:
        yield
    finally:
        for file, text in before.items():
            file.write_text(text, encoding="utf-8")


async def receipt(api: Api, order: int) -> Json:
    """The receipt of an order."""
    answer: Response = await api.get(f"{ORDERS}/{order}/receipt")
    return expect(answer, 200, why="each order has a receipt", look_at=f"get_receipt in {SERVICE}").json()
