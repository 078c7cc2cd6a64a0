"""The API explorer: what it lists, what it fills in, what it sends."""

import json
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import FastAPI, Header, Query
from pydantic import BaseModel, EmailStr, Field
from small_course import Notebook

from course.errors import CourseError
from course.notebook.examples import example_body, example_path, seen_values, unfilled
from course.notebook.explorer import Explorer, explore

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

SHOP = """
    %%write app/main.py
    from fastapi import FastAPI
    from pydantic import BaseModel


    class Item(BaseModel):
        product_id: int
        quantity: int = 2


    app = FastAPI()


    @app.get("/users/{user_id}")
    async def read_user(user_id: int) -> dict[str, int]:
        return {"id": user_id}


    @app.post("/items", status_code=201)
    async def create_item(item: Item) -> Item:
        return item
"""


@pytest.fixture
async def begun(notebook: Notebook) -> Notebook:
    await notebook.run("api = await course.begin(1)")
    await notebook.run(SHOP)
    return notebook


async def explorer_in(notebook: Notebook) -> Explorer:
    shown = await notebook.run("explorer = course.explore(api)")
    assert shown.error is None, shown.printed
    explorer = notebook.shell.user_ns["explorer"]
    assert isinstance(explorer, Explorer)
    return explorer


async def test_one_output_is_the_widget_and_its_static_form(begun: Notebook) -> None:
    first = (await begun.run("course.explore(api)")).bundles[0]
    second = (await begun.run("course.explore(api)")).bundles[0]

    assert {WIDGET_VIEW, "text/plain", "text/html"} <= set(first)
    assert "/users/{user_id}" in first["text/plain"]
    assert "POST" in first["text/plain"]
    for mime in ("text/plain", "text/html"):
        assert first[mime] == second[mime]


async def test_an_operation_comes_with_a_first_request(begun: Notebook) -> None:
    read, create = (await explorer_in(begun)).operations

    assert read == {
        "label": "GET /users/{user_id} · Read User",
        "method": "GET",
        "path": "/users/1",
        "body": "",
    }
    assert (create["method"], create["path"]) == ("POST", "/items")
    assert json.loads(create["body"]) == {"product_id": 1, "quantity": 2}


async def test_the_response_is_shown(begun: Notebook) -> None:
    explorer = await explorer_in(begun)

    await explorer.request("GET", "/users/7")
    assert explorer.status == "200 OK"
    assert "7" in explorer.answer
    await explorer.request("POST", "/items", '{"product_id": "x"}')
    assert explorer.status.startswith("422")
    assert not explorer.sending


async def test_the_form_sends_in_the_background(begun: Notebook) -> None:
    explorer = await explorer_in(begun)
    asked = {"method": "GET", "path": "/users/1", "body": ""}

    explorer._handle_custom_msg(asked, [])
    assert explorer._task is not None
    await explorer._task

    assert explorer.status == "200 OK"


async def test_operations_follow_the_app(begun: Notebook) -> None:
    explorer = await explorer_in(begun)
    await begun.run(SHOP.replace("/items", "/orders"))

    await explorer.request("GET", "/users/1")

    assert [operation["path"] for operation in explorer.operations] == ["/users/1", "/orders"]
    assert "/orders" in explorer.static().text


async def test_what_goes_wrong_is_shown_in_the_form(begun: Notebook) -> None:
    explorer = await explorer_in(begun)

    await explorer.request("GET", "/users/{user_id}")
    assert explorer.status == "Not sent"
    assert "<code>{user_id}</code>" in explorer.answer
    await explorer.request("GET", "/\x00")
    assert explorer.status == "Failed"
    await begun.run("%%write app/main.py\nimport nothing_like_this\n")
    await explorer.request("GET", "/users/1")
    assert "does not start" in explorer.answer
    assert "nothing_like_this" in explorer.answer
    assert not explorer.sending


async def test_an_app_that_does_not_import_is_one_sentence(begun: Notebook) -> None:
    await begun.run("%%write app/main.py\nimport nothing_like_this\n")

    shown = await begun.run("course.explore(api)")

    assert isinstance(shown.error, CourseError)
    assert "it does not start" in shown.printed
    assert "Traceback" not in shown.printed


async def test_an_app_made_in_a_cell_can_be_explored() -> None:
    app = FastAPI()
    app.get("/here")(lambda: {"it": "is"})
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://x") as api:
        explorer = explore(api)

        assert [operation["path"] for operation in explorer.operations] == ["/here"]
        await explorer.request("GET", "/here")
        assert explorer.status == "200 OK"


def test_what_is_no_client_is_one_sentence() -> None:
    with pytest.raises(CourseError, match="needs a client"):
        explore(FastAPI())  # type: ignore[arg-type]  # the mistake is the point


class Line(BaseModel):
    product_id: int = Field(ge=10)
    quantity: int = Field(gt=0, default=3)


class Order(BaseModel):
    email: EmailStr
    code: str = Field(min_length=6, max_length=8)
    note: str | None = None
    lines: list[Line] = Field(min_length=1)
    again: "Order | None" = None


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    app = FastAPI()

    @app.put("/orders/{order_id}/{part}")
    async def change(
        order_id: int,
        part: str,
        order: Order,
        page: int,
        x_trace: Annotated[str, Header()],
        size: Annotated[int, Query()] = 5,
    ) -> None: ...

    return app.openapi()


def test_an_example_body_is_valid(openapi: dict[str, Any]) -> None:
    body = example_body(openapi, "PUT", "/orders/{order_id}/{part}")

    order = Order.model_validate_json(body)
    assert order.email == "ada@example.com"
    assert order.lines[0].product_id == 10


def test_an_example_path_has_what_is_required(openapi: dict[str, Any]) -> None:
    path = example_path(openapi, "PUT", "/orders/{order_id}/{part}")

    assert path == "/orders/1/part?page=1&size=5"
    assert unfilled(path) == []
    assert unfilled("/orders/{order_id}") == ["order_id"]


def test_a_value_that_worked_is_offered_again() -> None:
    seen = ("/prices/notebook?quantity=3", "/prices/list/all", "/prices/a%20pen", "/other/7")

    assert seen_values("/prices/{product}", seen) == {"product": "a%20pen"}
    assert seen_values("/users/{user_id}", seen) == {}
    assert seen_values("/prices", seen) == {}
    assert example_path({}, "GET", "/a") == "/a"


async def test_the_first_request_is_one_that_works(begun: Notebook) -> None:
    await begun.run(
        'await api.get("/users/nobody")\nawait api.get("/users/7")\nawait api.get("/users/nobody")'
    )

    read, _ = (await explorer_in(begun)).operations

    assert read["path"] == "/users/7"


def test_an_example_given_by_the_author_wins() -> None:
    media = {"schema": {"type": "object"}, "examples": {"small": {"value": {"a": 1}}}}
    operation = {"requestBody": {"content": {"application/json": media}}}
    openapi = {"paths": {"/a": {"post": operation}}}

    assert json.loads(example_body(openapi, "POST", "/a")) == {"a": 1}
    assert example_body(openapi, "POST", "/b") == ""
