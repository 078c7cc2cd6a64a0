"""How failures read: one message, the same as data, and a line to paste."""

import httpx2
import pytest

from course.checks import CheckFailed, as_before, expect, wrong
from course.grading.failures import as_code, status_of


def answer(status: int, json: object = None, *, sent: object = None) -> httpx2.Response:
    request = httpx2.Request("POST", "http://api/api/v1/orders", json=sent)
    return httpx2.Response(status, json=json, request=request)


def test_a_wrong_answer_is_one_message_and_four_facts() -> None:
    with pytest.raises(CheckFailed) as failed:
        wrong(answer(200, sent={"quantity": 0}), "", expected="422", look_at="app/orders/schemas.py")
    assert str(failed.value) == (
        "POST /api/v1/orders with quantity=0 came back 200 OK; expected 422. Look at app/orders/schemas.py."
    )
    facts = failed.value.facts
    assert facts.sent == """await api.post("/api/v1/orders", json={'quantity': 0})"""
    assert (facts.came, facts.expected, facts.look_at) == ("came back 200 OK", "422", "app/orders/schemas.py")


def test_a_tool_is_named_in_words() -> None:
    with pytest.raises(
        CheckFailed, match=r"^`ruff check app` found E501; expected nothing\. Look at app/x\.py\.$"
    ):
        wrong("`ruff check app`", "found E501", expected="nothing", look_at="app/x.py")


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        ({"method": "GET", "url": "/a?b=1"}, 'await api.get("/a?b=1")'),
        (
            {"method": "POST", "url": "/a", "json": {"x": None, "y": True, "z": "é"}},
            """await api.post("/a", json={'x': None, 'y': True, 'z': 'é'})""",
        ),
        ({"method": "POST", "url": "/a", "data": {"x": "1"}}, """await api.post("/a", data={'x': '1'})"""),
        (
            {"method": "PATCH", "url": "/a", "headers": {"X-User-Id": "3"}, "content": b"{"},
            """await api.patch("/a", content=b'{', headers={'x-user-id': '3'})""",
        ),
        ({"method": "DELETE", "url": "/a", "json": [1]}, 'await api.request("DELETE", "/a", json=[1])'),
        ({"method": "BREW", "url": "/a"}, 'await api.request("BREW", "/a")'),
    ],
)
async def test_what_was_sent_can_be_pasted(request_: dict[str, object], line: str) -> None:
    """The line, run, sends the same request again."""
    sent: list[httpx2.Request] = []

    def note(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        return httpx2.Response(200)

    async with httpx2.AsyncClient(base_url="http://api", transport=httpx2.MockTransport(note)) as api:
        first = api.build_request(**request_)  # type: ignore[arg-type]
        assert as_code(first) == line
        await eval(line.removeprefix("await "), {"api": api})  # noqa: S307 - made by as_code  # noqa: S307 - our own line
    [again] = sent
    assert (again.method, again.url, again.content) == (first.method, first.url, first.content)
    assert dict(again.headers) == dict(first.headers)


def test_expect_passes_what_is_right_on_and_names_what_is_not() -> None:
    right = answer(201)
    assert expect(right, 201, why="x", look_at="y") is right
    with pytest.raises(CheckFailed) as failed:
        expect(answer(404), 201, why="the route is new", look_at="app/main.py")
    assert failed.value.facts.expected == "201: the route is new"
    assert status_of(answer(404)) == "404 Not Found"


def test_as_before_names_the_key_that_differs() -> None:
    as_before(answer(200, {"a": 1}), {"a": 1}, look_at="x")
    with pytest.raises(CheckFailed, match=r'came back with \{"b": 2\}; expected \{"b": 3\}, as before'):
        as_before(answer(200, {"a": 1, "b": 2}), {"a": 1, "b": 3}, look_at="x")
