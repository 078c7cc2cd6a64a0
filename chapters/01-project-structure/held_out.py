"""Exercise 1, the checks that are never released: the promises of checks.py, put to other tests."""

import random

from checks import (
    NOWHERE,
    ORDERS,
    SHOP,
    USERS,
    as_json,
    new_order,
    new_user,
    person,
    reads,
    some_lines,
    total_of,
)

from course.checks.structure import stops
from course.grading.checking import Api, Probe, ProjectFiles, expect, fail, task


@task("1.2", points=0.5)
async def test_the_name_is_asked_each_time(probe: Probe, rng: random.Random) -> None:
    """A new order carries the name that users has now, not a copy taken earlier."""
    old, new = person(rng), f"{person(rng)} II"
    name = await probe(f"""{SHOP}
import gc
from app.orders.service import get_order_service
from app.users.models import User

shop = await provided(get_order_service)
user = await register({old!r})
await place(shop, user, {some_lines(rng)!r})
for stored in [thing for thing in gc.get_objects() if isinstance(thing, User) and thing.id == user]:
    stored.full_name = {new!r}
result = look(await place(shop, user, {some_lines(rng)!r}), "customer_name")
""")
    if name != new:
        fail(
            f"A user who became {new!r} ordered again, and the order came back for {name!r}; expected the name that "
            "users has now. Keep no names in app/orders/: ask UserService for each order."
        )


@task("1.3", points=0.5)
async def test_refused_orders_leave_nothing(api: Api, rng: random.Random) -> None:
    """What was refused is not kept, ids stay unique across users, and customers can still log in."""
    email = f"u{rng.randrange(10**9)}@example.com"
    data = {"email": email, "full_name": person(rng), "password": "correct horse"}
    first = (await api.post(USERS, json=data)).json()["id"]
    second, _ = await new_user(api, rng)
    placed = []
    for user in rng.sample([first, second, first, second], 4):
        refused = await api.post(ORDERS, json=as_json(user, [(1, 1), (rng.choice(NOWHERE), 1)]))
        expect(refused, 404, why="one of its products does not exist", look_at="app/orders/service.py")
        placed.append(await new_order(api, user, some_lines(rng)))
    kept = (await api.get(ORDERS)).json()
    if len(kept) > len(placed):
        fail(
            f"After {len(placed)} orders and as many refused ones, GET {ORDERS} lists {len(kept)}; expected "
            f"{len(placed)}. Check everything before the repository keeps anything, in app/orders/service.py."
        )
    for order in placed:
        await reads(
            api, f"{ORDERS}/{order['id']}", order, "how app/orders/repository.py numbers and keeps orders"
        )
    login = await api.post("/api/v1/auth/login", json={"email": email, "password": "correct horse"})
    expect(
        login, 200, why="ordering has changed what users keeps", look_at="what app/orders/ does with a user"
    )


@task("1.4", points=0.5)
def test_the_fence_has_no_hole(project: ProjectFiles) -> None:
    """No other way into orders is open, and what the lesson's contracts forbid is still forbidden."""
    stops(
        project,
        ("app.auth.service", "app.orders.repository", "OrderRepository"),
        ("app.auth.router", "app.orders.schemas", "OrderCreate"),
        ("app.orders.models", "app.orders.schemas", "OrderCreate"),
        ("app.users.models", "app.users.schemas", "UserCreate"),
        ("app.auth.schemas", "app.auth.service", "AuthService"),
        ("app.core.security", "app.orders.planted_constants", "LIMIT"),
        ("app.orders.service", "fastapi", "HTTPException"),
        new_file="app/orders/planted_constants.py",
    )
    stops(project, ("app.users.service", "app.orders.service", "OrderService"))


@task("1.5", points=0.5)
async def test_summary_follows(api: Api, rng: random.Random) -> None:
    """A summary is right again after the next order, and the answers about users stay as they were."""
    look_at = "what the summary is computed from"
    user, name = await new_user(api, rng)
    other, _ = await new_user(api, rng)
    totals: list[int] = []
    for _ in range(rng.randrange(2, 5)):
        wanted = {"id": user, "full_name": name, "order_count": len(totals), "total_cents": sum(totals)}
        await reads(api, f"{USERS}/{user}/summary", wanted, look_at)
        await new_order(api, other, some_lines(rng))
        lines = some_lines(rng)
        await new_order(api, user, lines)
        totals.append(total_of(lines))
    answer = expect(
        await api.get(f"{USERS}/{user}"), 200, why="users answered before", look_at="app/users/router.py"
    )
    if answer.json().keys() != {"id", "email", "full_name"}:
        fail(
            f"GET {USERS}/{user} came back with {', '.join(answer.json())}; expected id, email, full_name as before. "
            "The numbers belong into the summary only."
        )
