# Derived from chapters/01-project-structure/checks.py by `course build`: change it there.
"""Exercise 1, the checks that learners see; held_out.py puts the same promises to other inputs.

What the API answers is asked over HTTP, beside the app as it was given; who imports whom, of every file; what has no
route yet, of probes. Expected values are made here.
"""

import random
import re
from collections.abc import Sequence

from httpx2 import Response

from course.checks import (
    Api,
    Customer,
    Json,
    Probe,
    ProjectFiles,
    Sent,
    Shop,
    expect_as_before,
    expect_unchanged,
    fail,
    odd_requests,
    snapshot,
    task,
    wrong,
)
from course.checks.awkward import cases, integers, texts
from course.checks.before import CHANGING
from course.checks.fence import contracts_of, no_holes, packages_of
from course.checks.layout import (
    INSIDE,
    beside_wiring,
    catches_all,
    keep_apart,
    keep_below,
    layer_of,
    makes_routes,
    modules,
    no_hidden_imports,
    no_http,
    rule_of,
    upward,
)
from course.checks.state import difference
from course.checks.structure import ARROW, circle, package_of, path_of, within_reach

ALSO_OF = {"1.5": ("app/orders/schemas.py", "app/orders/service.py", "app/orders/router.py")}

USERS, LOGIN, ORDERS, PRODUCTS = (f"/api/v1/{name}" for name in ("users", "auth/login", "orders", "products"))
PRICES = {1: 450, 2: 120, 3: 5900}
NAMES = {1: "Notebook", 2: "Pencil", 3: "Backpack"}
DOMAINS = ("app.auth", "app.orders", "app.users")
MAIN, SERVICE, REPOSITORY, ROUTER, SCHEMAS = (
    f"app/{name}.py"
    for name in ("main", "orders/service", "orders/repository", "orders/router", "orders/schemas")
)
DATA = [f"app.orders.{name}" for name in INSIDE]
BOUNDS = ("greater_than_equal", "too_short")
CHECK_FIRST = f"place in {SERVICE}: check everything before anything is kept"

type Lines = list[tuple[int, int]]
"""The lines of an order: product and quantity."""


# --- 1.1 Move the data


@task("1.1", points=0.25, promise="returns an `Order` of these, with an `id` of its own")
async def test_an_added_order_comes_back(probe: Probe, rng: random.Random) -> None:
    """`add` returns an Order of what it was given, with an id of its own."""
    rows, found = await kept_orders(probe, rng)
    for row, order in zip(rows, found["made"], strict=True):
        same(
            f"OrderRepository().add({row[0]}, {row[1]!r}, …)", order, row, f"what add in {REPOSITORY} returns"
        )
    together = (found["at_once"], "at the same time", "waits between the id of an order and keeping it")
    for made, when, how in ((found["made"], "one after the other", "finds the next id"), together):
        ids = [order["id"] for order in made]
        if len(set(ids)) < len(ids):
            sent = f"OrderRepository().add(…), {len(ids)} times {when},"
            wrong(sent, f"gave out the ids {ids}", "no two the same", f"how add in {REPOSITORY} {how}")


@task("1.1", points=0.25, promise="`get(id)` finds it again, whoever else has ordered")
async def test_a_kept_order_is_found(probe: Probe, rng: random.Random) -> None:
    """`get` finds each order under its id, and nothing under ids that no order has; the given methods find theirs."""
    rows, found = await kept_orders(probe, rng)
    for row, order in zip(rows, found["kept"], strict=True):
        sent = f"OrderRepository.get(id) of the order of user {row[0]}, after {len(rows)} orders,"
        same(sent, order, row, f"what add in {REPOSITORY} keeps, and under which key")
    for number in found["found"]:
        expected = "None: no order has this id"
        wrong(f"OrderRepository.get({number})", "found an order", expected, f"get in {REPOSITORY}")
    if found["listed"] != (ids := [order["id"] for order in found["made"]]):
        wrong("OrderRepository.list_all()", f"had the ids {found['listed']}", f"{ids}", REPOSITORY)
    for user, listed in found.get("of_user", ()):
        ids = [order["id"] for order in found["made"] if order["user_id"] == user]
        if listed != ids:
            wrong(f"OrderRepository.list_of_user({user})", f"had the ids {listed}", f"{ids}", REPOSITORY)
    catalog = [[product, NAMES[product], price] for product, price in PRICES.items()]
    wanted = {"list_all()": catalog} | {f"get({row[0]})": row for row in catalog}
    for sent, came in found["catalog"].items():
        if came != wanted.get(sent):
            wrong(f"ProductRepository.{sent}", f"came to {came}", f"{wanted.get(sent)}", REPOSITORY)


@task("1.1", points=0.25, promise="whatever else could be ordered before still does")
async def test_what_an_order_is(probe: Probe, as_given: Api, rng: random.Random) -> None:
    """An OrderCreate validates exactly where the app as given takes the order, and its bounds object in the old words."""
    bodies, look_at, bounds = odd_orders(rng), f"the fields of {SCHEMAS}", []
    objections = await probe("validated", bodies=list(bodies.values()))
    for (name, body), came in zip(bodies.items(), objections, strict=True):
        answer = await as_given.post(ORDERS, json=body)
        expected = answer.status_code != 422
        if expected is bool(came):
            said = ("does not validate", "validates")
            wrong(f"OrderCreate {name}", said[not came], f"that it {said[expected]}", look_at)
        details = [] if expected else answer.json()["detail"]
        bounds += [(name, one["msg"], came) for one in details if one["type"] in BOUNDS]
    for name, before, came in bounds:
        if before not in came:
            expected_words = f"{before!r}, the words that clients read so far"
            wrong(f"OrderCreate {name}", f"says {came[0]!r}", expected_words, look_at)


@task("1.1", points=0.25, promise="import no other domain, and nothing of their own that is above them")
def test_the_data_is_below_all_else(project: ProjectFiles) -> None:
    """Models, schemas and repository import nothing that is not below them."""
    keep_apart(project, DATA, DOMAINS)


# --- 1.2 Move the rules


@task("1.2", points=0.25, promise="`place(data: OrderCreate)` returns the placed order")
async def test_placing_an_order(probe: Probe, rng: random.Random) -> None:
    """`place` names the customer by what UserService says, and adds up in cents."""
    name = rng.choice(texts(rng, but=("",)))
    names = [name, *(f"Zoë {rng.randrange(10**6)}" for _ in range(2))]
    lines = [*some_lines(rng), (1, 10**17 + rng.randrange(100))]  # no float holds every cent of so many
    found = await probe("placed_order", names=names, lines=lines)
    sent = f"OrderService.place for user {found['user']}, who exists, with {in_words(lines)}"
    if "raised" in found:
        wrong(
            sent,
            f"raised {found['raised']}",
            "the order",
            f"{SERVICE}: ask what get_user_service() hands out",
        )
    look_at = f"{SERVICE}: the name comes from UserService, the total stays in whole cents"
    same(sent, found["placed"], [found["user"], name, lines, total_of(lines)], look_at)
    for visitor in found["visitors"]:
        came, look_at = (
            f"asked the repository of users, from {path_of(visitor)}",
            f"{SERVICE}: ask UserService",
        )
        wrong(sent, came, "UserService to be asked: an underscore belongs to its class", look_at)
    sent = "The orders of a user who was renamed twice"
    if found["then"] != names:
        came, expected = f"came back for {found['then']}", f"{names}, the name that users had each time"
        wrong(sent, came, expected, f"{SERVICE}: keep no names, ask UserService each time")
    if found["later"] != names:
        came, expected = f"are later for {found['later']}", f"{names}: an order keeps the name of its day"
        wrong(sent, came, expected, f"what get in {SERVICE} puts together")


@task("1.2", points=0.25, promise="`place` raises an error that knows no HTTP")
async def test_refusing_an_order(probe: Probe, rng: random.Random) -> None:
    """`place` itself refuses unknown users and products, in the old words, with errors that know no HTTP."""
    tries = [(number, [(1, 1)]) for number in integers(rng, but=(0, 1))]  # 0 stands for somebody who exists
    tries += [(0, [(2, 1), (number, 2)]) for number in integers(rng, but=PRICES)]
    tries.append((99, [(2, 1), (99, 2)]))  # the user is missed first, as before
    for (user, lines), came in zip(tries, await probe("refused_orders", tries=tries), strict=True):
        words = "User not found" if user else "Product not found"
        what = f"for user {user}" if user else f"with product {lines[1][0]}"
        sent, error = f"OrderService.place {what}, which does not exist,", came.get("error", "nothing")
        expected = f"an error that knows no HTTP, such as {words.split()[0]}NotFoundError({words!r})"
        if error == "nothing" or came["crash"] or came["http"]:
            wrong(sent, f"raised {error}", expected, f"place in {SERVICE}: the router makes a 404 of it")
        if words not in came["words"]:
            wrong(
                sent, f"raised {error!r}", f"the words of the old main.py, {words!r}", f"place in {SERVICE}"
            )
        if came["kept"]:
            wrong(sent, f"raised {error}, and an Order was kept", "none", CHECK_FIRST)


@task("1.2", points=0.25, promise="`get_order_service()` gives every caller the same shop")
async def test_every_caller_finds_the_order(probe: Probe, rng: random.Random) -> None:
    """What one caller placed the next one finds, in whatever thread, and lists, the oldest first."""
    found = await probe(
        "found_orders", names=["A", "B", "C"], lines=some_lines(rng), never=integers(rng), more=100
    )
    for placed, came in zip(found["placed"], found["found"], strict=False):
        if came != placed:
            sent = f"OrderService.get({placed['id']}) of the next caller, for an order that was placed,"
            came = f"came to {came if isinstance(came, str) else 'another order'}"
            expected = "it: every caller has the same shop, in whatever thread FastAPI calls"
            wrong(sent, came, expected, f"get_order_service in {SERVICE}")
    for number, came in found["unknown"]:
        if came != "OrderNotFoundError":
            came = came if isinstance(came, str) else "an order"
            expected = "OrderNotFoundError('Order not found'): no order has this id"
            wrong(f"OrderService.get({number})", f"came to {came}", expected, f"get in {SERVICE}")
    for ids, when in ((found["ids"], "the same order twice"), (found["at_once"], "at the same time")):
        again = next((at for at, number in enumerate(ids) if number in ids[:at]), 0)
        if again:
            came, look_at = f"gave out the ids {ids[: again + 1]}", f"place in {SERVICE}"
            wrong(f"OrderService.place, {when},", came, "an order of its own each time", look_at)
    if found["lists"] and found["ids"] not in found["lists"]:
        listed, wanted = found["lists"][0], found["ids"]
        came, expected = f"had {len(listed)} orders", f"all {len(wanted)}"
        if len(listed) == len(wanted):
            came, expected = f"began with the ids {listed[:4]}", f"{wanted[:4]}, the oldest first"
        wrong("The method of OrderService that lists orders", came, expected, SERVICE)


@task(
    "1.2",
    points=1,
    promise="nothing that `app/orders/` imports, nor `app/core/`, goes around the user service",
)
def test_orders_meets_users_at_the_service(project: ProjectFiles) -> None:
    """What orders imports, and core, goes through the user service."""
    ours, core = behind(project, "app.orders"), behind(project, "app.core")
    for found in project.imports():
        inside = package_of(found.imported) == "app.users" and layer_of(found.imported) not in ("", "service")
        if found.importer in ours and inside:
            path, expected = (
                path_of(found.importer),
                "UserService to be asked: nothing else of users is yours to import",
            )
            wrong(f"{path}, line {found.line},", f"imports {found.imported} (`{found.code}`)", expected, path)
    keep_apart(project, (ours | core) - set(DATA) - routers_of_orders(project), DOMAINS)
    keep_below(project, core, DOMAINS)


@task("1.2", points=0.5, promise="`service.py`, `repository.py` and `models.py` know no HTTP")
def test_below_the_router_nobody_knows_http(project: ProjectFiles) -> None:
    """Nothing below the router imports a web framework, or speaks of status codes."""
    below = [f"app.orders.{name}" for name in ("service", "repository", "models")]
    no_http(module for name, module in modules(project).items() if name in below)


# --- 1.3 Move the routes


@task("1.3", points=0.5, promise="these four routes answer as before")
async def test_orders_over_http(api: Api, rng: random.Random) -> None:
    """Catalog, new order, list and one order answer as before."""
    catalog = [
        {"id": product, "name": NAMES[product], "price_cents": price} for product, price in PRICES.items()
    ]
    await reads(api, PRODUCTS, catalog, ROUTER)
    placed = []
    for customer in await Shop(api, rng).customers(3):
        lines = some_lines(rng)
        order = await new_order(api, customer.id, lines)
        row = [customer.id, customer.full_name, lines, total_of(lines)]
        same(f"POST {ORDERS} with {in_words(lines)}", order, row, f"place in {SERVICE}, and OrderResponse")
        placed.append(order)
    placed += [await new_order(api, placed[0]["user_id"], [(1, 1)]) for _ in range(100)]
    await reads(api, ORDERS, placed, f"how {ROUTER} and the service list what is kept, the oldest first")
    for order in rng.sample(placed, 3):
        await reads(api, f"{ORDERS}/{order['id']}", order, ROUTER)


@task(
    "1.3",
    points=0.25,
    promise="whatever was refused before still is, with the same status and the same `detail`",
)
async def test_odd_requests_over_http(api: Api, as_given: Api, rng: random.Random) -> None:
    """Odd requests come back as they did before: unknown things 404, impossible orders 422, all else as ever."""
    person = {"email": "ada@example.com", "full_name": "Ada", "password": "correct horse"}
    sent = [Sent("POST", USERS, {}, person)]
    sent += [Sent("POST", ORDERS, {}, body) for body in odd_orders(rng).values()]
    sent += [Sent("GET", f"{ORDERS}/{number}", {}) for number in (*integers(rng), "x", "1.5", "null")]
    sent += await odd_requests(as_given, rng, 20, below=PRODUCTS)
    look_at, ignoring = f"{ROUTER} and {SCHEMAS}", (*CHANGING, "id")
    await expect_as_before(api, as_given, sent, look_at=look_at, explained=free, ignoring=ignoring)


@task("1.3", points=0.25, promise="a refused request leaves nothing behind")
async def test_a_refused_order_leaves_nothing(api: Api, rng: random.Random) -> None:
    """After an order that was refused, the shop is as it was."""
    customer, nothing = await Shop(api, rng).register(), rng.choice(integers(rng, but=PRICES))
    await new_order(api, customer.id, some_lines(rng))
    before = await snapshot(api)
    for user, line in ((customer.id, (nothing, 1)), (0, (1, 1)), (customer.id, (2, 0))):
        refused = await api.post(ORDERS, json=as_json(user, [(1, 1), line]))
        await expect_unchanged(api, before, refused, look_at=CHECK_FIRST)


@task("1.3", points=0.25, promise="no path ends in a slash, and none redirects")
async def test_no_path_ends_in_a_slash(api: Api) -> None:
    """With a slash at its end, a path is another path: 404."""
    for path in (ORDERS, PRODUCTS, USERS, f"{ORDERS}/1"):
        for answer in (await api.get(f"{path}/"), await api.post(f"{path}/", json={})):
            if answer.status_code != 404:
                look_at = f"the paths in {ROUTER}, and redirect_slashes=False in {MAIN}"
                wrong(answer, "", "404: no path ends in a slash, and none redirects", look_at)


@task(
    "1.3",
    points=0.25,
    promise="the routes of orders and products are in `app/orders/`, and `app/main.py` has none",
)
async def test_routes_are_at_home(probe: Probe) -> None:
    """The functions that answer for orders and products are in `app/orders/`."""
    homes = [(path, module) for path, module in await probe("route_homes") if "summary" not in path]
    for path in (ORDERS, PRODUCTS):
        if path not in dict(homes):
            wrong("The app", f"has no route {path}", f"one in {ROUTER}", f"the routers that {MAIN} includes")
    for path, module in homes:
        ours = path.startswith((ORDERS, PRODUCTS)) and package_of(module) != "app.orders"
        if ours or module == "app.main":
            look_at = f"{path_of(module)}: leave the wiring, move the rest"
            wrong(path_of(module), f"answers {path} itself", "a router in app/orders/ to", look_at)


@task("1.3", points=0.25, promise="`app/main.py` only wires: it has no class and no data")
def test_main_only_wires(project: ProjectFiles) -> None:
    """`main.py` makes the app and includes routers, and nothing of orders is left in it."""
    for line, what in wired_badly(project):
        if "summar" not in what.lower():  # that is for 1.5
            wrong(
                f"{MAIN}, line {line},", f"has {what}", "imports, the app, and the routers it includes", MAIN
            )
    keep_apart(project, ["app.main"], DOMAINS)


@task("1.3", points=0.25, promise="the router asks the service and nobody else")
def test_the_router_asks_the_service(project: ProjectFiles) -> None:
    """The router of orders asks the service, does not reach through it, and translates the domain's errors only."""
    keep_apart(project, routers_of_orders(project), DOMAINS)
    for module in (modules(project)[name] for name in routers_of_orders(project)):
        for line in catches_all(module):
            expected = "the errors of the domain by their names: a bug stays a 500"
            wrong(module.at(line), "catches every error", expected, module.path)


@task("1.3", points=0.25, promise="passes on what they say")
async def test_the_router_passes_on_what_is_said(probe: Probe, rng: random.Random) -> None:
    """Whatever words the domain's errors have, they come back with the 404."""
    words = f"Nobody by the number {rng.randrange(10**6)}"
    for one in await probe("passed_on", path=ORDERS, unknown=rng.randrange(10**5, 10**6), words=words):
        if one["status"] != 404 or words not in one["said"]:
            sent = f"A request for which OrderService.{one['method']} raises {one['error']}({words!r})"
            came, expected = f"came back {one['status']} with {one['said'][:80]}", f"404 with {words!r}"
            look_at = f"{ROUTER}: it passes on what the error says, and has no words of its own"
            wrong(sent, came, expected, look_at)


# --- 1.4 Fence the border


@task("1.4", points=0.25, promise="passes today")
def test_the_build_passes(project: ProjectFiles) -> None:
    """Your contracts pass today."""
    today = project.contracts(contracts_of(project))
    arrows = ARROW.findall(today.output)
    against = {f"{one.importer} -> {one.imported}" for one in project.imports() if rule_of(one, DOMAINS)}
    justly = [
        one for one in arrows if one in against or one[0] == "." or one.endswith(("fastapi", "starlette"))
    ]
    if not today.passed and not justly:  # else the fence does what it is for
        said = arrows[0] if arrows else " ".join(today.output.split("\n\n")[-1].split())
        look_at = "pyproject.toml, and at what lint-imports says in full"
        wrong("lint-imports", f"does not pass before anything is added ({said})", "it to", look_at)


@task(
    "1.4",
    points=0.25,
    promise="imports the schemas, the repository or the models of `orders`",
)
def test_others_stay_out_of_orders(project: ProjectFiles) -> None:
    """Nobody gets past a service, neither into orders nor from there into users."""
    plants = [
        (f"{other}.{name}", inner)
        for other in others(project)
        for name in ("router", "service")
        for inner in DATA
    ]
    plants += [
        (f"app.orders.{name}", f"app.users.{inner}") for name in ("service", "models") for inner in INSIDE
    ]
    no_holes(project, plants)


@task("1.4", points=0.25, promise="fails as soon as an import inside `orders` points up")
def test_imports_in_orders_point_down(project: ProjectFiles) -> None:
    """Inside orders, nobody imports what is above."""
    no_holes(project, upward("app.orders"))


@task("1.4", points=0.25, promise="fails as soon as `app/core/` imports `orders`")
def test_core_stays_below_orders(project: ProjectFiles) -> None:
    """`core` knows nothing of orders."""
    names = (*INSIDE, "service", "router", "newcomer")
    no_holes(project, [("app.core.security", f"app.orders.{name}") for name in names])


@task("1.4", points=0.25, promise="still fails for whatever the lesson's contracts forbid")
def test_the_old_fence_holds(project: ProjectFiles) -> None:
    """What the lesson's contracts forbade is still forbidden."""
    no_holes(project, [*upward("app.auth"), *upward("app.users")])
    plants = [
        (f"app.auth.{name}", f"app.users.{inner}") for name in ("router", "service") for inner in INSIDE
    ]
    plants += [("app.core.security", "app.users.service"), ("app.core.newcomer", "app.auth.service")]
    plants += [("app.users.service", "app.auth.service"), ("app.auth.service", "app.main")]
    below = [f"{domain}.{name}" for domain in DOMAINS for name in ("service", "repository", "models")]
    plants += [(name, web) for name in (*below, "app.core.security") for web in ("fastapi", "starlette")]
    no_holes(project, plants)


# --- 1.5 The twist


@task(
    "1.5",
    points=0.5,
    promise="a summary says how many orders this user has placed, and what they cost together",
)
async def test_summary(api: Api, rng: random.Random) -> None:
    """A summary counts and adds up the orders of this user, and of nobody else."""
    people = await Shop(api, rng).customers(3)
    people.append(await Shop(api, rng).register(full_name=people[0].full_name))
    customers = (people[0], people[1], people[0], people[3])
    orders = [await new_order(api, one.id, some_lines(rng)) for one in customers]
    for one in people:
        await sums_up(api, one, orders)


@task("1.5", points=0.25, promise="a user who does not exist has no summary: 404 `User not found`")
async def test_nobody_has_no_summary(api: Api, rng: random.Random) -> None:
    """Nobody has no summary, not an empty one, and the refusal is the one that clients know."""
    customer = await Shop(api, rng).register()
    for number in integers(rng, but=(customer.id,)):
        answer = await api.get(f"{USERS}/{number}/summary")
        if answer.status_code != 404 or answer.text.replace(" ", "") != '{"detail":"Usernotfound"}':
            came, expected = (
                f"came back {answer.status_code} with {answer.text[:80]}",
                '404 with "User not found"',
            )
            wrong(answer, came, f"{expected}, as for all else about this user", "the route of the summary")


@task("1.5", points=0.25, promise="the existing answers about users and logins stay as they are")
async def test_users_answer_as_before(api: Api, as_given: Api, rng: random.Random) -> None:
    """Users and logins answer as before, after orders, too."""
    people = [{"email": f"{one}@example.com", "full_name": one, "password": "correct horse"} for one in "abc"]
    sent = [Sent("POST", USERS, {}, one) for one in people]
    sent += [Sent("POST", ORDERS, {}, as_json(user, some_lines(rng))) for user in (1, 2)]
    sent += [Sent("POST", LOGIN, {}, {"email": one["email"], "password": one["password"]}) for one in people]
    sent += [
        Sent("GET", f"{USERS}{path}", {}) for path in ("", "/1", "/3", *(f"/{one}" for one in integers(rng)))
    ]
    for below in (USERS, LOGIN):
        sent += await odd_requests(as_given, rng, 20, below=below)
    look_at = "what app/users/ and app/auth/ have become: the numbers belong to the summary only"
    elsewhere = (ORDERS, f"{USERS}/", f"{LOGIN}/")  # 1.3 looks at these
    await expect_as_before(
        api, as_given, sent, look_at=look_at, explained=lambda old, new: old.url.path in elsewhere
    )


@task("1.5", points=0.25, promise="the domains form no circle")
def test_domains_form_no_circle(project: ProjectFiles) -> None:
    """No package of the app needs one that needs it."""
    no_hidden_imports(project)
    imports = project.imports()
    if way := circle(found for found in imports if package_of(found.importer) != "app.core"):
        back = next(one for one in imports if [package_of(one.importer), package_of(one.imported)] == way[:2])
        path, names = path_of(back.importer), " → ".join(name.removeprefix("app.") for name in way)
        expected = "none: put what needs both domains above both, or where the arrows point already"
        wrong(f"{path}, line {back.line},", f"closes the circle {names} (`{back.code}`)", expected, path)


@task(
    "1.5",
    points=0.25,
    promise="whatever is new asks the domains' services and nobody else, and `app/main.py` still only wires",
)
def test_the_new_asks_the_services(project: ProjectFiles) -> None:
    """What is new meets the domains at their services, and none of it is in `main.py`."""
    for line, what in wired_badly(project):
        if "summar" in what.lower():
            wrong(
                f"{MAIN}, line {line},", f"has {what}", "a module of its own for it", f"{MAIN}: it only wires"
            )
    known = modules(project)
    judged = behind(project, "app.orders") | behind(project, "app.core") | {"app.main"}
    told = {name for name in judged & known.keys() if "summar" in known[name].text.lower()} - {"app.main"}
    keep_apart(project, (known.keys() - judged) | told, DOMAINS)


# --- what the checks share


async def kept_orders(probe: Probe, rng: random.Random) -> tuple[list[list[Json]], Json]:
    """Rows of orders, and what an OrderRepository made of them."""
    numbers = [number for number in integers(rng) if number > 0]
    names = texts(rng, but=("", " "))
    rows = [[user, rng.choice(names), some_lines(rng), rng.choice(numbers)] for user in (7, 8, 7, *numbers)]
    rows.append(rows[0])  # the same once more is one more
    found = await probe("kept_orders", rows=rows, never=integers(rng))
    if None in found["made"]:
        fail("OrderRepository().add(…) returned None; expected the new Order. Look at its last line.")
    return rows, found


def odd_orders(rng: random.Random) -> dict[str, Json]:
    """Bodies of orders by their names: every awkward version of a good one of user 1, and of each part of a line."""
    line = {"product_id": 1, "quantity": 2}
    body = {"user_id": 1, "items": [line]}
    found = {case.name: case.body for case in cases(body, rng)}
    return found | {
        f"with an item {case.name}": body | {"items": [line, case.body]} for case in cases(line, rng)
    }


def free(before: Response, after: Response) -> bool:
    """What no promise is about: users (they are 1.5's), the Allow of a 405, and which id an order has."""
    if before.status_code == after.status_code or before.url.path == USERS:
        return before.status_code == 405 or before.url.path == USERS
    number = re.fullmatch(rf"{ORDERS}/(-?\d+)", after.url.path)
    found = [str(one.json()["id"]) for one in (before, after) if one.status_code == 200]
    return {before.status_code, after.status_code} == {200, 404} and bool(number and found == [number[1]])


def some_lines(rng: random.Random) -> Lines:
    """Lines, two of one product, whose total is one cent short when it is calculated in floats and cut off."""
    while True:
        many = rng.choice([1, 7, 10**5])
        lines = [(2, rng.randrange(1, 25)), (rng.choice([1, 3]), many), (2, rng.randrange(1, 9))]
        if int(sum(PRICES[product] / 100 * quantity for product, quantity in lines) * 100) < total_of(lines):
            return lines


def total_of(lines: Lines) -> int:
    return sum(PRICES[product] * quantity for product, quantity in lines)


def in_words(lines: Lines) -> str:
    return " and ".join(f"{quantity} of product {product}" for product, quantity in lines)


def as_json(user: int, lines: Lines) -> dict[str, Json]:
    return {
        "user_id": user,
        "items": [{"product_id": product, "quantity": count} for product, count in lines],
    }


def same(sent: str, came: Json, row: Sequence[Json], look_at: str) -> None:
    """Fail unless this is the order that a row of user, name, lines and total describes."""
    if came is None:
        wrong(sent, "came to nothing", "the order", look_at)
    user, name, lines, total = row
    wanted = as_json(user, lines) | {"id": came.get("id"), "customer_name": name, "total_cents": total}
    if found := difference(wanted, came):
        wrong(sent, f"came back with {found[0]}={found[2]}", found[1], look_at)


async def new_order(api: Api, user: int, lines: Lines) -> Json:
    """Place an order that can be placed; the body of the answer."""
    answer = await api.post(ORDERS, json=as_json(user, lines))
    if answer.status_code != 201:
        why = "A path is served as it is written, slashes included, once main.py includes its router"
        why = why if answer.status_code in (404, 405) else "the user and the products exist"
        wrong(answer, "", f"201: {why}", f"{ROUTER} and {MAIN}")
    return answer.json()


async def reads(api: Api, path: str, wanted: Json, look_at: str) -> None:
    """GET a path and fail unless its body is the wanted one."""
    answer = await api.get(path)
    if answer.status_code != 200:
        wrong(answer, "", "200", f"the path in its router, and what {MAIN} includes")
    if found := difference(wanted, answer.json()):
        wrong(answer, f"came back with {found[0]}={found[2]}", found[1], look_at)


async def sums_up(api: Api, who: Customer, orders: Sequence[Json]) -> None:
    """Fail unless the summary of this customer is that of their orders among these."""
    totals = [order["total_cents"] for order in orders if order["user_id"] == who.id]
    wanted = {
        "id": who.id,
        "full_name": who.full_name,
        "order_count": len(totals),
        "total_cents": sum(totals),
    }
    look_at = "the schema of the summary, and which orders it takes (two customers may have one name)"
    await reads(api, f"{USERS}/{who.id}/summary", wanted, look_at)


def others(project: ProjectFiles) -> list[str]:
    """The domains beside orders: those that are there, that a contract names, and one that nobody knows yet."""
    found = packages_of(project) | {"app.auth", "app.users", "app.newcomers"}
    return sorted(found - {"app.orders", "app.main", "app.core"})


def behind(project: ProjectFiles, package: str) -> set[str]:
    """The modules of a package, and what they import that is in no domain."""
    return within_reach(project.imports(), package, ("app", "app.main", "app.core", *DOMAINS))


def routers_of_orders(project: ProjectFiles) -> set[str]:
    """The modules of orders that make a router."""
    of_orders = ((name, one) for name, one in modules(project).items() if package_of(name) == "app.orders")
    return {name for name, one in of_orders if layer_of(name) == "router" or makes_routes(one)}


def wired_badly(project: ProjectFiles) -> list[tuple[int, str]]:
    """What main.py has beside wiring."""
    main = modules(project).get("app.main")
    return list(beside_wiring(main)) if main else []
