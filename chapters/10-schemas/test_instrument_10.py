"""One body from JSON to JSON: what the picture says, and what is noted of a real request."""

from pathlib import Path

import httpx2
import pytest

from course.errors import CourseError
from course.instruments import of_chapter
from course.pictures.rules import EVIL, broken_rules
from course.project.client import open_client

instrument = of_chapter(__file__)
passage, passage_view = instrument.sending.passage, instrument.drawing.passage_view
Fate, FieldIn, FieldOut = instrument.data.Fate, instrument.data.FieldIn, instrument.data.FieldOut
Passage = instrument.data.Passage

HOSTILE = Passage(
    EVIL, 200, EVIL, EVIL, "", EVIL, EVIL,
    (FieldIn(EVIL, EVIL, Fate.TAKEN, EVIL, (), EVIL), FieldIn(EVIL, EVIL, Fate.REFUSED, "", (EVIL, EVIL))),
    (FieldOut(EVIL, EVIL, EVIL, "other", schema=EVIL),), items=3,
)  # fmt: skip

MAIN = """
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, computed_field, model_validator

type Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

@dataclass
class User:
    id: int
    name: str
    nick: str | None
    hashed_password: str
    since: datetime

class Page[T](BaseModel):
    items: list[T]

class Create(BaseModel):
    name: Name
    age: int = 18
    lines: list[int] = []

class Update(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Name | None = None
    nick: Name | None = None

    @model_validator(mode="after")
    def differ(self):
        if self.name and self.name == self.nick:
            raise ValueError("two names for one")
        return self

class Response(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    name: Name
    nick: str | None
    since: datetime

    @computed_field
    @property
    def shown(self) -> str:
        return self.nick or self.name

class Leaky(Response):
    hashed_password: str

users = {1: User(1, "Ada", "Countess", "0" * 40, datetime.now(UTC))}
app = FastAPI()

@app.post("/users", status_code=201)
async def create(data: Create) -> Response:
    return Response.model_validate(User(2, data.name, None, "0" * 40, datetime.now(UTC)))

@app.get("/users/me")
async def me() -> Leaky:
    return Leaky.model_validate(users[1])

@app.get("/users/{user_id}")
async def get(user_id: int) -> Response:
    return Response.model_validate(users[1])

@app.patch("/users/{user_id}")
async def update(user_id: int, data: Update) -> Response:
    for name, value in data.model_dump().items():
        setattr(users[1], name, value or "?")
    return Response.model_validate(users[1])

@app.get("/pages")
async def page() -> Page[Response]:
    return Page(items=[Response.model_validate(user) for user in users.values()])

@app.get("/lists")
async def listed() -> list[Response]:
    return []

@app.get("/broken")
async def broken() -> Response:
    return Response.model_validate(User(3, "", None, "", datetime.now(UTC)))
"""


@pytest.fixture
async def api(tmp_path: Path) -> httpx2.AsyncClient:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").touch()
    (tmp_path / "app" / "main.py").write_text(MAIN, encoding="utf-8")
    return open_client(tmp_path)


async def seen(api: httpx2.AsyncClient, method: str, path: str, body: str = "") -> str:
    """The text of the picture, which keeps the rules of all pictures."""
    view = passage_view(await passage(api, method, path, body))
    assert broken_rules(view) == []
    return str(view.text)


def test_a_hostile_name_is_no_markup() -> None:
    assert broken_rules(passage_view(HOSTILE)) == []


async def test_what_was_sent_becomes_values_with_types(api: httpx2.AsyncClient) -> None:
    text = await seen(api, "POST", "/users", '{"name": " Ada ", "age": "36", "admin": true}')
    assert "⚠ The answer is a success, and admin was dropped." in text
    found = await passage(api, "POST", "/users", '{"name": " Ada ", "age": "36", "admin": true}')
    assert [(field.name, field.fate, field.becomes) for field in found.ins] == [
        ("name", Fate.TAKEN, "'Ada'"),
        ("age", Fate.TAKEN, "36"),
        ("lines", Fate.UNSET, "[]"),
        ("admin", Fate.DROPPED, ""),
    ]
    assert found.ins[0].schema == "required, string, minLength 1"
    assert {field.name: field.client for field in found.outs} == {
        "id": "2",
        "name": '"Ada"',
        "nick": "null",
        "hashed_password": "",
        "since": "(a moment)",
        "shown": '"Ada"',
    }


async def test_all_errors_are_shown_and_the_route_never_runs(api: httpx2.AsyncClient) -> None:
    text = await seen(api, "POST", "/users", '{"name": " ", "lines": [1, "x", "y"]}')
    assert "⊘ Refused with 3 errors: the route never ran." in text
    assert "string_too_short: String should have at least 1 character" in text
    assert "int_parsing: 1: Input should be a valid integer" in text
    assert "never reached" in text
    text = await seen(api, "PATCH", "/users/1", '{"name": "Ada", "nick": "Ada", "admin": true}')
    assert "extra_forbidden" in text
    assert "additionalProperties: false" in text
    assert "two names for one" in await seen(api, "PATCH", "/users/1", '{"name": "Ada", "nick": "Ada"}')


async def test_what_is_no_json_is_not_parsed(api: httpx2.AsyncClient) -> None:
    assert "no JSON: Expecting value" in await seen(api, "POST", "/users", '{"name": }')


async def test_what_nobody_sent_must_not_change(api: httpx2.AsyncClient) -> None:
    text = await seen(api, "PATCH", "/users/1", '{"name": "Ada"}')
    assert "✗ Not sent, and changed all the same: nick." in text
    assert "nobody sent it" in text


async def test_secrets_stay_inside_or_leak(api: httpx2.AsyncClient) -> None:
    assert "✓ stays inside" in await seen(api, "GET", "/users/1")
    text = await seen(api, "GET", "/users/me")
    assert "✗ hashed_password leaves the app." in text
    assert "(40 characters)" in text


async def test_lists_show_their_first_item(api: httpx2.AsyncClient) -> None:
    assert "Response to JSON, the first of 1: 200 OK" in await seen(api, "GET", "/pages")
    assert "nothing" in await seen(api, "GET", "/lists")


async def test_a_response_that_cannot_be_made_says_why(api: httpx2.AsyncClient) -> None:
    text = await seen(api, "GET", "/broken")
    assert "✗ No response could be made" in text
    assert 'name = "": String should have at least 1 character' in text


async def test_a_path_without_a_route_is_refused(api: httpx2.AsyncClient) -> None:
    with pytest.raises(CourseError, match="no route for GET /nowhere"):
        await seen(api, "GET", "/nowhere")


async def test_strict_refuses_what_json_can_only_write_as_text() -> None:
    view = await instrument.lax_and_strict()
    assert broken_rules(view) == []
    rows = {tuple(line.split()[:2]): line.split()[2:] for line in view.text.splitlines()[3:]}
    assert rows["date", '"2026-11-27"'] == ["✓", "200", "⊘", "422", "✓", "accepted"]
    assert rows["int", "3"] == ["✓", "200", "✓", "200", "✓", "accepted"]
    assert rows["int", '"3"'] == ["✓", "200", "⊘", "422", "⊘", "refused"]


async def test_an_old_row_needs_a_store(api: httpx2.AsyncClient) -> None:
    with pytest.raises(CourseError, match="run the lesson from its first cell"):
        await instrument.old_row(api)


async def test_the_model_is_left_as_it_was(api: httpx2.AsyncClient) -> None:
    first = await passage(api, "GET", "/users/1", "")
    assert await passage(api, "GET", "/users/1", "") == first
