from course.grading.checking import Api, Probe, expect, task


@task("1.1", points=1)
async def test_held_out_second_user(api: Api) -> None:
    """SECRET-TITLE: the first user's order carries their name."""
    order = await api.post("/api/v1/orders", json={"user_id": 0, "quantity": 1})
    expect(order, 201, why="SECRET-REASON", look_at="SECRET-PLACE")
    assert order.json()["customer_name"] == "Ada", "SECRET-MESSAGE"


@task("1.2", points=1.5)
async def test_held_out_empty(probe: Probe) -> None:
    """SECRET-TITLE: the total of nothing is 0."""
    assert await probe("from app.orders.totals import total\nresult = total([])") == 0, "SECRET-MESSAGE"
