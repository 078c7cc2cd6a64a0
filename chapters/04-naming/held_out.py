"""Exercise 4, the checks that are never released: the promises of checks.py, put to other tests."""

import random

from checks import (
    MOBILE,
    NOWHERE,
    ORDERS,
    PRODUCTS,
    ROUTER,
    SERVICE,
    V1,
    add_item,
    audited,
    bare,
    document_of,
    naming,
    new_order,
    new_user,
    only_these_are_deprecated,
    pinned,
    reads,
    same_total,
    some_lines,
)

from course.grading.checking import Api, Probe, ProjectFiles, brief, expect, fail, task


@task("4.1", points=0.5)
async def test_without_a_customer_as_before(api: Api, rng: random.Random) -> None:
    """Without `user_id` all orders are listed, a customer without orders has none, and a number it must be."""
    users = [await new_user(api, rng) for _ in range(3)]
    made = [(await new_order(api, user, some_lines(rng)))["id"] for user in rng.choices(users[:2], k=5)]
    page = await reads(api, f"{ORDERS}?limit=2&skip=1", ROUTER)
    if [order["id"] for order in page["items"]] != made[1:3] or page["total"] != len(made):
        fail(
            f"GET {ORDERS}?limit=2&skip=1 came back with total={page['total']} and not the second and third order; expected "
            f"what it answered before. Without user_id nothing changes: look at list_page in {SERVICE}."
        )
    empty = await reads(api, f"{ORDERS}?user_id={users[2]}&limit=7", ROUTER)
    if empty != {"items": [], "total": 0, "skip": 0, "limit": 7}:
        fail(
            f"GET {ORDERS}?user_id={users[2]}&limit=7, of a customer without orders, came back with {brief(empty)}; expected an empty "
            f"page, total 0, with skip and limit as they were asked. Look at list_page in {SERVICE}."
        )
    nothing = rng.choice(NOWHERE)
    item = {"product_id": nothing, "quantity": 1}
    for answer, said in (
        (await api.get(f"{ORDERS}/{nothing}"), "Order not found"),
        (await api.post(ORDERS, json={"user_id": users[0], "items": [item]}), "Product not found"),
    ):
        expect(answer, 404, why="there is nothing with this number", look_at=ROUTER)
        if answer.json() != {"detail": said}:
            fail(
                f"{answer.request.method} {answer.request.url.path} of something unknown came back 404 with {brief(answer.json())}; "
                f"expected {brief({'detail': said})}, as before. Look at {ROUTER} and {SERVICE}."
            )
    zero = await reads(api, f"{ORDERS}?user_id=0", ROUTER)
    if zero["total"]:
        fail(
            f"GET {ORDERS}?user_id=0 came back with total={zero['total']}; expected 0, since no customer has this number. 0 is a "
            f"number and not a missing one: look at list_page in {SERVICE}."
        )
    wrong = await api.get(f"{ORDERS}?user_id=ada")
    expect(wrong, 422, why="user_id is a number", look_at=f"the type of user_id in {ROUTER}")


@task("4.2", points=0.5)
async def test_a_phone_on_a_bad_day(api: Api, probe: Probe, rng: random.Random) -> None:
    """An impossible `qty` is a 422, and the page size comes from the environment."""
    user = await new_user(api, rng)
    for quantity in (0, -rng.randrange(1, 99)):
        body = {"userId": user, "prodId": 1, "qty": quantity}
        answer = await api.post(f"{V1}/placeOrder", json=body)
        expect(
            answer,
            422,
            why="what cannot be ordered is the client's mistake: give qty a lower bound",
            look_at=MOBILE,
        )
    size = rng.randrange(2, 5)
    shown = await probe(f"""
import os, sys
import httpx2

result = []
for size in (None, "{size}"):
    os.environ.pop("APP_ORDERS_PAGE_SIZE", None)
    if size:
        os.environ["APP_ORDERS_PAGE_SIZE"] = size
    for name in [name for name in sys.modules if name.split(".")[0] == "app"]:
        del sys.modules[name]
    from app.main import app

    user = {{"email": "page@example.com", "full_name": "Ada", "password": "correct horse"}}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://probe/api/v1") as client:
        number = (await client.post("/users", json=user)).json()["id"]
        for _ in range(23):
            await client.post("/placeOrder", json={{"userId": number, "prodId": 1, "qty": 1}})
        answer = await client.get("/getOrders", params={{"userId": number}})
        result.append(len(answer.json()) if answer.status_code == 200 else f"status {{answer.status_code}}")
""")
    settings = ("Without APP_ORDERS_PAGE_SIZE", f"With APP_ORDERS_PAGE_SIZE={size}")
    for setting, wanted, found in zip(settings, (20, size), shown, strict=True):
        if found != wanted:
            fail(
                f"{setting} in the environment, GET {V1}/getOrders of a customer with 23 orders came back with {found}; expected "
                f"{wanted} of them. Look at PAGE_SIZE in {MOBILE}."
            )


@task("4.3", points=0.5)
async def test_the_tests_notice_other_keys(probe: Probe) -> None:
    """Your tests fail when an old route answers by other keys."""
    await pinned(
        probe,
        [
            ("/getOrders", "orderId", "order_id"),
            ("/placeOrder", "totalCents", "total_cents"),
            ("/product_info", "prodName", "name"),
        ],
    )


@task("4.4", points=1)
async def test_items_stay_with_their_order(api: Api, project: ProjectFiles, rng: random.Random) -> None:
    """Other orders stay as they were, every way to an order shows the new total, and the new names hold to the rules."""
    user, lines, others = await new_user(api, rng), some_lines(rng), some_lines(rng)
    order, other = await new_order(api, user, lines), await new_order(api, user, others)
    line = (rng.choice([1, 2, 3]), rng.randrange(1, 9))
    await add_item(api, f"{ORDERS}/{order['id']}/items", line)
    await same_total(api, f"{V1}/order/{order['id']}", "totalCents", [*lines, line])
    await same_total(api, f"{ORDERS}/{other['id']}", "total_cents", others)
    await same_total(api, f"{V1}/users/{user}/summary", "total_cents", [*lines, line, *others])
    gone = await api.post(f"{ORDERS}/{rng.choice(NOWHERE)}/items", json={"product_id": 0, "quantity": 1})
    expect(gone, 404, why="neither the order nor the product exists", look_at=SERVICE)
    document = await document_of(api)
    only_these_are_deprecated(document)
    for path in (f"{ORDERS}/{{order_id}}/items", f"{PRODUCTS}/{{product_id}}"):
        if bare(path) not in map(bare, document["paths"]):
            fail(
                f"The document at /openapi.json has no {path}; expected it under this name. Look at {ROUTER}."
            )
    for judged in (await audited(api, project)).having(naming.Verdict.BROKEN, naming.Kind.OPERATION):
        fail(
            f"The operation id {judged.name.text} ({judged.name.places[0]}) breaks the rule that {judged.rules[0]}. Name the "
            f"function in {ROUTER} by a verb of its own."
        )
