"""The users router, as HTTP promises it."""

from fastapi.testclient import TestClient
from httpx2 import Response


def register(api: TestClient, email: str = "ada@example.com") -> Response:
    user = {"email": email, "full_name": "Ada Lovelace", "password": "correct horse"}
    return api.post("/users", json=user)


def test_me_is_who_asks(api: TestClient) -> None:
    ada = register(api).json()
    assert api.get("/users/me", headers={"X-User-Id": str(ada["id"])}).json() == ada
    codes = [api.get("/users/me", headers=tag).status_code for tag in ({}, {"X-User-Id": "999"})]
    assert codes == [401, 401]


def test_created_says_where(api: TestClient) -> None:
    created = register(api)
    assert created.status_code == 201
    assert api.get(f"http://test{created.headers['Location']}").json() == created.json()


def test_a_change_leaves_the_rest(api: TestClient) -> None:
    ada, eve = register(api).json(), register(api, "eve@example.com").json()
    form = {"email": "ada@example.com", "full_name": "Ada King", "nickname": "Countess"}
    changed = api.patch(f"/users/{ada['id']}", json=form)  # all fields, as the web form sends
    assert changed.status_code == 200
    assert form.items() <= changed.json().items()
    assert api.patch(f"/users/{ada['id']}", json={"email": "Ada@example.com"}).status_code == 200
    assert api.patch(f"/users/{ada['id']}", json={"email": "EVE@example.com"}).status_code == 409
    assert api.get(f"/users/{eve['id']}").json() == eve
    assert api.patch("/users/999", json={}).status_code == 404


def test_a_repeated_delete_harms_nobody(api: TestClient) -> None:
    ada = register(api).json()["id"]
    gone = api.delete(f"/users/{ada}")
    assert (gone.status_code, gone.content) == (204, b"")
    eve = register(api, "eve@example.com").json()["id"]
    assert api.delete(f"/users/{ada}").status_code == 404
    assert [api.get(f"/users/{user_id}").status_code for user_id in (ada, eve)] == [404, 200]


def test_an_id_fits_the_column(api: TestClient) -> None:
    codes = [api.get(f"/users/{user_id}").status_code for user_id in (2**31 - 1, 2**31, 0, "x")]
    assert codes == [404, 422, 422, 422]
