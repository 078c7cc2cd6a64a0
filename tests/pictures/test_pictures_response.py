"""HTTP responses: what is shown, what is cut, and what never reaches the text."""

import datetime
import json

import httpx2
import pytest
from picture_samples import response

from course.pictures.response import MOST_LINES, response_view


def test_the_text_is_request_status_telling_headers_and_body() -> None:
    created = response(201, "POST", json={"id": 1}, headers={"location": "/api/v1/users/1", "x-trace": "7"})
    assert response_view(created).text == (
        "POST /api/v1/users → 201 Created\n"
        "location: /api/v1/users/1\n"
        "content-type: application/json\n"
        "\n"
        '{\n  "id": 1\n}'
    )


def test_the_time_is_in_the_html_only() -> None:
    slow = response(json={})
    slow.elapsed = datetime.timedelta(milliseconds=1234)
    view = response_view(slow)
    assert '<span class="pfc-time pfc-muted pfc-end">1234 ms</span>' in view.html
    assert "1234" not in view.text
    assert "pfc-time" not in response_view(response(json={})).html  # nobody has measured this one


@pytest.mark.parametrize(
    ("status", "word"),
    [(204, "success"), (307, "redirect"), (404, "client error"), (503, "server error"), (799, "?")],
)
def test_the_class_of_the_status_is_a_word(status: int, word: str) -> None:
    assert word in response_view(response(status)).html


def test_every_header_is_in_the_folded_table() -> None:
    twice = response(headers=[("set-cookie", "a=1"), ("set-cookie", "b=2")])
    html = response_view(twice).html
    assert "<summary>2 headers</summary>" in html
    assert "a=1" in html
    assert "b=2" in html


def test_small_json_inside_json_stays_on_one_line() -> None:
    body = {"items": [{"product_id": 1, "quantity": 2}], "loc": ["body", 0], "empty": []}
    text = response_view(response(json=body)).text
    assert '    {"product_id": 1, "quantity": 2}\n' in text
    assert '  "loc": ["body", 0],\n' in text
    assert json.loads(text.partition("\n\n")[2]) == body


@pytest.mark.parametrize(
    ("content", "kind", "shown"),
    [
        (b"", "text/plain", "(no body)"),
        (b"\x89PNG", "image/png", "(4 bytes of image/png)"),
        (b"\x00\x01", "", "(2 bytes of an unnamed type)"),
        (b"{oops", "application/json", "{oops"),
        (b"<p>hi</p>", "text/html", "<p>hi</p>"),
        (b'{"status": 404}', "application/problem+json", '"status": 404'),
        (b"a\x1b[31mred\x07", "text/plain", "a\\x1b[31mred\\x07"),
    ],
)
def test_every_kind_of_body(content: bytes, kind: str, shown: str) -> None:
    headers = {"content-type": kind} if kind else {}
    assert shown in response_view(response(content=content, headers=headers)).text


def test_a_long_body_is_cut_with_a_note() -> None:
    view = response_view(response(json=list(range(1000))))
    assert "(cut here: the body is 3,891 bytes in 1002 lines)" in view.text
    assert len(view.text.splitlines()) < MOST_LINES + 10
    assert "999" not in view.html.partition("<pre")[2].partition("</pre>")[0]


def test_a_response_without_request_and_one_not_read() -> None:
    assert response_view(httpx2.Response(200, text="x")).text.startswith("Response → 200 OK")
    stream = httpx2.Response(
        200, request=httpx2.Request("GET", "http://api/x"), stream=httpx2.ByteStream(b"x")
    )
    assert "(the body has not been read)" in response_view(stream).text


def test_what_the_app_raised_is_shown_to_the_developer_only() -> None:
    request = httpx2.Request("GET", "http://api/boom")
    raised = "KeyError: '<stock>' (app/main.py, line 9: raise KeyError('<stock>'))"
    view = response_view(
        httpx2.Response(
            500, request=request, text="Internal Server Error", extensions={"app_exception": raised}
        )
    )
    assert view.text.endswith(f"Only you see this: the app raised {raised}")
    assert "&lt;stock&gt;" in view.html
    assert "<stock>" not in view.html
