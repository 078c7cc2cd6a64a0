"""A crash is named by the learner's own last line, or by their route when FastAPI refused what it returned."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from course.project.crash import describe

APP = """\
from fastapi import FastAPI
from pydantic import BaseModel


class Order(BaseModel):
    id: int
    name: str


class Around:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        await self.app(scope, receive, send)


app = FastAPI()
app.add_middleware(Around)


@app.get("/none")
async def get_none() -> Order:
    pass


@app.get("/part")
async def get_part() -> Order:
    return {"id": 1, "name": None}


@app.get("/empty")
async def get_empty() -> Order:
    return Order(id=1)


@app.get("/plain")
async def get_plain() -> Order:
    raise ValueError("no such thing\\nand more")
"""


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    (tmp_path / "shop_that_crashes.py").write_text(APP, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield TestClient(importlib.import_module("shop_that_crashes").app)
    del sys.modules["shop_that_crashes"]


@pytest.mark.parametrize(
    ("path", "error", "code"),
    [
        ("/none", "ResponseValidationError: get_none returned None (", '@app.get("/none")'),
        ("/part", "get_part returned something whose name is None (", '@app.get("/part")'),
        ("/empty", "ValidationError: Order.name: Field required", "return Order(id=1)"),
        ("/plain", "ValueError: no such thing", 'raise ValueError("no such thing\\nand more")'),
    ],
)
def test_the_crash_is_named_in_the_learners_own_code(
    client: TestClient, tmp_path: Path, path: str, error: str, code: str
) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever the app raises
        client.get(path)
    crash = describe(caught.value, tmp_path.resolve())
    assert error in crash.error
    assert (crash.path, crash.code) == ("shop_that_crashes.py", code)
