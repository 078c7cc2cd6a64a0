import random

from course.grading.checking import Api, Probe, ProjectFiles, expect, fail, task


@task("1.1", points=1)
async def test_placing_an_order(api: Api, rng: random.Random) -> None:
    """Placing an order answers 201 with the customer's name."""
    quantity = rng.randint(1, 99)
    order = await api.post("/api/v1/orders", json={"user_id": 1, "quantity": quantity})
    expect(order, 201, why="a created order is a 201", look_at="place_order in app/orders/router.py")
    if order.json()["customer_name"] != "Grace" or order.json()["quantity"] != quantity:
        fail(f"The order came back as {order.text}. Look at place_order in app/orders/router.py.")


@task("1.1", points=1)
async def test_quantity_has_a_lower_bound(api: Api) -> None:
    """A quantity below 1 is refused with 422."""
    order = await api.post("/api/v1/orders", json={"quantity": 0, "user_id": 0})
    expect(
        order,
        422,
        why="the quantity has no lower bound",
        look_at="OrderCreate in app/orders/router.py",
    )


@task("1.1", points=1, whole=True)
def test_orders_do_not_reach_into_main(project: ProjectFiles) -> None:
    """No module of orders imports app.main."""
    for found in project.imports():
        if found.importer.startswith("app.orders") and found.imported == "app.main":
            fail(f"{found.importer} imports app.main in line {found.line}. Remove that import.")


@task("1.2", points=1)
async def test_total(probe: Probe, rng: random.Random) -> None:
    """The total is the sum of the prices."""
    prices = [rng.randint(1, 9) for _ in range(3)]
    total = await probe(f"from app.orders.totals import total\nresult = total({prices})")
    if total != sum(prices):
        fail(f"total({prices}) is {total}; expected {sum(prices)}. Look at app/orders/totals.py.")
