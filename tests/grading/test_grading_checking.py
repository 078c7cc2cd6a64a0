"""Messages are what learners read: they are pinned here word for word."""

from pathlib import Path

import httpx2
import pytest

from course.grading.checking import AppCrashed, CheckFailed, ProjectFiles, expect, fail
from course.grading.failures import describe_request
from course.project.crash import CRASH_HEADER, Crash


def response(status: int, *, crash: Crash | None = None, **request: object) -> httpx2.Response:
    client = httpx2.Client(base_url="http://api")
    sent = client.build_request("POST", "/api/v1/orders", **request)  # type: ignore[arg-type]
    headers = {CRASH_HEADER: crash.to_header()} if crash else {}
    return httpx2.Response(status, request=sent, headers=headers, text="body")


def test_expect_returns_the_response_that_has_the_status() -> None:
    answer = response(201, json={"quantity": 1})
    assert expect(answer, 201, why="…", look_at="…") is answer


def test_expect_says_what_was_sent_what_came_back_and_where_to_look() -> None:
    with pytest.raises(CheckFailed) as failed:
        expect(
            response(201, json={"quantity": 0}),
            422,
            why="the line quantity has no lower bound",
            look_at="OrderItemCreate in app/orders/schemas.py",
        )
    assert str(failed.value) == (
        "POST /api/v1/orders with quantity=0 came back 201 Created; expected 422: the line quantity has no lower "
        "bound. Look at OrderItemCreate in app/orders/schemas.py."
    )
    assert failed.value.detail == "body"


def test_a_500_names_the_crash() -> None:
    crash = Crash(
        "AttributeError: 'NoneType' object has no attribute 'id'", "app/orders/service.py", 31, "user.id"
    )
    with pytest.raises(AppCrashed) as crashed:
        expect(response(500, crash=crash), 201, why="…", look_at="…")
    assert str(crashed.value) == (
        "POST /api/v1/orders crashed; expected 201 Created. It raised AttributeError: 'NoneType' object has no "
        "attribute 'id' in app/orders/service.py, line 31, `user.id`."
    )


def test_a_500_that_the_app_answers_itself_is_a_wrong_answer() -> None:
    with pytest.raises(
        CheckFailed, match="came back 500 Internal Server Error; expected 404: gone"
    ) as failed:
        expect(response(500), 404, why="gone.", look_at="app/main.py.")
    assert not isinstance(failed.value, AppCrashed)


def test_an_expected_500_is_fine_even_when_it_hides_a_crash() -> None:
    expect(response(500, crash=Crash("ValueError: x")), 500, why="…", look_at="…")


@pytest.mark.parametrize(
    ("sent", "described"),
    [
        ({}, "POST /api/v1/orders"),
        ({"json": {"user_id": 7, "items": [{"product_id": 1, "quantity": 0}]}},
         "POST /api/v1/orders with user_id=7, items=[{product_id=1, quantity=0}]"),
        ({"json": {"name": "Ada", "vip": True, "note": None}},
         'POST /api/v1/orders with name="Ada", vip=true, note=null'),
        ({"json": [1, 2]}, "POST /api/v1/orders with [1, 2]"),
        ({"content": b"\xff not json"}, "POST /api/v1/orders"),
        ({"params": {"limit": 5}}, "POST /api/v1/orders?limit=5"),
    ],
)  # fmt: skip
def test_requests_are_described(sent: dict[str, object], described: str) -> None:
    assert describe_request(response(200, **sent).request) == described


def test_long_data_is_cut() -> None:
    assert len(describe_request(response(200, json={"name": "x" * 500}).request)) < 130


def test_fail_says_exactly_this() -> None:
    with pytest.raises(CheckFailed, match=r"^Exactly this\.$"):
        fail("Exactly this.")


def test_a_missing_file_fails_the_check(tmp_path: Path) -> None:
    project = ProjectFiles(tmp_path, lambda _: {})
    with pytest.raises(CheckFailed, match=r"There is no app/orders/service\.py in the project"):
        project.read("app/orders/service.py")


@pytest.mark.parametrize("value", ["", "%", "[]", '{"line": "x"}', "x" * 10_000])
def test_a_crash_header_may_say_anything(value: str) -> None:
    assert len(str(Crash.from_header(value))) < 2_000
