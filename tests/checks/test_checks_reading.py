"""What the kit reads out of a module and out of an OpenAPI document."""

import ast
from typing import Annotated

from fastapi import FastAPI, Query
from pydantic import BaseModel, Field

from course.checks.openapi import resolved
from course.checks.typed import aliases, silencers

type Skip = Annotated[int, Field(ge=0, le=9)]


class Page(BaseModel):
    items: list[int]


def test_bounds_are_found_behind_the_name_of_a_type() -> None:
    app = FastAPI()

    @app.get("/pages")
    async def page(skip: Annotated[Skip, Query()] = 3) -> Page:
        return Page(items=[skip])

    document = app.openapi()
    route = document["paths"]["/pages"]["get"]
    bounds = resolved(route["parameters"][0]["schema"], document)
    assert (bounds["minimum"], bounds["maximum"], bounds["default"]) == (0, 9, 3)
    shown = resolved(route["responses"]["200"]["content"]["application/json"]["schema"], document)
    assert shown["properties"]["items"]["items"] == {"type": "integer"}


def test_a_schema_around_another_one_is_that_one() -> None:
    document = {"components": {"schemas": {"Skip": {"minimum": 0, "default": 1}}}}
    assert resolved({"allOf": [{"$ref": "#/components/schemas/Skip"}], "default": 3}, document) == {
        "minimum": 0,
        "default": 3,
    }


def test_what_names_stand_for_in_every_spelling() -> None:
    source = "import os\ntype A = int\nB: TypeAlias = A\nC = D = Annotated[A, 'ge']\nE: int\n"
    assert aliases(source) == {"A": "int", "B": "A", "C": "Annotated[A, 'ge']", "D": "Annotated[A, 'ge']"}


def test_what_keeps_a_type_checker_quiet_in_every_spelling() -> None:
    source = """
from typing import Any, TYPE_CHECKING, cast
import typing
total = typing.cast(int, "x")
@typing.no_type_check
def add(): ...
if not TYPE_CHECKING:
    add = 1
if TYPE_CHECKING:
    import os
"""
    assert sorted(silencers(ast.parse(source))) == [
        (2, "Any"),
        (2, "cast"),
        (4, "cast"),
        (5, "no_type_check"),
        (7, "not TYPE_CHECKING"),
    ]
