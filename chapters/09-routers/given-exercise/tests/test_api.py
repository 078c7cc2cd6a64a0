"""The shop as its clients see it: passes before, during and after every move."""

from fastapi.testclient import TestClient
from httpx2 import Response


def register(api: TestClient, email: str) -> int:
    user = {"email": email, "full_name": "Ada Lovelace", "password": "correct horse"}
    response = api.post("/users", json=user)
    assert response.status_code == 201
    return int(response.json()["id"])


def log_in(api: TestClient, email: str, password: str) -> int:
    return api.post("/auth/login", json={"email": email, "password": password}).status_code


def order(api: TestClient, user_id: int, product_id: int, quantity: int) -> Response:
    items = [{"product_id": product_id, "quantity": quantity}]
    return api.post("/orders", json={"user_id": user_id, "items": items})


def test_who_buys_can_still_log_in(api: TestClient) -> None:
    placed = order(api, register(api, "buyer@example.com"), 1, 2).json()
    assert (placed["customer_name"], placed["total_cents"]) == ("Ada Lovelace", 900)
    assert log_in(api, "buyer@example.com", "correct horse") == 200


def test_what_is_refused(api: TestClient) -> None:
    user_id = register(api, "once@example.com")
    again = {"email": "Once@example.com", "full_name": "Eve", "password": "correct horse"}
    assert api.post("/users", json=again).status_code == 409
    assert log_in(api, "once@example.com", "wrong horse") == 401
    assert [order(api, 999, 1, 1).status_code, order(api, user_id, 99, 1).status_code] == [
        404,
        404,
    ]
    assert order(api, user_id, 1, 0).status_code == 422


def test_users_come_in_pages(api: TestClient) -> None:
    ids = [register(api, f"page{number}@example.com") for number in range(3)]
    skip = len(api.get("/users?limit=100").json()) - 3
    page = api.get(f"/users?skip={skip}&limit=2").json()
    assert [user["id"] for user in page] == ids[:2]
    refused = [
        api.get(f"/users?{query}").status_code for query in ("limit=0", "limit=101", "skip=-1")
    ]
    assert refused == [422, 422, 422]


def test_a_stranger_is_greeted_too(api: TestClient) -> None:
    register(api, "greeted@example.com")
    texts = [
        api.get(f"/greetings?email={name}@example.com").json()["text"]
        for name in ("Greeted", "nobody")
    ]
    assert texts == ["Welcome back, Ada!", "Welcome!"]


def test_orders_come_in_pages_that_know_the_total(api: TestClient) -> None:
    user_id = register(api, "orders@example.com")
    ids = [order(api, user_id, 2, quantity).json()["id"] for quantity in (1, 2)]
    page = api.get(f"/orders?skip={ids[0] - 1}&limit=1").json()
    assert [found["id"] for found in page["items"]] == ids[:1]
    assert (page["total"], page["skip"], page["limit"]) == (ids[1], ids[0] - 1, 1)
    assert api.get("/orders?limit=101").status_code == 422


def test_old_clients_get_their_old_names(api: TestClient) -> None:
    user_id = register(api, "old@example.com")
    old = {"userId": user_id, "userName": "Ada Lovelace", "mail": "old@example.com"}
    assert api.get(f"/getUser?userId={user_id}").json() == old
    assert api.get(f"/Account/{user_id}").json() == {"account_no": user_id, "usr": "Ada Lovelace"}
    assert len(api.get("/member_list?pageSize=1").json()) == 1
    assert api.get("/getUser?userId=999").status_code == 404


def test_orders_of_one_customer(api: TestClient) -> None:
    user_id = register(api, "mine@example.com")
    order_id = order(api, user_id, 1, 1).json()["id"]
    page = api.get(f"/orders?user_id={user_id}").json()
    assert ([found["id"] for found in page["items"]], page["total"]) == ([order_id], 1)
    assert api.get(f"/getOrders?userId={user_id}").json()[0]["orderId"] == order_id
    body = {"userId": user_id, "prodId": 2, "qty": 3}
    assert api.post("/placeOrder", json=body).json()["totalCents"] == 360
    assert api.get("/product_info/3").json()["prodName"] == api.get("/products/3").json()["name"]


def test_items_are_a_part_of_their_order(api: TestClient) -> None:
    order_id = order(api, register(api, "items@example.com"), 1, 2).json()["id"]
    item = {"product_id": 2, "quantity": 5}
    assert api.post(f"/orders/{order_id}/items", json=item).status_code == 201
    items = api.get(f"/orders/{order_id}/items").json()
    assert [(found["product_id"], found["quantity"]) for found in items] == [(1, 2), (2, 5)]
    assert api.get(f"/orders/{order_id}").json()["total_cents"] == 1500
    assert api.get("/orders/999/items").status_code == 404


def test_signups_are_counted_by_period(api: TestClient) -> None:
    before = api.get("/reports/signups?days=1").json()["signups"]
    register(api, "counted@example.com")
    report = api.get("/reports/signups?days=1").json()
    assert report["signups"] == before + 1
    assert 2 < report["usual"] < 6
    assert api.get("/reports/signups?days=0").status_code == 422


def test_the_sixth_order_is_cheaper(api: TestClient) -> None:
    user_id = register(api, "loyal@example.com")
    assert [order(api, user_id, 1, 2).json()["total_cents"] for _ in range(6)] == [900] * 5 + [855]


def test_a_receipt_knows_tax_and_words(api: TestClient) -> None:
    order_id = order(api, register(api, "receipt@example.com"), 3, 1).json()["id"]
    receipt = api.get(f"/orders/{order_id}/receipt").json()
    words = "fifty-nine euros and zero cents"
    assert (receipt["total_cents"], receipt["vat_cents"]) == (5900, 1024)
    assert receipt["in_words"] == words
    rich = order(api, register(api, "rich@example.com"), 3, 100).json()["id"]
    assert api.get(f"/orders/{rich}/receipt").json()["in_words"].startswith("five thousand nine ")


def test_errors_have_one_shape(api: TestClient) -> None:
    answers = [
        api.get("/users/999"),
        api.get("/coupons/NOPE"),
        api.get("/coupons/WELCOME5/uses"),
        api.post("/auth/login", json={"email": "nobody@example.com", "password": "x"}),
        api.get("/no-such-path"),
        api.get("/users?limit=0"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 503, 401, 404, 422]
    for answer in answers:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
        assert {"type", "title", "detail"} < answer.json().keys()


def test_no_answer_repeats_a_secret(api: TestClient) -> None:
    user = {"email": "ada@example.com", "password": "hunter2"}
    assert "hunter2" not in api.post("/users", json=user).text
    assert "db.internal" not in api.get("/coupons/WELCOME5/uses").text
