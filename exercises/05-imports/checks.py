# Derived from chapters/05-imports/checks.py by `course build`: change it there.
"""Exercise 5, the checks that learners see; held_out.py puts the same promises to other inputs, moments and orders.

What an app answers is asked over HTTP. Probes look at what never leaves the process: what importing a file does, and from
which thread who connects how often.
"""

import ast
import io
import random
import re
import tokenize
from collections.abc import Collection

from httpx2 import Response

from course.checks import Api, Import, Json, Probe, ProjectFiles, Shop, as_before, expect, fail, task, wrong
from course.checks.linted import lint
from course.checks.planting import planted
from course.checks.shop import ORDERS, PRODUCTS
from course.checks.structure import (
    forbidden,
    keeps,
    modules_of,
    package_of,
    path_of,
    protected,
    where,
    within_reach,
)

SERVICE, WORDS, VAT = (f"app/orders/{name}.py" for name in ("service", "words", "vat"))
RULE = "the discount's rule (app/users/loyalty.py, or where you put it) and the repository's count"
PRICES = {1: 450, 2: 120, 3: 5900}
LOYAL_AFTER = 5

MOST_STEPS = 500_000
"""Instructions of an import, for a file that only defines things: a table of all amounts takes many millions."""
MOST_STEPS_A_QUESTION = 5_000
MOST_ENTRIES = 1_000

CONTRACTS = (
    """name = "layers"\ntype = "layers"
layers = ["app.main", "app.reports : app.summaries", "app.auth : app.orders", "app.users", "app.core"]""",
    """name = "inside a domain"\ntype = "layers"
containers = ["app.auth", "app.orders", "app.reports", "app.users"]
layers = ["router", "service", "(repository) | schemas", "(models)"]""",
    """name = "domains form no circle"\ntype = "acyclic_siblings"\nancestors = ["app"]""",
    forbidden(
        "below the routers nobody knows HTTP",
        ["app.*.service", "app.*.repository", "app.*.models", "app.core"],
        ["fastapi", "starlette"],
    ),
)
RANK = {"core": 0, "users": 1, "auth": 2, "orders": 2, "reports": 3, "summaries": 3}
RULES = "F401,F403,F405,TID252,E402,PLC0415"
SILENCES = re.compile(r"#\s*((ruff|flake8|isort):|noqa|fmt:\s*(off|skip))", re.IGNORECASE)
OURS = (
    "--isolated", "--ignore-noqa", "--line-length=320", "--config", 'lint.isort.known-first-party=["app"]',
    "--config", 'lint.flake8-tidy-imports.ban-relative-imports="all"',
    "--config", 'lint.isort.no-lines-before=["future","standard-library","third-party","first-party","local-folder"]',
)  # fmt: skip


@task("5.1", points=0.25, promise="importing `app.orders.words` defines things and makes no amounts")
async def test_importing_words_makes_no_amounts(probe: Probe, project: ProjectFiles) -> None:
    """Importing `app.orders.words` defines things and makes no amounts."""
    await makes_no_amounts(probe, project, "app.orders.words")


@task("5.1", points=0.25, promise="each question makes its own amount only")
async def test_the_first_question_is_cheap(probe: Probe, rng: random.Random) -> None:
    """The first question is as cheap as any other."""
    amounts = [rng.randrange(100, 400_000), rng.randrange(10**6, 10**8), rng.randrange(100, 400_000)]
    found = await probe("ask_words", amounts=amounts, most_steps=MOST_STEPS_A_QUESTION)
    for number, answer in enumerate(found, 1):
        if not answer["ended"]:
            came = f"as question number {number} ran more than {MOST_STEPS_A_QUESTION:,} instructions"
            look_at = f"what get_words makes in {WORDS}: no table of all amounts, not even late"
            wrong(f"get_words({amounts[number - 1]})", came, "the work for one amount", look_at)


@task("5.1", points=0.75, promise="`get_words` knows every amount below a million euros")
async def test_amounts_in_words(api: Api, rng: random.Random) -> None:
    """Receipts of amounts below and above 5,000 euros are in words, the same as before."""
    shop = Shop(api, rng)
    totals = [5900, 590_000, 120, 450, 1_920, 100_000, 499_990, 500_000, 2_130_000, 10_000_000, 99_999_990]
    for total in [*totals, *(10 * rng.randrange(5_000, 9_999_000) for _ in range(5))]:
        await judge_words(shop, total)
    await judge_words(shop, 5_580, sixth=True)  # 5301 cents: the only way to an amount with one cent


@task("5.1", points=0.25, promise="its imports are clean")
def test_the_imports_of_words(project: ProjectFiles) -> None:
    """The imports of `words.py` are absolute, named, used, at the top and in order."""
    in_order(project, WORDS)


@task("5.2", points=0.5, promise="nothing in `app/users/` or `app/core/` imports `app.orders`")
def test_users_do_not_know_orders(project: ProjectFiles) -> None:
    """Nothing in `app/users/` or `app/core/` imports orders: not on a detour, not in a function, not by its name."""
    imports = project.imports()
    for start in ("app.users", "app.core"):
        reach = within_reach(imports, start, closed=("app.orders",))
        for found in imports:
            if found.importer in reach and package_of(found.imported) == "app.orders":
                why = "Whatever the rule must know of orders has to be handed to it"
                fail(
                    f"{where(found)}; expected no arrow from {start[4:]} to orders, wherever the line stands. {why}."
                )
    for path in project.paths("app/users/*.py") + project.paths("app/core/*.py"):
        for node in ast.walk(ast.parse(project.read(path))):
            if name := imports_by_name(node):
                came = f"has {name}, an import that is hidden from the tools"
                line = f"{path}, line {getattr(node, 'lineno', 0)},"
                wrong(line, came, "no way from there to orders", "what the rule can be handed")


@task("5.2", points=0.25, promise="can be imported without loading any of `app/orders/`")
async def test_users_import_without_orders(probe: Probe, project: ProjectFiles) -> None:
    """Each module of `app/users/` can be imported without loading any of `app/orders/`."""
    users = [name for name in modules_of(project) if name.startswith("app.users.")]
    said = await probe("import_users", modules=users)
    for module in users:
        if came := said.get(module, "was not imported"):
            look_at = f"the imports of {path_of(module)}"
            wrong(f"`import {module}` alone", came, "it to need nothing of orders", look_at)


@task("5.2", points=0.5, promise="the contracts in `pyproject.toml` hold as they are, without exceptions")
def test_the_layers_hold(project: ProjectFiles) -> None:
    """The lesson's contracts hold, whatever pyproject.toml says by now."""
    contracts_hold(project)


@task("5.2", points=0.5, promise="nothing for five orders of a customer, 5 % for each one after them")
async def test_the_rule_is_the_same(api: Api, rng: random.Random) -> None:
    """The rule decides as it did: nothing for five orders of a customer, 5 % for each one after them."""
    await several_buy(Shop(api, rng), 2, RULE)


@task("5.2", points=0.25, promise="the imports of the files that you write for it are clean")
def test_the_imports_of_the_rule(project: ProjectFiles) -> None:
    """The imports of the discount's files, wherever they are, are absolute, named, used, at the top and in order."""
    in_order(project, *(path for path in project.paths("app/**/*.py") if path not in (WORDS, SERVICE, VAT)))


@task("5.3", points=0.75, promise="the sixth order of a customer, and each one after it, costs 5 % less")
async def test_the_sixth_order_is_cheaper(api: Api, rng: random.Random) -> None:
    """The app starts; five orders at full price, then 5 % less."""
    await several_buy(
        Shop(api, rng), 2, f"where `place` in {SERVICE} asks the rule, for whom, and when it adds"
    )


@task("5.3", points=0.5, promise="a receipt has the order's id and total, its tax and its words")
async def test_receipts(api: Api, rng: random.Random) -> None:
    """A receipt has the order's id and total, its tax and its words."""
    shop = Shop(api, rng)
    user = (await shop.register()).id
    for items in ({3: 100}, {1: rng.randrange(1, 9), 2: rng.randrange(1, 99)}, {3: 1}):
        await judge_receipt(api, await shop.order(user, items))


@task("5.3", points=0.5, promise="the app starts, and everything else answers as before", whole=True)
async def test_the_rest_is_as_before(api: Api, rng: random.Random) -> None:
    """Orders, pages, items and products answer what they answered before."""
    shop = Shop(api, rng)
    mine, other = await shop.customers(2)
    orders: list[dict[str, Json]] = []
    for user in (mine, other, mine, mine):
        lines = {product: rng.randrange(1, 9) for product in rng.sample([1, 2, 3], 2)}
        items = [{"product_id": product, "quantity": quantity} for product, quantity in lines.items()]
        total = sum(PRICES[product] * quantity for product, quantity in lines.items())
        order = {"user_id": user.id, "customer_name": user.full_name, "items": items, "total_cents": total}
        placed = await shop.try_to_order(user.id, lines)
        expect(placed, 201, why="the user and the products exist", look_at=f"`place` in {SERVICE}")
        order["id"] = placed.json().get("id")
        same(placed, order)
        orders.append(order)
    owned = [order for order in orders if order["user_id"] == mine.id]
    old = [
        {"orderId": one["id"], "custName": mine.full_name, "totalCents": one["total_cents"]} for one in owned
    ]
    names = {1: "Notebook", 2: "Pencil", 3: "Backpack"}
    products = [{"id": id_, "name": names[id_], "price_cents": PRICES[id_]} for id_ in PRICES]
    item, first = {"product_id": 3, "quantity": rng.randrange(1, 9)}, orders[0]
    grown = first["total_cents"] + PRICES[3] * item["quantity"]
    for path, wanted in (
        (ORDERS, {"items": orders, "total": 4, "skip": 0, "limit": 20}),
        (f"{ORDERS}?skip=1&limit=2", {"items": orders[1:3], "total": 4, "skip": 1, "limit": 2}),
        (f"{ORDERS}?user_id={mine.id}&limit=2", {"items": owned[:2], "total": 3, "skip": 0, "limit": 2}),
        (f"{ORDERS}/{first['id']}", first),
        (f"{ORDERS}/{first['id']}/items", first["items"]),
        (f"/api/v1/getOrders?userId={mine.id}", old),
        (PRODUCTS, products),
        (f"{PRODUCTS}/2", products[1]),
    ):
        same(expect(await api.get(path), 200, why="it did before", look_at=SERVICE), wanted)
    path = f"{ORDERS}/{first['id']}"
    same(expect(await api.post(f"{path}/items", json=item), 201, why="orders grow", look_at=SERVICE), item)
    same(await api.get(path), first | {"items": [*first["items"], item], "total_cents": grown})


@task("5.3", points=0.25, promise="importing `app.main` makes no amounts, either")
async def test_importing_the_app_makes_no_amounts(probe: Probe, project: ProjectFiles) -> None:
    """Importing `app.main` makes no amounts, either."""
    await makes_no_amounts(probe, project, "app.main")


@task("5.3", points=0.25, promise="the contracts in `pyproject.toml` hold here, too")
def test_the_contracts_hold_here(project: ProjectFiles) -> None:
    """The lesson's contracts hold in the order service."""
    contracts_hold(project)


@task("5.3", points=0.5, promise="the imports of `service.py` are clean")
def test_imports_are_named_and_in_order(project: ProjectFiles) -> None:
    """The imports of the order service are absolute, named, used, at the top and in order."""
    in_order(project, SERVICE)


@task("5.4", points=0.25, promise="`import app.main` connects to nothing")
async def test_importing_connects_to_nothing(probe: Probe) -> None:
    """`import app.main` connects to nothing, nor does an app that nobody has asked for a tax."""
    found = await probe("import_main")
    if not found:
        came = "and a connection of ours after it left no sign"
        wrong("`import app.main`", came, "one", f"what {VAT} does to sqlite3")
    for event, _, file, line in found[:-1]:
        place = f" in {file}, line {line}" if file else ""
        came = f"called {event}{place}"
        look_at = "what runs at import there: connect in a function that is called when a tax is asked for"
        wrong("`import app.main`, then a start,", came, "no connection before the first question", look_at)


@task("5.4", points=0.25, promise="the first question connects, later ones use that connection")
async def test_one_connection_for_many_receipts(probe: Probe, rng: random.Random) -> None:
    """Twenty questions need one connection."""
    questions = [[rng.randrange(100, 90_000), country] for country in ("BE", "IE", "DE", "BE") * 5]
    judge_connections(await probe("ask_taxes", questions=questions, threads=0, main_first=True), threads=0)


@task("5.4", points=0.5, promise="`get_vat_cents(5900)` is 1024, the tax in the price")
async def test_the_tax_on_receipts(api: Api, rng: random.Random) -> None:
    """The tax on receipts is the tax in the price, rounded to a whole cent."""
    shop = Shop(api, rng)
    for total in (5900, 450, 120, 590_000, *(10 * rng.randrange(5_000, 90_000) for _ in range(8))):
        order = await shop.order((await shop.register()).id, items_of(total))
        answer = await api.get(f"{ORDERS}/{order['id']}/receipt")
        expect(answer, 200, why="each order has a receipt", look_at=VAT)
        wanted, came = tax_in(order["total_cents"]), answer.json().get("vat_cents")
        if came != wanted:
            how = f"of {order['total_cents']} cents came back with vat_cents={came}"
            wrong(answer, how, f"{wanted}, 21 of 121 parts, to a whole cent", f"get_vat_cents in {VAT}")


@task("5.4", points=0.25, promise="the answer is the same from whatever thread it is asked")
async def test_tax_from_any_thread(probe: Probe, rng: random.Random) -> None:
    """The tax is right in each country, from whatever thread it is asked, and comes from the accountant's database."""
    countries = [[rng.randrange(100, 90_000), country] for country in ("BE", "DE", "IE") * 4]
    questions: list[list[Json]] = [[5900], *([rng.randrange(100, 900_000)] for _ in range(4)), *countries]
    for main_first in (True, False):
        found = await probe("ask_taxes", questions=questions, threads=3, main_first=main_first)
        judge_taxes(questions, found["answers"])
        judge_connections(found, threads=3)
    total = rng.randrange(100, 900_000)
    for line, *answers in await probe("two_first_questions", total=total):
        for who, came in zip(("first", "second"), answers, strict=True):
            if came != (wanted := tax_in(total)):
                sent = f"get_vat_cents({total}), which a second thread asks while the first is at line {line}, in the {who} one"
                how = came if isinstance(came, str) else f"returned {came}"
                look_at = f"{VAT}: nobody may see a connection before the rates are in it"
                wrong(sent, how, f"{wanted}", look_at)


@task("5.4", points=0.5, promise="its imports are clean")
def test_the_imports_of_vat(project: ProjectFiles) -> None:
    """The imports of `vat.py` are absolute, named, used, at the top and in order."""
    in_order(project, VAT)


# --- what the checks share -------------------------------------------------------------------------------------------


async def makes_no_amounts(probe: Probe, project: ProjectFiles, module: str) -> None:
    """Fail when importing a module makes an amount, or anything large."""
    found = await probe("import_module", module=module, most_steps=MOST_STEPS)
    sent, look_at = f"`import {module}`", f"what runs at import in {WORDS} and where it is called"
    if not found["ended"]:
        came = f"ran more than {MOST_STEPS:,} instructions of your code"
        wrong(sent, came, "functions and small tables", look_at)
    literally = project.read(WORDS)
    if made := found["made"] + [words for words in found["kept"] if words not in literally]:
        wrong(sent, f"made amounts, {made[0]!r} for one", "none before somebody asks", look_at)
    if module != "app.main" and found["largest"] > MOST_ENTRIES:  # frameworks have tables
        came = f"made a table of {found['largest']:,} entries"
        wrong(sent, came, "nothing that grows with the amounts", look_at)


def items_of(total: int) -> dict[int, int]:
    """Products and quantities that cost so much; the catalog has a way to every tenth cent from 30,850 on."""
    for backpacks in [*range(6), total // PRICES[3]]:
        for notebooks in range(4):
            pencils, rest = divmod(total - backpacks * PRICES[3] - notebooks * PRICES[1], PRICES[2])
            if rest == 0 and pencils >= 0:
                found = {3: backpacks, 1: notebooks, 2: pencils}
                return {product: count for product, count in found.items() if count}
    raise ValueError(f"nothing costs {total}")


async def judge_words(shop: Shop, total: int, *, sixth: bool = False) -> None:
    """Order for so much, as the sixth order or the first of somebody; fail unless the receipt says it in words."""
    user = (await shop.register()).id
    for _ in range(LOYAL_AFTER if sixth else 0):
        await shop.order(user, {2: 1})
    order = await shop.order(user, items_of(total))
    answer = await shop.api.get(f"{ORDERS}/{order['id']}/receipt")
    look_at = f"get_words in {WORDS}"
    expect(answer, 200, why=f"{order['total_cents']} cents have words", look_at=look_at)
    wanted, came = in_words(order["total_cents"]), answer.json().get("in_words")
    if came != wanted:
        wrong(
            answer, f"of {order['total_cents']} cents came back with in_words={came!r}", repr(wanted), look_at
        )


async def judge_receipt(api: Api, order: Json) -> None:
    """Fail unless the receipt of this order has what it must have."""
    answer = await api.get(f"{ORDERS}/{order['id']}/receipt")
    expect(answer, 200, why="each order has a receipt", look_at=f"get_receipt in {SERVICE}")
    total = order["total_cents"]
    wanted = {"order_id": order["id"], "total_cents": total}
    wanted |= {"vat_cents": tax_in(total), "in_words": in_words(total)}
    for field, value in wanted.items():
        if (came := answer.json().get(field)) != value:
            how = f"of {total} cents came back with {field}={came!r}"
            wrong(answer, how, repr(value), f"what get_receipt in {SERVICE} hands to whom")


async def buys(shop: Shop, user: int, numbers: Collection[int], look_at: str) -> None:
    """Place orders of somebody who has placed those before `numbers`; fail at the first price that is not right."""
    for number in numbers:
        lines = shop.rng.sample([1, 2, 3], shop.rng.randrange(1, 4))
        items = {product: 2 * shop.rng.randrange(1, 15) for product in lines}  # no half cents
        full = sum(PRICES[product] * quantity for product, quantity in items.items())
        answer = await shop.try_to_order(user, items)
        expect(answer, 201, why="the user and the product exist", look_at=look_at)
        wanted = full - full * 5 // 100 if number > LOYAL_AFTER else full
        if (came := answer.json().get("total_cents")) != wanted:
            how = f"as order number {number} of this customer came back with total_cents={came}"
            loyal = number > LOYAL_AFTER
            why = (
                f"{wanted}: 5 % less than {full} after five orders" if loyal else f"{wanted}, the full price"
            )
            wrong(answer, how, why, look_at)


async def several_buy(shop: Shop, how_many: int, look_at: str) -> None:
    """Let customers buy in turns; fail at the first price that is not right."""
    users = [one.id for one in await shop.customers(how_many)]
    for number in range(1, 9):
        for user in shop.rng.sample(users, how_many):
            await buys(shop, user, [number], look_at)


def same(answer: Response, wanted: Json) -> None:
    """Fail unless the answer has the body that it had before the exercise."""
    as_before(answer, wanted, look_at=f"{SERVICE} and app/orders/repository.py")


def judge_taxes(questions: list[list[Json]], threads: list[list[Json]]) -> None:
    """Fail at the first answer of a thread that is not the tax."""
    for thread, answers in enumerate(threads, 1):
        for question, came in zip(questions, answers, strict=True):
            wanted = tax_in(*question)
            if came != wanted:
                how = f"in thread number {thread} {came if isinstance(came, str) else f'returned {came}'}"
                asked = ", ".join(map(repr, question))
                wrong(
                    f"get_vat_cents({asked})", how, f"{wanted}", f"get_vat_cents and its connection in {VAT}"
                )


def judge_connections(found: Json, *, threads: int) -> None:
    """Fail unless the first thread needed one connection, and each other one more at most."""
    first, every = found["by_the_first"], found["by_all"]
    if first == 0:
        why = "one connection: the rates are the accountant's, and the first question asks for them"
        wrong("Questions about taxes", "never connected", why, f"where {VAT} has its rates from")
    if strange := [place for place in found["places"] if "memory" not in place]:
        came = f"connected to {strange[0]!r}"
        wrong("A question about a tax", came, "':memory:', which stands for the accountant's server", VAT)
    if found["rates"] > 3:
        came = f"left {found['rates']} rows in the table of rates"
        wrong(
            "Questions about taxes", came, "3, as at first", f"what {VAT} does at each question: fill it once"
        )
    if first != 1 or every > 1 + threads:
        came = f"made {first} connections" + (f", and {every} with {threads} more threads" if threads else "")
        wrong(
            "Questions in one thread", came, "one, or one a thread", f"who remembers the connection in {VAT}"
        )


def tax_in(total: int, country: str = "BE") -> int:
    """The tax inside a total."""
    percent = {"BE": 21, "DE": 19, "IE": 23}[country]
    return round(total * percent / (100 + percent))


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


def contracts_hold(project: ProjectFiles) -> None:
    """Hold the project to the contracts of the lesson, and name the import that breaks them."""
    modules, imports = modules_of(project), project.imports()
    inside = [protected(domain, [f"app.{domain}"], modules) for domain in ("users", "orders")]
    keeps(project, imports, *CONTRACTS, *inside, crossed=crossed, arrows=imports)


def crossed(found: Import) -> str:
    """What is wrong with an import by these contracts; nothing with most."""
    start, end = (package_of(module)[4:] for module in (found.importer, found.imported))
    if RANK.get(start, 9) < RANK.get(end, 0):
        return f"expected {start} to know nothing of {end}, which stands above it. Hand it what it must know."
    if start != end and found.imported.rpartition(".")[2] in ("schemas", "repository", "models"):
        return f"expected {end} to be asked through its service. What is inside of it may change any day."
    return ""


def imports_by_name(node: ast.AST) -> str:
    """What makes an import of this node that no tool can see; nothing, mostly."""
    match node:
        case ast.Constant(value=str(text)) if re.fullmatch(r"app\.orders(\.\w+)*", text):
            return f"the name {text!r} in a string"
        case ast.Name(id="__import__" | "import_module" | "exec" | "eval" as name):
            return f"`{name}`"
        case (
            ast.Attribute(attr="import_module" as name)
            | ast.Attribute(value=ast.Name(id="sys"), attr="modules" as name)
        ):
            return f"`{name}`"
    return ""


def in_order(project: ProjectFiles, *paths: str) -> None:
    """Fail at the first import that ruff objects to, or at a comment that keeps it quiet."""
    for found in lint(project, *OURS, f"--select={RULES}", *paths):
        came = f"says {found.code}: {found.message.rstrip('.')}"
        expected = "imports that are absolute, named, used and at the top"
        wrong(f"For {found.path}, line {found.line}, ruff", came, expected, "that line")
    for path in paths:
        text = project.read(path)
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT and SILENCES.search(token.string):
                came = f"silences a tool with `{token.string}`"
                wrong(f"{path}, line {token.start[0]},", came, "imports that need no excuse", "that line")
        block = [node for node in ast.parse(text).body if isinstance(node, ast.Import | ast.ImportFrom)]
        with planted(project, {"imports.py": "".join(f"{ast.unparse(node)}\n" for node in block)}):
            if lint(project, *OURS, "--select=I001", "imports.py"):
                expected = "the standard library, then packages, then app, each by the alphabet"
                look_at = f"what `ruff check --select I --diff {path}` says"
                wrong(f"For {path}, ruff", "says I001: its imports are not sorted", expected, look_at)
