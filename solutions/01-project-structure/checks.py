"""Exercise 1, the checks that learners see. held_out.py puts the same promises to other tests."""

import json
import random
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from course.grading.checking import Api, CheckFailed, Import, Probe, ProjectFiles, expect, fail, task

USERS, ORDERS, PRODUCTS = "/api/v1/users", "/api/v1/orders", "/api/v1/products"
CATALOG = [
    {"id": 1, "name": "Notebook", "price_cents": 450},
    {"id": 2, "name": "Pencil", "price_cents": 120},
    {"id": 3, "name": "Backpack", "price_cents": 5900},
]
PRICES = {1: 450, 2: 120, 3: 5900}
BROKEN = re.compile(r"^(.*) BROKEN$", re.MULTILINE)
ROUNDS_BADLY = (3, 6, 7, 12, 14, 19, 23, 24)  # int(1.2 * n * 100) is one cent short of 120 * n

# What probes start with: the service as FastAPI would hand it out, whether or not it waits for anything.
SHOP = """
import inspect
import httpx2
from fastapi import Depends
from pydantic import TypeAdapter

FIELDS = ("id", "user_id", "customer_name", "items", "total_cents")


async def settle(value):
    return await value if inspect.isawaitable(value) else value


async def provided(provider):
    from app.main import app

    async def take(value=Depends(provider)):
        taken.append(value)

    taken, path = [], f"/course-probe/{provider.__name__}/{len(app.routes)}"
    app.add_api_route(path, take)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://probe") as client:
        await client.get(path)
    return taken[0]


def look(thing, name):
    return thing[name] if isinstance(thing, dict) else getattr(thing, name)


def plain(order):
    if order is None:
        return None
    found = {name: look(order, name) for name in FIELDS}
    return found | {"items": [[look(i, "product_id"), look(i, "quantity")] for i in found["items"]]}


async def register(name, email):
    from app.users.schemas import UserCreate
    from app.users.service import get_user_service

    users = await provided(get_user_service)
    return (await settle(users.register(UserCreate(email=email, full_name=name, password="correct horse")))).id


async def place(shop, user_id, lines):
    from app.orders.schemas import OrderCreate

    data = {"user_id": user_id, "items": [{"product_id": p, "quantity": q} for p, q in lines]}
    return await settle(shop.place(TypeAdapter(OrderCreate).validate_python(data)))
"""


def person(rng: random.Random) -> str:
    """A name that no answer can know beforehand."""
    first = rng.choice(["Zoë", "Ada", "Noor", "Jürgen", "Mei", "Olu"])
    return f"{first} {rng.choice(['Ångström', 'Okafor', 'Lovelace', 'García'])} {rng.randrange(1000, 10000)}"


def mailbox(rng: random.Random) -> str:
    return f"u{rng.randrange(10**9)}@example.com"


def some_lines(rng: random.Random) -> list[tuple[int, int]]:
    """Lines of an order, as (product, quantity), whose total floats get wrong."""
    return [(2, rng.choice(ROUNDS_BADLY)), (rng.choice([1, 3]), rng.randrange(1, 9))]


def total_of(lines: list[tuple[int, int]]) -> int:
    return sum(PRICES[product] * quantity for product, quantity in lines)


def in_words(lines: list[tuple[int, int]]) -> str:
    return " and ".join(f"{quantity} × product {product}" for product, quantity in lines)


async def new_user(api: Api, rng: random.Random) -> tuple[int, str]:
    """Register somebody; their id and name."""
    name = person(rng)
    data = {"email": mailbox(rng), "full_name": name, "password": "correct horse"}
    made = expect(await api.post(USERS, json=data), 201, why="users answered before", look_at="app/main.py")
    return made.json()["id"], name


async def new_order(api: Api, user_id: int, lines: list[tuple[int, int]]) -> Any:
    """Place an order over HTTP; the answer's body."""
    items = [{"product_id": product, "quantity": quantity} for product, quantity in lines]
    answer = await api.post(ORDERS, json={"user_id": user_id, "items": items})
    why = "a new order answers 201 Created" if answer.is_success else "this order can be placed"
    return expect(answer, 201, why=why, look_at="app/orders/router.py, and what app/main.py includes").json()


async def reads(api: Api, path: str, expected: object, look_at: str) -> None:
    """GET a path and fail unless its body is the expected one."""
    answer = expect(await api.get(path), 200, why="there is something to read there", look_at=look_at)
    if answer.json() != expected:
        fail(f"GET {path} came back {brief(answer.json())}; expected {brief(expected)}. Look at {look_at}.")


def brief(data: object) -> str:
    text = json.dumps(data, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:199]}…"


@task("1.1", points=1)
async def test_orders_are_kept(probe: Probe, rng: random.Random) -> None:
    """Move the data: an added order gets an id of its own and is found again."""
    first, second = rng.sample(range(20, 90), 2)
    rows = [[user, person(rng), some_lines(rng), rng.randrange(1, 9999)] for user in (first, second, first)]
    found = await probe(f"""{SHOP}
from app.orders.models import OrderItem
from app.orders.repository import OrderRepository

orders = OrderRepository()
made = []
for user, name, lines, total in {rows!r}:
    made.append(plain(await settle(orders.add(user, name, [OrderItem(p, q) for p, q in lines], total))))
kept = [plain(await settle(orders.get(order["id"]))) for order in made if order]
result = {{"made": made, "kept": kept}}
""")
    if None in found["made"]:
        fail(
            "OrderRepository().add(…) returned None; expected the new Order. Look at add in app/orders/repository.py."
        )
    ids = [order["id"] for order in found["made"]]
    if len(set(ids)) < len(ids):
        fail(
            f"Three added orders got the ids {ids}; expected three different ones. Look at how add in "
            "app/orders/repository.py finds the next id."
        )
    for order, kept, (user, name, lines, total) in zip(found["made"], found["kept"], rows, strict=True):
        wanted = dict(
            zip(("user_id", "customer_name", "items", "total_cents"), (user, name, lines, total), strict=True)
        )
        wanted["items"] = [list(line) for line in lines]
        if kept is None or {key: kept[key] for key in wanted} != wanted:
            fail(
                f"After add for user {user}, get({order['id']}) found {brief(kept)}; expected {brief(wanted)} with that "
                "id. Look at what add keeps, and under which key, in app/orders/repository.py."
            )


@task("1.1", points=0.5)
async def test_impossible_orders_do_not_validate(probe: Probe, rng: random.Random) -> None:
    """Move the data: an order needs lines, and each line a quantity of at least 1."""
    below = -rng.randrange(1, 100)
    rows = [[[1, 1]], [[1, 0]], [[3, 2], [1, below]], []]
    allowed = await probe(f"""{SHOP}
from pydantic import ValidationError
from app.orders.schemas import OrderCreate

result = []
for lines in {rows!r}:
    data = {{"user_id": 1, "items": [{{"product_id": p, "quantity": q}} for p, q in lines]}}
    try:
        TypeAdapter(OrderCreate).validate_python(data)
        result.append(True)
    except ValidationError:
        result.append(False)
""")
    said = [
        "with quantity=1 did not validate",
        "with quantity=0 validated",
        f"with quantity={below} in its second line validated",
        "without items validated",
    ]
    for was_allowed, expected, what in zip(allowed, [True, False, False, False], said, strict=True):
        if was_allowed is not expected:
            wanted = "it is an ordinary order" if expected else "a validation error"
            fail(f"OrderCreate {what}; expected {wanted}. Look at the bounds in app/orders/schemas.py.")


@task("1.2", points=1)
async def test_placing_an_order(probe: Probe, rng: random.Random) -> None:
    """Move the rules: place() names the customer, adds up in cents, and every caller finds the order."""
    names, lines = [person(rng), person(rng)], some_lines(rng)
    found = await probe(f"""{SHOP}
from app.orders.service import get_order_service

customers = [await register(name, f"customer{{i}}@example.com") for i, name in enumerate({names!r})]
placed = await place(await provided(get_order_service), customers[-1], {lines!r})
try:
    kept = plain(await settle((await provided(get_order_service)).get(look(placed, "id"))))
except LookupError:
    kept = None
result = {{"user": customers[-1], "placed": plain(placed), "kept": kept}}
""")
    placed, user = found["placed"], found["user"]
    if placed is None:
        fail(
            "place(…) returned None; expected the order. Look at OrderService.place in app/orders/service.py."
        )
    if (placed["user_id"], placed["customer_name"]) != (user, names[1]):
        fail(
            f"place for user {user}, {names[1]!r}, came back with user_id={placed['user_id']} and customer_name="
            f"{placed['customer_name']!r}; expected that user's. Ask UserService in app/orders/service.py."
        )
    total = placed["total_cents"]
    if total != total_of(lines) or not isinstance(total, int):
        fail(
            f"place with {in_words(lines)} came back with total_cents={total!r}; expected {total_of(lines)}, an int. "
            "Stay in whole cents: look at where app/orders/service.py adds up."
        )
    if placed["items"] != [list(line) for line in lines]:
        fail(f"place with {in_words(lines)} came back with other lines: {placed['items']}. Look at place.")
    if found["kept"] != placed:
        fail(
            f"place returned order {placed['id']}, but get({placed['id']}) of the next caller's service found "
            f"{brief(found['kept'])}; expected that order. Look at what get_order_service hands out."
        )


@task("1.2", points=0.5)
async def test_refusing_an_order(probe: Probe, rng: random.Random) -> None:
    """Move the rules: place() itself refuses unknown users and products, with errors that know no HTTP."""
    nobody, nothing = rng.randrange(500, 1000), rng.randrange(500, 1000)
    found = await probe(f"""{SHOP}
from starlette.exceptions import HTTPException
from app.orders.service import get_order_service

shop = await provided(get_order_service)
somebody = await register({person(rng)!r}, "somebody@example.com")
result = []
for user, lines in (({nobody}, [[1, 1]]), (somebody, [[1, 1], [{nothing}, 2]])):
    try:
        await place(shop, user, lines)
        result.append(["nothing", ""])
    except HTTPException:
        result.append(["http", ""])
    except (AttributeError, TypeError, NameError, AssertionError) as error:
        result.append(["crash", f"{{type(error).__name__}}: {{error}}"])
    except Exception:
        result.append(["error", ""])
""")
    asked = [
        f"place for user {nobody}, who does not exist,",
        f"place with product {nothing}, which does not exist,",
    ]
    errors = ["UserNotFoundError", "ProductNotFoundError"]
    for (kind, text), what, error in zip(found, asked, errors, strict=True):
        if kind == "nothing":
            fail(
                f"{what} raised nothing; expected {error}. The rule belongs to the service, whoever calls it: "
                "look at place in app/orders/service.py."
            )
        if kind == "http":
            fail(
                f"{what} raised an HTTPException; expected an error that knows no HTTP, such as {error}. The "
                "router makes a status code of it."
            )
        if kind == "crash":
            fail(f"{what} crashed with {text}; expected {error}. Look at place in app/orders/service.py.")


@task("1.2", points=1)
def test_orders_meets_users_at_the_service(project: ProjectFiles) -> None:
    """Move the rules: what orders imports, and core, goes through the user service; below the router nobody knows HTTP."""
    modules, imports = modules_of(project), project.imports()
    reach = within_reach(imports, "app.orders")
    helpers = sorted(reach - set(under("app.orders", modules)))
    contracts = [
        forbidden(
            "orders and its helpers go through the user service",
            ["app.orders", *helpers],
            inside("users", modules),
        ),
        forbidden("helpers do not reach into orders", helpers, inside("orders", modules)),
        forbidden("core knows no domain", ["app.core"], domains(modules), indirect=True),
        forbidden("no HTTP below the router", below_router(modules), ["fastapi", "starlette"]),
        layers("app.orders", ["(router)", "(service)", "(repository) | (schemas)", "(models)"]),
    ]
    keeps(
        project,
        contracts,
        [found for found in imports if found.importer in reach | set(under("app.core", modules))],
    )


@task("1.3", points=1)
async def test_orders_over_http(api: Api, rng: random.Random) -> None:
    """Move the routes: catalog, new order, list and one order answer as before."""
    router = "app/orders/router.py"
    await reads(api, PRODUCTS, CATALOG, router)
    placed = []
    for _ in range(2):
        user, name = await new_user(api, rng)
        lines = some_lines(rng)
        order = await new_order(api, user, lines)
        items = [{"product_id": product, "quantity": quantity} for product, quantity in lines]
        expected = {"user_id": user, "customer_name": name, "items": items, "total_cents": total_of(lines)}
        if order != {"id": order.get("id")} | expected:
            fail(
                f"POST {ORDERS} with {in_words(lines)} came back {brief(order)}; expected an id and {brief(expected)}. "
                f"Look at place in app/orders/service.py and at OrderResponse."
            )
        placed.append(order)
    await reads(api, ORDERS, placed, router)
    for order in placed:
        await reads(api, f"{ORDERS}/{order['id']}", order, router)


@task("1.3", points=0.5)
async def test_refusals_over_http(api: Api, rng: random.Random) -> None:
    """Move the routes: unknown things are 404, impossible orders 422."""
    user, _ = await new_user(api, rng)
    nothing = rng.randrange(500, 1000)
    refused = [
        (
            404,
            nothing,
            [(1, 1)],
            "the user does not exist",
            "the service's UserNotFoundError needs a status code",
        ),
        (
            404,
            user,
            [(1, 1), (nothing, 1)],
            "a product does not exist",
            "ProductNotFoundError needs a status code",
        ),
        (422, user, [(1, 0)], "the quantity has no lower bound", "the route takes an OrderCreate"),
        (422, user, [], "an order needs a line", "the route takes an OrderCreate"),
    ]
    for status, user_id, lines, why, how in refused:
        items = [{"product_id": product, "quantity": quantity} for product, quantity in lines]
        answer = await api.post(ORDERS, json={"user_id": user_id, "items": items})
        expect(answer, status, why=f"{why}, and {how}", look_at="app/orders/router.py")
    missing = await api.get(f"{ORDERS}/{nothing}")
    expect(missing, 404, why="OrderNotFoundError needs a status code", look_at="app/orders/router.py")


@task("1.3", points=0.5)
async def test_main_only_wires(project: ProjectFiles, probe: Probe) -> None:
    """Move the routes: main.py only wires, and the router of orders asks the service and nobody else."""
    own = await probe("""
from app.main import app

mine = [route for route in app.routes if getattr(getattr(route, "endpoint", None), "__module__", "") == "app.main"]
result = [route.path for route in mine if "/orders" in route.path or "/products" in route.path]
""")
    if own:
        fail(
            f"app/main.py answers {own[0]} itself; expected app/orders/router.py to. Move the route, and leave wiring."
        )
    for found in project.imports():
        if found.importer == "app.orders.router" and found.imported.endswith((".repository", ".models")):
            fail(
                f"app/orders/router.py, line {found.line}, imports {found.imported} (`{found.code}`); expected the "
                "service only. Let OrderService do what needs it."
            )
        if found.importer.startswith("app.orders.") and found.imported.startswith("app.main"):
            fail(
                f"{module_path(found.importer)}, line {found.line}, imports app.main; expected main.py to know orders."
            )


@task("1.4", points=0.5)
def test_the_fence_holds(project: ProjectFiles) -> None:
    """Fence the border: your contracts pass today, and fail on a direct way into orders or users."""
    fence_stops(project, "app/auth/service.py", "from app.orders.models import Order")
    fence_stops(project, "app/orders/service.py", "from app.users.models import User")


@task("1.5", points=1)
async def test_summary(api: Api, rng: random.Random) -> None:
    """The twist: a summary counts and adds up the orders of this user, and of nobody else."""
    look_at = "the route of the summary, and what app/main.py includes"
    people = [await new_user(api, rng) for _ in range(3)]
    orders: dict[int, list[int]] = {user: [] for user, _ in people}
    for user in (people[0][0], people[1][0], people[0][0]):
        lines = some_lines(rng)
        await new_order(api, user, lines)
        orders[user].append(total_of(lines))
    for user, name in people:
        totals = orders[user]
        expected = {"id": user, "full_name": name, "order_count": len(totals), "total_cents": sum(totals)}
        await reads(api, f"{USERS}/{user}/summary", expected, look_at)
    unknown = await api.get(f"{USERS}/{rng.randrange(500, 1000)}/summary")
    expect(unknown, 404, why="a user who does not exist has no summary, not an empty one", look_at=look_at)


@task("1.5", points=0.5)
def test_domains_form_no_circle(project: ProjectFiles) -> None:
    """The twist: no circle between packages, and domains meet at their services only."""
    modules, imports = modules_of(project), project.imports()
    contracts = [
        'name = "no circle"\ntype = "acyclic_siblings"\nancestors = ["app"]\ndepth = 0',
        *(protected(f"{name} through its service", name, modules) for name in ("users", "orders")),
    ]
    keeps(project, contracts, imports)


# --- structure: the course's own contracts, and a sentence for the import that breaks one -----------------------------


def modules_of(project: ProjectFiles) -> list[str]:
    paths = project.paths("app/**/*.py")
    return [path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in paths]


def module_path(module: str) -> str:
    return module.replace(".", "/") + ".py"


def under(package: str, modules: list[str]) -> list[str]:
    return [module for module in modules if module == package or module.startswith(f"{package}.")]


def inside(domain: str, modules: list[str]) -> list[str]:
    """What a domain keeps to itself."""
    private = [f"app.{domain}.{name}" for name in ("schemas", "repository", "models")]
    return [module for module in private if module in modules]


def below_router(modules: list[str]) -> list[str]:
    return [
        f"app.orders.{name}"
        for name in ("service", "repository", "models")
        if f"app.orders.{name}" in modules
    ]


def domains(modules: list[str]) -> list[str]:
    return [name for name in ("app.auth", "app.orders", "app.users") if name in modules]


def package_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def within_reach(imports: tuple[Import, ...], package: str) -> set[str]:
    """The modules of a package, and what they import outside of other domains, main.py and core."""
    closed = {"app", "app.main", "app.core", "app.auth", "app.users", package}
    reach = {found.importer for found in imports if package_of(found.importer) == package}
    while (
        more := {
            found.imported
            for found in imports
            if found.importer in reach
            and found.imported.startswith("app.")
            and package_of(found.imported) not in closed
        }
        - reach
    ):
        reach |= more
    return reach


def forbidden(name: str, sources: list[str], targets: list[str], *, indirect: bool = False) -> str:
    if not sources or not targets:
        return ""
    allow = "" if indirect else "allow_indirect_imports = true"
    return f'name = "{name}"\ntype = "forbidden"\nsource_modules = {sources}\nforbidden_modules = {targets}\n{allow}'


def protected(name: str, domain: str, modules: list[str]) -> str:
    if not inside(domain, modules):
        return ""
    return f'name = "{name}"\ntype = "protected"\nprotected_modules = {inside(domain, modules)}\nallowed_importers = ["app.{domain}"]'


def layers(container: str, names: list[str]) -> str:
    return f'name = "layers of {container}"\ntype = "layers"\ncontainers = ["{container}"]\nlayers = {names}'


def keeps(project: ProjectFiles, contracts: list[str], imports: list[Import] | tuple[Import, ...]) -> None:
    """Hold the project to contracts of the course's own; name the import that breaks them."""
    text = '[tool.importlinter]\nroot_package = "app"\ninclude_external_packages = true\n'
    said = project.contracts(
        text + "".join(f"[[tool.importlinter.contracts]]\n{one}\n" for one in contracts if one)
    )
    if said.passed:
        return
    for found in imports:
        if rule := crossed(found):
            where = f"{module_path(found.importer)}, line {found.line}, imports {found.imported}"
            raise CheckFailed(f"{where} (`{found.code}`); {rule}", said.output)
    if way := circle(imports):
        names = " → ".join(module.removeprefix("app.") for module in way)
        first = next(
            i for i in imports if (package_of(i.importer), package_of(i.imported)) == (way[0], way[1])
        )
        raise CheckFailed(
            f"The packages form a circle, {names}: {module_path(first.importer)}, line {first.line}, imports "
            f"{first.imported}. Expected no way back. Put the code that needs both where the arrows already point, or above both.",
            said.output,
        )
    broken = " and ".join(BROKEN.findall(said.output)) or "a contract"
    raise CheckFailed(
        f"The imports break what this check asks ({broken}). Its details name the chain.", said.output
    )


def crossed(found: Import) -> str:
    """What is wrong with an import, for a message; empty when nothing is."""
    importer, imported = package_of(found.importer), package_of(found.imported)
    for domain, service in (("users", "UserService"), ("orders", "OrderService")):
        private = found.imported.split(".")[2:3] in (["schemas"], ["repository"], ["models"])
        if imported == f"app.{domain}" != importer and private:
            return f"{domain} shows its service to others and nothing else. Ask {service} instead."
    if importer == "app.core" != imported and imported.startswith("app."):
        return "core is below every domain and knows none. Move this code into the domain it serves."
    if (
        importer == "app.orders"
        and imported in ("fastapi", "starlette")
        and not found.importer.endswith(".router")
    ):
        return "below the router nobody knows HTTP. Raise an error of your own; the router translates it."
    order = ["models", "repository", "schemas", "service", "router"]
    parts = [module.split(".")[2:3] for module in (found.importer, found.imported)]
    if importer == imported == "app.orders" and all(part and part[0] in order for part in parts):
        low, high = (order.index(part[0]) for part in parts)
        if low < high:
            return "inside orders, imports point from the router down to the models. Turn this one around."
    return ""


def circle(imports: list[Import] | tuple[Import, ...]) -> list[str]:
    """A way along the imports from a package of the app back to itself, the shortest; empty when there is none."""
    arrows: dict[str, set[str]] = {}
    for found in imports:
        start, end = package_of(found.importer), package_of(found.imported)
        if start != end and start.count(".") and end.startswith("app."):
            arrows.setdefault(start, set()).add(end)
    ways = [[start, end] for start in sorted(arrows, reverse=True) for end in sorted(arrows[start])]
    for way in ways:  # grows while it is walked: breadth first
        if way[-1] == way[0]:
            return way
        ways += [[*way, end] for end in sorted(arrows.get(way[-1], ())) if end not in way[1:]]
    return []


def fence_stops(project: ProjectFiles, path: str, line: str, *, new_file: str = "") -> None:
    """The learner's own contracts pass on their own code, and no longer once this line is in it."""
    text = project.read("pyproject.toml")
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        fail(f"pyproject.toml does not parse: {error}. Mend it in the cell of this task.")
    today = project.contracts(text)
    if not today.passed:
        broken = BROKEN.findall(today.output)
        what = (
            f"Your contract {broken[0]!r} is broken"
            if broken
            else "import-linter does not accept your contracts"
        )
        arrow = re.search(r"(\S+ -> \S+)", today.output)
        said = arrow[1] if broken and arrow else " ".join(today.output.split("\n\n")[-1].split())
        raise CheckFailed(
            f"{what} by your own code: {said.rstrip('.')}. Expected it to pass before anything is added.",
            today.output,
        )
    with added(project, path, f"\n{line}\n"), added(project, new_file, "") if new_file else nullcontext():
        if project.contracts(text).passed:
            fail(
                f"With `{line}` added to {path}, your contracts still pass; expected one to break. Look at the contracts in pyproject.toml: which of them knows orders, and which lets this pass?"
            )


@contextmanager
def added(project: ProjectFiles, path: str, text: str) -> Iterator[None]:
    """Add text to a file of the graded copy (or make the file), for a moment."""
    file = project.root / path
    before = file.read_text(encoding="utf-8") if file.exists() else None
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text((before or "") + text, encoding="utf-8")
    try:
        yield
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_text(before, encoding="utf-8")
