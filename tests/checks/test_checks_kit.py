"""The shop client, awkward values, the state after refusals, and `as before`, against small apps in this process."""

import json
import random
from collections.abc import Callable
from typing import Annotated, Any

import httpx2
import pytest
from checks_course import SmallExercise
from fastapi import FastAPI, Header, HTTPException, Path, Query
from pydantic import BaseModel, ConfigDict, EmailStr, Field

from course.checks import Api, CheckFailed, Shop, expect_as_before, expect_unchanged, odd_requests, snapshot
from course.checks.awkward import INTEGERS, cases, integers, texts
from course.checks.state import difference


def rng() -> random.Random:
    return random.Random(7)  # noqa: S311 - test data


def client(app: FastAPI) -> Api:
    return Api(transport=httpx2.ASGITransport(app=app, raise_app_exceptions=False), base_url="http://api")


class User(BaseModel):
    email: EmailStr
    full_name: str = Field(min_length=1)
    password: str = Field(min_length=8)


class Item(BaseModel):
    product_id: int
    quantity: int = Field(ge=1)


class Order(BaseModel):
    user_id: int
    items: list[Item] = Field(min_length=1)


class StrictOrder(Order):
    model_config = ConfigDict(extra="forbid")


def shop(*, fault: str = "") -> FastAPI:
    """A shop with one of the faults that checks have to see."""
    app = FastAPI()
    users: list[dict[str, Any]] = []
    orders: list[dict[str, Any]] = []
    least = 1 if fault == "a 404 becomes a 422" else -(10**30)
    order_type = StrictOrder if fault == "extra is forbidden" else Order
    path_id = Annotated[int, Path(ge=least)]

    @app.post("/api/v1/users", status_code=201)
    async def register(user: User) -> dict[str, Any]:
        if user.email.lower() in [one["email"] for one in users]:
            raise HTTPException(409)
        users.append({"id": len(users) + 1, "email": user.email.lower(), "full_name": user.full_name})
        return users[-1]

    @app.get("/api/v1/users")
    async def list_users(skip: int = 0, limit: Annotated[int, Query(le=100)] = 20) -> list[dict[str, Any]]:
        return users[skip : skip + limit] if skip >= 0 <= limit else []

    @app.get("/api/v1/users/{user_id}")
    async def get_user(user_id: path_id) -> dict[str, Any]:  # type: ignore[valid-type]
        found = [one for one in users if one["id"] == user_id]
        if not found:
            raise HTTPException(404)
        return (
            found[0]
            if fault != "a key is renamed"
            else {"name" if k == "full_name" else k: v for k, v in found[0].items()}
        )

    @app.get("/api/v1/products")
    async def list_products() -> list[dict[str, Any]]:
        return [{"id": 1, "name": "Notebook"}]

    @app.post("/api/v1/orders", status_code=201)
    async def place(order: order_type) -> dict[str, Any]:  # type: ignore[valid-type]
        if fault == "a refusal leaves a trace":
            orders.append({"id": len(orders) + 1})
        if order.user_id not in [one["id"] for one in users]:  # type: ignore[attr-defined]
            raise HTTPException(404)
        if fault != "a refusal leaves a trace":
            orders.append({"id": len(orders) + 1})
        return orders[-1]

    @app.get("/api/v1/users/{user_id}/wishes")
    async def list_wishes(user_id: int, x_user_id: Annotated[int, Header()]) -> list[str]:
        if user_id == 3:
            return [] if fault == "a crash is repaired" else ["wishes"[user_id * 1000]]
        if user_id != x_user_id:
            raise HTTPException(403)
        return ["stars"] if fault == "what only its owner sees changes" else ["tea"]

    @app.get("/api/v1/orders")
    async def list_orders(skip: int = 0, limit: int = 20) -> dict[str, Any]:
        return {"items": orders[skip : skip + limit], "total": len(orders)}

    return app


async def test_the_shop_client_registers_whom_a_strict_app_takes() -> None:
    async with client(shop()) as api:
        found = await Shop(api, rng()).customers(40)
        assert len({one.email.lower() for one in found}) == len({one.id for one in found}) == 40
        assert any(not one.full_name.isascii() for one in found)
        order = await Shop(api, rng()).order(found[0].id, {1: 3})
        assert order == {"id": 1}
        with pytest.raises(CheckFailed, match="came back 404 Not Found; expected 201"):
            await Shop(api, rng()).order(999, {1: 3})
        assert [one["id"] for one in await Shop(api, rng()).products()] == [1]


async def test_a_refusal_that_leaves_a_trace_is_seen() -> None:
    for fault, seen in (("", False), ("a refusal leaves a trace", True)):
        async with client(shop(fault=fault)) as api:
            user = await Shop(api, rng()).register()
            await Shop(api, rng()).order(user.id, {1: 1})
            before = await snapshot(api)
            refused = await Shop(api, rng()).try_to_order(999, {1: 1})
            if not seen:
                await expect_unchanged(api, before, refused, look_at="app/orders/service.py")
                continue
            with pytest.raises(CheckFailed) as failed:
                await expect_unchanged(api, before, refused, look_at="app/orders/service.py")
            assert "afterwards the number of /api/v1/orders.items is 2; expected 1, as before" in str(
                failed.value
            )
            assert failed.value.facts.sent.startswith('await api.post("/api/v1/orders", json={')


async def test_a_snapshot_has_every_page() -> None:
    async with client(shop()) as api:
        await Shop(api, rng()).customers(130)
        state = await snapshot(api, ["/api/v1/users", "/api/v1/products", "/nowhere"])
        assert [len(page) for page in state.answers["/api/v1/users"]] == [100, 30]
        assert state.answers["/nowhere"] == {"status": 404}


@pytest.mark.parametrize(
    ("was", "now", "found"),
    [
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, ("a[1].b", "2", "3")),
        ({"a": 1}, {}, ("a", "1", "missing")),
        ({}, {"a": None}, ("a", "missing", "null")),
        ([1], [1, 2], ("the number of entries", "1", "2")),
        (1, True, ("the body", "1", "true")),
        (1, 1.0, ("the body", "1", "1.0")),
        ({"a": [1, "x", None]}, {"a": [1, "x", None]}, None),
    ],
)
def test_the_first_difference_is_named(was: object, now: object, found: tuple[str, str, str] | None) -> None:
    assert difference(was, now) == found


def test_cases_are_odd_in_one_field_each() -> None:
    valid = {"user_id": 3, "name": "Ada", "items": [1]}
    table = cases(valid, rng())
    names = {case.name for case in table}
    assert {"without user_id", "user_id=null", "user_id='3'", "user_id=0", "name=''", "items=[]"} <= names
    assert any(name == "with a surplus field" for name in names)
    assert all(json.dumps(case.body) != json.dumps(valid) for case in table)  # 3.0 is not 3 in JSON
    assert all(sum(case.body.get(key, valid) != valid[key] for key in valid) <= 1 for case in table)
    assert {
        case.name.replace("without ", "").split("=")[0] for case in cases(valid, rng(), fields=["name"])
    } == {
        "name",
        "with a surplus field",
    }
    assert set(INTEGERS) - {0} <= set(integers(rng(), but=[0]))
    assert "" not in texts(rng(), but=[""])


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("", ""),
        ("a 404 becomes a 422", "came back 422 Unprocessable"),
        ("extra is forbidden", "the number of detail = 2; expected 1"),
        ("a key is renamed", "full_name = missing"),
        ("what only its owner sees changes", "stars"),
        ("a crash is repaired", ""),
    ],
)
async def test_a_difference_that_no_promise_explains_is_named(fault: str, says: str) -> None:
    async with client(shop()) as given, client(shop(fault=fault)) as api:
        for one in (given, api):
            await Shop(one, rng()).customers(3)
        requests = await odd_requests(given, rng(), 400)
        assert {sent.method for sent in requests} >= {"GET", "POST", "PUT"}
        if not says:
            await expect_as_before(api, given, requests, look_at="x")
            return
        with pytest.raises(CheckFailed, match=says) as failed:
            await expect_as_before(api, given, requests, look_at="the gaps")
        assert "as before this exercise. Look at the gaps." in str(failed.value)


async def test_a_promise_explains_a_difference() -> None:
    explained: Callable[[httpx2.Response, httpx2.Response], bool] = lambda before, after: (  # noqa: E731
        before.status_code == 404 and after.status_code == 422
    )
    async with client(shop()) as given, client(shop(fault="a 404 becomes a 422")) as api:
        requests = await odd_requests(given, rng(), 200)
        await expect_as_before(api, given, requests, look_at="x", explained=explained)


AS_GIVEN = """
@task("1.1", points=4)
async def test_as_before(api: Api, as_given: Api, rng: random.Random) -> None:
    \"\"\"What was there is as before.\"\"\"
    await expect_as_before(api, as_given, await odd_requests(as_given, rng, 30), look_at="app/main.py")
"""


def test_the_app_as_given_runs_beside_the_learners(small: SmallExercise) -> None:
    small.write({"checks.py": AS_GIVEN})
    ground = (small.folder / "given/app/main.py").read_text()
    assert small.results({"app/main.py": ground})["test_as_before"].outcome == "PASS"
    broken = ground.replace('"/api/v1/users"', '"/api/v1/people"')
    result = small.results({"app/main.py": broken})["test_as_before"]
    assert (result.outcome, "came back 404 Not Found; expected 200 OK" in result.message) == ("FAIL", True)
