"""What orders refuse, and why: red at the start of exercise 6, green at its end."""

import logging

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response


def register(api: TestClient, email: str) -> int:
    user = {"email": email, "full_name": "Ada Lovelace", "password": "correct horse"}
    response = api.post("/users", json=user)
    assert response.status_code == 201
    return int(response.json()["id"])


def order(api: TestClient, user_id: int, product_id: int, quantity: int) -> Response:
    items = [{"product_id": product_id, "quantity": quantity}]
    return api.post("/orders", json={"user_id": user_id, "items": items})


def change(api: TestClient, order_id: int, status: str, caller: int | None = None) -> int:
    headers = {} if caller is None else {"X-User-Id": str(caller)}
    changed = api.patch(f"/orders/{order_id}", json={"status": status}, headers=headers)
    return changed.status_code


def test_an_order_ends_once(api: TestClient) -> None:
    user_id = register(api, "status@example.com")
    shipped, cancelled = (order(api, user_id, 2, 1).json()["id"] for _ in range(2))
    assert [change(api, shipped, "shipped"), change(api, shipped, "cancelled")] == [200, 409]
    assert [change(api, cancelled, "cancelled", user_id), change(api, cancelled, "shipped")] == [
        200,
        409,
    ]
    assert api.get(f"/orders/{shipped}").json()["status"] == "shipped"


def test_an_order_belongs_to_somebody(api: TestClient) -> None:
    owner, other = register(api, "owner@example.com"), register(api, "other@example.com")
    order_id = order(api, owner, 2, 1).json()["id"]
    codes = {
        caller: api.get(f"/orders/{order_id}", headers={"X-User-Id": str(caller)}).status_code
        for caller in (owner, other, 999)
    }
    assert codes == {owner: 200, other: 403, 999: 401}
    assert [
        change(api, order_id, "cancelled", other),
        change(api, order_id, "shipped", owner),
    ] == [403, 403]


def test_the_shelf_is_not_endless(api: TestClient) -> None:
    user_id = register(api, "greedy@example.com")
    assert order(api, user_id, 3, 201).status_code == 409


def test_the_answer_survives_the_warehouse(
    api: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    placed = order(api, register(api, "heavy@example.com"), 2, 60)
    assert placed.status_code == 201
    [record] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert str(placed.json()["id"]) in record.getMessage()
    assert record.exc_info is not None
