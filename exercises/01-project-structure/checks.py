# Derived from chapters/01-project-structure/checks.py by `course build`: change it there.
"""Exercise 1, the checks that learners see; held_out.py puts the same promises to other tests.

One file, longer than others: it is what a release carries, so the checks and what they share stay together.
"""

import ast
import random
import re
import tomllib
from typing import Any

from httpx2 import Response

from course.checks.structure import (
    ARROW,
    BROKEN,
    forbidden,
    inside,
    keeps,
    modules_of,
    package_of,
    path_of,
    protected,
    stops,
    where,
    within_reach,
)
from course.grading.checking import Api, CheckFailed, Import, Probe, ProjectFiles, brief, expect, fail, task

type Json = Any
"""What an answer holds."""
type Lines = list[tuple[int, int]]
"""The lines of an order: product and quantity."""

USERS, ORDERS, PRODUCTS = "/api/v1/users", "/api/v1/orders", "/api/v1/products"
CATALOG = [
    {"id": 1, "name": "Notebook", "price_cents": 450},
    {"id": 2, "name": "Pencil", "price_cents": 120},
    {"id": 3, "name": "Backpack", "price_cents": 5900},
]
PRICES = {1: 450, 2: 120, 3: 5900}
NOWHERE = range(500, 1000)  # ids of users and products that do not exist

DOMAINS = ("app.auth", "app.orders", "app.users")
CLOSED = ("app", "app.main", "app.core", "app.auth", "app.users")

# What probes start with: services as FastAPI would hand them out, whether or not they wait for anything.
SHOP = """
import inspect, sys
import httpx2
from fastapi import Depends
from pydantic import TypeAdapter


async def settle(value):
    return await value if inspect.isawaitable(value) else value


async def provided(provider):
    from app.main import app

    async def take(value=Depends(provider)):
        taken.append(value)

    taken, path = [], f"/course-probe/{len(app.routes)}"
    app.add_api_route(path, take)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://probe") as client:
        await client.get(path)
    return taken[0]


def look(thing, name):
    return thing[name] if isinstance(thing, dict) else getattr(thing, name)


def plain(order):
    if order is None:
        return None
    found = {name: look(order, name) for name in ("id", "user_id", "customer_name", "items", "total_cents")}
    return found | {"items": [[look(i, "product_id"), look(i, "quantity")] for i in found["items"]]}


async def register(name, email="customer@example.com"):
    from app.users.schemas import UserCreate
    from app.users.service import get_user_service

    users = await provided(get_user_service)
    return (await settle(users.register(UserCreate(email=email, full_name=name, password="correct horse")))).id


async def place(shop, user_id, lines):
    from app.orders.schemas import OrderCreate

    data = {"user_id": user_id, "items": [{"product_id": p, "quantity": q} for p, q in lines]}
    return await settle(shop.place(TypeAdapter(OrderCreate).validate_python(data)))


class Watched:
    # Stands before a repository and notes which modules use it.
    def __init__(self, inner, users):
        self.inner, self.users = inner, users

    def __getattr__(self, name):
        self.users.add(sys._getframe(1).f_globals["__name__"])
        return getattr(self.inner, name)
"""


@task("1.1", points=1)
async def test_orders_are_kept(probe: Probe, rng: random.Random) -> None:
    """An added order gets an id of its own and is found again."""
    first, second = rng.sample(range(20, 90), 2)
    rows = [(user, person(rng), some_lines(rng), rng.randrange(1, 9999)) for user in (first, second, first)]
    found = await probe(f"""{SHOP}
from app.orders.models import OrderItem
from app.orders.repository import OrderRepository

orders = OrderRepository()
made = []
for user, name, lines, total in {rows!r}:
    made.append(plain(await settle(orders.add(user, name, [OrderItem(product_id=p, quantity=q) for p, q in lines], total))))
kept = [plain(await settle(orders.get(order["id"]))) for order in made if order]
result = {{"made": made, "kept": kept}}
""")
    if None in found["made"]:
        fail("OrderRepository().add(…) returned None; expected the new Order. Look at its last line.")
    ids = [order["id"] for order in found["made"]]
    if len(set(ids)) < len(ids):
        fail(
            f"Three added orders got the ids {ids}; expected three different ones. Look at how add in "
            "app/orders/repository.py finds the next id."
        )
    for order, kept, (user, name, lines, total) in zip(found["made"], found["kept"], rows, strict=True):
        wanted = {"id": order["id"], "user_id": user, "customer_name": name, "total_cents": total}
        wanted["items"] = [list(line) for line in lines]
        if kept != wanted:
            fail(
                f"After add for user {user}, get({order['id']}) found {difference(kept, wanted)}. Look at what add "
                "in app/orders/repository.py keeps, and under which key."
            )


@task("1.1", points=0.5)
async def test_impossible_orders_do_not_validate(probe: Probe, rng: random.Random) -> None:
    """An order needs lines, and each line a quantity of at least 1."""
    below = -rng.randrange(1, 100)
    allowed = await probe(f"""{SHOP}
from pydantic import ValidationError
from app.orders.schemas import OrderCreate

result = []
for lines in ([[1, 1]], [[1, 0]], [[3, 2], [1, {below}]], []):
    data = {{"user_id": 1, "items": [{{"product_id": p, "quantity": q}} for p, q in lines]}}
    try:
        TypeAdapter(OrderCreate).validate_python(data)
        result.append(True)
    except ValidationError:
        result.append(False)
""")
    cases = ["quantity=1", "quantity=0", f"quantity={below} in its second line", "no items"]
    for was_allowed, case in zip(allowed, cases, strict=True):
        if was_allowed is not (case == "quantity=1"):
            said = "validated; expected a validation error" if was_allowed else "did not validate; it should"
            fail(f"OrderCreate with {case} {said}. Look at the bounds in app/orders/schemas.py.")


@task("1.2", points=1)
async def test_placing_an_order(probe: Probe, rng: random.Random) -> None:
    """`place` names the customer, adds up in cents, and every caller finds the order."""
    name, lines = person(rng), some_lines(rng)
    found = await probe(f"""{SHOP}
from app.orders.service import get_order_service
from app.users.repository import UserRepository
from app.users.service import get_user_service

await register("Somebody Else", "else@example.com")
user, users = await register({name!r}), await provided(get_user_service)
visitors = set()
for key, value in list(vars(users).items()):
    if isinstance(value, UserRepository):
        setattr(users, key, Watched(value, visitors))
try:
    placed = await place(await provided(get_order_service), user, {lines!r})
    kept = plain(await settle((await provided(get_order_service)).get(look(placed, "id")))) if placed else None
except LookupError as error:
    placed, kept = locals().get("placed", type(error).__name__), None
result = {{"user": user, "visitors": sorted(v for v in visitors if not v.startswith("app.users")), "kept": kept}}
result["placed"] = placed if isinstance(placed, str) else plain(placed)
""")
    placed, user = found["placed"], found["user"]
    if not isinstance(placed, dict):
        came = f"raised {placed}" if placed else "returned None"
        fail(
            f"OrderService.place for user {user}, who exists, {came}; expected the order. Ask the service that get_user_service() "
            "hands out, in app/orders/service.py."
        )
    if found["visitors"]:
        fail(
            f"OrderService.place asked the repository of users, from {path_of(found['visitors'][0])}; expected UserService to be "
            "asked. What starts with an underscore belongs to its class."
        )
    wanted = {"id": placed["id"], "user_id": user, "customer_name": name, "total_cents": total_of(lines)}
    wanted["items"] = [list(line) for line in lines]
    if placed != wanted or not isinstance(placed["total_cents"], int):
        fail(
            f"OrderService.place for user {user} with {in_words(lines)} came back with {difference(placed, wanted)}. The name "
            "comes from UserService, the total stays in whole cents: look at app/orders/service.py."
        )
    if found["kept"] != placed:
        fail(
            f"OrderService.place returned order {placed['id']}, but get({placed['id']}) of the next caller's service finds "
            f"{difference(found['kept'], placed)}. Look at what get_order_service hands out."
        )


@task("1.2", points=0.5)
async def test_refusing_an_order(probe: Probe, rng: random.Random) -> None:
    """`place` itself refuses unknown users and products, with errors that know no HTTP."""
    nobody, nothing = rng.choice(NOWHERE), rng.choice(NOWHERE)
    found = await probe(f"""{SHOP}
from starlette.exceptions import HTTPException
from app.orders.service import get_order_service

shop, somebody = await provided(get_order_service), await register({person(rng)!r})
result = []
for user, lines in (({nobody}, [[1, 1]]), (somebody, [[1, 1], [{nothing}, 2]])):
    try:
        await place(shop, user, lines)
        result.append("raised nothing")
    except (HTTPException, AttributeError, TypeError, NameError, AssertionError) as error:
        http = isinstance(error, HTTPException)
        result.append("raised an HTTPException" if http else f"crashed with {{type(error).__name__}}: {{error}}")
    except Exception:
        result.append("")
""")
    asked = {f"for user {nobody}": "UserNotFoundError", f"with product {nothing}": "ProductNotFoundError"}
    for said, (what, error) in zip(found, asked.items(), strict=True):
        if said:
            fail(
                f"OrderService.place {what}, which does not exist, {said}; expected an error that knows no HTTP, such as {error}. "
                "The rule belongs into app/orders/service.py, whoever calls it; the router makes a 404 of it."
            )


@task("1.2", points=1)
def test_orders_meets_users_at_the_service(project: ProjectFiles) -> None:
    """What orders imports, and core, goes through the user service; below the router nobody knows HTTP."""
    imports_in_sight(project)
    modules, imports = modules_of(project), project.imports()
    reach = within_reach(imports, "app.orders", CLOSED)
    helpers = sorted(module for module in reach if package_of(module) != "app.orders")
    below = [f"app.orders.{name}" for name in ("service", "repository", "models")]
    keeps(
        project,
        [found for found in imports if found.importer in reach or package_of(found.importer) == "app.core"],
        forbidden("orders and users meet at the service", ["app.orders", *helpers], inside("users", modules)),
        forbidden("helpers stay out of orders", helpers, inside("orders", modules)),
        forbidden("main is on top", ["app.orders", *helpers], ["app.main"]),
        forbidden("core knows no domain", ["app.core"], [m for m in DOMAINS if m in modules], indirect=True),
        forbidden("no HTTP below the router", [m for m in below if m in modules], ["fastapi", "starlette"]),
        'name = "inside orders"\ntype = "layers"\ncontainers = ["app.orders"]\n'
        'layers = ["(router)", "(service)", "(repository) | (schemas)", "(models)"]',
        crossed=crossed,
    )


@task("1.3", points=1)
async def test_orders_over_http(api: Api, rng: random.Random) -> None:
    """Catalog, new order, list and one order answer as before."""
    await reads(api, PRODUCTS, CATALOG, "app/orders/router.py")
    placed = []
    for _ in range(2):
        user, name = await new_user(api, rng)
        lines = some_lines(rng)
        order = await new_order(api, user, lines)
        wanted = {
            "id": order.get("id"),
            "user_id": user,
            "customer_name": name,
            "total_cents": total_of(lines),
        }
        wanted["items"] = [{"product_id": product, "quantity": quantity} for product, quantity in lines]
        if order != wanted:
            fail(
                f"POST {ORDERS} with {in_words(lines)} came back with {difference(order, wanted)}. Look at place in "
                "app/orders/service.py and at OrderResponse."
            )
        placed.append(order)
    await reads(api, ORDERS, placed, "how app/orders/router.py and the service list what is kept")
    for order in placed:
        await reads(api, f"{ORDERS}/{order['id']}", order, "app/orders/router.py")


@task("1.3", points=0.5)
async def test_refusals_over_http(api: Api, rng: random.Random) -> None:
    """Unknown things are 404 and say what is missing, as before; impossible orders are 422, and nothing redirects."""
    user, _ = await new_user(api, rng)
    nothing = rng.choice(NOWHERE)
    router = "app/orders/router.py"
    unknown: list[tuple[int, Lines, str, str]] = [
        (nothing, [(1, 1)], "User", "the user does not exist: the service's UserNotFoundError becomes a 404"),
        (
            user,
            [(1, 1), (nothing, 1)],
            "Product",
            "a product does not exist: ProductNotFoundError becomes a 404",
        ),
    ]
    for user_id, lines, what, why in unknown:
        not_found(await api.post(ORDERS, json=as_json(user_id, lines)), what, why=why, look_at=router)
    for lines in ([(1, 0)], []):
        answer = await api.post(ORDERS, json=as_json(user, lines))
        why = (
            "no route takes it"
            if no_route(answer)
            else "it is no order: the body of this route is an OrderCreate"
        )
        expect(answer, 422, why=why, look_at=router)
    missing = await api.get(f"{ORDERS}/{nothing}")
    not_found(missing, "Order", why="OrderNotFoundError becomes a 404", look_at=router)
    slashed = await api.get(f"{ORDERS}/")
    why = "no path ends in a slash, and none redirects, since the lesson set redirect_slashes=False"
    expect(slashed, 404, why=why, look_at="the call of FastAPI in app/main.py")


@task("1.3", points=0.5)
async def test_main_only_wires(project: ProjectFiles, probe: Probe) -> None:
    """`main.py` only wires, and the router of orders asks the service and nobody else."""
    routes = await probe("""
from fastapi.routing import iter_route_contexts
from app.main import app

routes = [route for route in iter_route_contexts(app.routes) if route.path and route.endpoint]
result = [[route.path, route.endpoint.__module__] for route in routes]
""")
    for path in (ORDERS, PRODUCTS, f"{ORDERS}/{{order_id}}"):
        homes = [module for known, module in routes if re.sub(r"{\w+}", "{order_id}", known) == path]
        if not homes:
            fail(
                f"The app has no route {path}; expected one in app/orders/router.py. Does main include that router?"
            )
        if away := [module for module in homes if module.split(".")[:2] != ["app", "orders"]]:
            fail(
                f"{path_of(away[0])} answers {path} itself; expected app/orders/router.py to. Leave the wiring, move the rest."
            )
    for found in project.imports():
        if found.importer == "app.orders.router" and found.imported.endswith(".repository"):
            fail(f"{where(found)}; expected the service only. Let OrderService do what needs it.")


@task("1.4", points=0.5)
def test_the_fence_holds(project: ProjectFiles) -> None:
    """Your contracts pass today, and fail on a direct way into orders or users."""
    text = project.read("pyproject.toml")
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        fail(f"pyproject.toml does not parse: {error}. Fix it in the cell of this task.")
    today = project.contracts(text)
    if not today.passed:
        broken = BROKEN.findall(today.output)
        arrow = ARROW.search(today.output)
        said = (
            arrow[0].replace(" .", " ").lstrip(".")
            if arrow
            else " ".join(today.output.split("\n\n")[-1].split())
        )
        what = (
            f"Your contract {broken[0]!r} is broken"
            if broken
            else "import-linter does not accept your contracts"
        )
        raise CheckFailed(
            f"{what} before anything is added: {said.rstrip('.')}. Expected it to pass.", today.output
        )
    into_orders = ("app.auth.service", "app.orders.models", "Order")
    stops(project, into_orders, ("app.orders.service", "app.users.models", "User"))


@task("1.5", points=1)
async def test_summary(api: Api, rng: random.Random) -> None:
    """A summary counts and adds up the orders of this user, and of nobody else."""
    people = [await new_user(api, rng) for _ in range(3)]
    people.append(await new_user(api, rng, name=people[0][1]))
    orders: dict[int, list[int]] = {user: [] for user, _ in people}
    for user in (people[0][0], people[1][0], people[0][0], people[3][0]):
        lines = some_lines(rng)
        await new_order(api, user, lines)
        orders[user].append(total_of(lines))
    for user, name in people:
        totals = orders[user]
        wanted = {"id": user, "full_name": name, "order_count": len(totals), "total_cents": sum(totals)}
        await reads(
            api,
            f"{USERS}/{user}/summary",
            wanted,
            "which orders the summary takes (two customers may have one name), and what main.py includes",
        )
    unknown = await api.get(f"{USERS}/{rng.choice(NOWHERE)}/summary")
    why = "a user who does not exist has no summary, not an empty one"
    not_found(unknown, "User", why=why, look_at="the route of the summary")


@task("1.5", points=0.5)
def test_domains_form_no_circle(project: ProjectFiles) -> None:
    """No circle between packages, and what is new meets the domains at their services."""
    imports_in_sight(project)
    modules, imports = modules_of(project), project.imports()
    # What orders, its helpers and core import is judged in 1.2.
    judged = {package_of(module) for module in within_reach(imports, "app.orders", CLOSED)} | {"app.core"}
    keeps(
        project,
        [found for found in imports if package_of(found.importer) not in judged],
        'name = "no circle"\ntype = "acyclic_siblings"\nancestors = ["app"]\ndepth = 0\n'
        'ignore_imports = ["app.core.** -> app.**"]\nunmatched_ignore_imports_alerting = "none"',
        *(protected(name, sorted(judged | {f"app.{name}"}), modules) for name in ("users", "orders")),
        arrows=[found for found in imports if package_of(found.importer) != "app.core"],
        crossed=crossed,
    )


# --- what the checks share -------------------------------------------------------------------------------------------


def person(rng: random.Random) -> str:
    """A name that no answer can know beforehand."""
    first = rng.choice(["Zoë", "Ada", "Noor", "Jürgen", "Mei", "Olu"])
    return f"{first} {rng.choice(['Ångström', 'Okafor', 'Lovelace', 'García'])} {rng.randrange(1000, 10000)}"


def some_lines(rng: random.Random) -> Lines:
    """Lines, two of one product, whose total is one cent short when it is calculated in floats and cut off."""
    while True:
        lines = [
            (2, rng.randrange(1, 25)),
            (rng.choice([1, 3]), rng.randrange(1, 9)),
            (2, rng.randrange(1, 9)),
        ]
        if all(
            int(sum(PRICES[p] / 100 * q for p, q in part) * 100) < total_of(part)
            for part in (lines, lines[:1])
        ):
            return lines


def total_of(lines: Lines) -> int:
    """What these lines cost, in cents."""
    return sum(PRICES[product] * quantity for product, quantity in lines)


def in_words(lines: Lines) -> str:
    return " and ".join(f"{quantity} of product {product}" for product, quantity in lines)


def as_json(user_id: int, lines: Lines) -> dict[str, Json]:
    return {
        "user_id": user_id,
        "items": [{"product_id": product, "quantity": count} for product, count in lines],
    }


def difference(got: Json, wanted: Json) -> str:
    """Where two values differ, in words: `total_cents=359; expected 360`."""
    if isinstance(got, dict) and isinstance(wanted, dict):
        if unknown := sorted(got.keys() - wanted.keys()):
            return f"{unknown[0]}, which is not asked for"
        for key, value in wanted.items():
            if key not in got or got[key] != value or type(got[key]) is not type(value):
                return f"{f'{key}={brief(got[key])}' if key in got else f'no {key}'}; expected {brief(value)}"
    if got is None:
        return "nothing"
    if isinstance(got, list) and isinstance(wanted, list) and len(got) != len(wanted):
        return f"{len(got)} entries; expected {len(wanted)}"
    if isinstance(got, list) and isinstance(wanted, list):
        number = next((n for n, (one, other) in enumerate(zip(got, wanted, strict=True)) if one != other), 0)
        return f"a wrong entry {number + 1}: {difference(got[number], wanted[number])}"
    return f"{brief(got)}; expected {brief(wanted)}"


def no_route(answer: Response) -> bool:
    """Whether no route was there, as opposed to a route that found nothing."""
    return answer.status_code == 405 or (answer.status_code == 404 and '"Not Found"' in answer.text)


def not_found(answer: Response, what: str, *, why: str, look_at: str) -> None:
    """Fail unless the answer is a 404 whose detail names what was not found, in the words of the old main.py."""
    expect(answer, 404, why=why, look_at=look_at)
    try:
        body = answer.json()
    except ValueError:
        body = answer.text
    if body != (wanted := {"detail": f"{what} not found"}):
        request = answer.request
        fail(
            f"{request.method} {request.url.path}, where no such {what.lower()} exists, came back 404 with {brief(body)}; "
            f"expected {brief(wanted)}, as before the move. The service words its error, the router passes it on: look at "
            f"{look_at}."
        )


async def new_user(api: Api, rng: random.Random, name: str = "") -> tuple[int, str]:
    """Register somebody, of any name or of this one; their id and name."""
    name = name or person(rng)
    data = {"email": f"u{rng.randrange(10**9)}@example.com", "full_name": name, "password": "correct horse"}
    made = expect(await api.post(USERS, json=data), 201, why="users answered before", look_at="app/main.py")
    return made.json()["id"], name


async def new_order(api: Api, user_id: int, lines: Lines) -> Json:
    """Place an order over HTTP; the body of the answer."""
    answer = await api.post(ORDERS, json=as_json(user_id, lines))
    why = "a new order answers 201 Created" if answer.is_success else "the user and the products exist"
    if no_route(answer):
        why = "no route takes it. A path is served as it is written, slashes included, once main.py includes its router"
    return expect(answer, 201, why=why, look_at="app/orders/router.py and app/main.py").json()


async def reads(api: Api, path: str, wanted: Json, look_at: str) -> None:
    """GET a path and fail unless its body is the wanted one."""
    answer = await api.get(path)
    why = "there is something to read"
    if no_route(answer):
        why, look_at = (
            "no route answers this path",
            "the path in the router, and at what app/main.py includes",
        )
    body = expect(answer, 200, why=why, look_at=look_at).json()
    if body != wanted:
        fail(f"GET {path} came back with {difference(body, wanted)}. Look at {look_at}.")


def imports_in_sight(project: ProjectFiles) -> None:
    """Fail when a package imports another one by a call: no contract can see that arrow."""
    for path in project.paths("app/**/*.py"):
        importer = path.removesuffix(".py").replace("/", ".")
        try:
            tree = ast.parse(project.read(path))
        except SyntaxError:
            continue  # whoever reads the imports says so
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            target = str(node.args[0].value)
            called = ast.unparse(node.func).rpartition(".")[2] in ("import_module", "__import__")
            if called and target.startswith("app.") and package_of(target) != package_of(importer):
                fail(
                    f"{path}, line {node.lineno}, imports {target} by a call (`{ast.unparse(node)}`), where no contract sees the "
                    "arrow; expected an `import`. A circle that is hidden is still there: move the code that needs both domains."
                )


def crossed(found: Import) -> str:
    """What is wrong with an import, for a message; empty when nothing is."""
    start, end = package_of(found.importer), package_of(found.imported)
    file, target = (module.split(".")[2:3] for module in (found.importer, found.imported))
    if start == "app.core" != end and end.startswith("app."):
        return "core is below every domain and knows none. Move this code into the domain it serves."
    for domain, service in (("app.users", "UserService"), ("app.orders", "OrderService")):
        if start != domain == end and target in (["schemas"], ["repository"], ["models"]):
            move = "" if start in DOMAINS else f", or move this code into {domain[4:]}"
            return f"other packages see the service of {domain[4:]} and nothing else. Ask {service}{move}."
    if end == "app.main" != start:
        return "main.py wires the app and nobody imports it. Move what you need into its domain."
    if start == "app.orders" and end in ("fastapi", "starlette") and file != ["router"]:
        return "below the router nobody knows HTTP. Raise an error of your own; the router makes a status code of it."
    order = [["models"], ["repository"], ["schemas"], ["service"], ["router"]]
    if (
        start == end == "app.orders"
        and file in order
        and target in order
        and order.index(file) < order.index(target)
    ):
        return "inside orders the arrows point from the router down to the models. Turn this one around."
    return ""
