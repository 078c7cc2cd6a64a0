"""`await course.lax_and_strict()`: which JSON values a lax and a strict field take, through FastAPI and without it."""

import json
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import httpx2
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from course.pictures.frame import picture
from course.pictures.table import Group, Row, Table
from course.pictures.theme import Bit, Line
from course.pictures.view import View

from .reading import Json

Size = StrEnum("Size", {"SMALL": "small"})
SENT: tuple[tuple[str, Any, Json], ...] = (
    ("date", date, "2026-11-27"),
    ("UUID", UUID, "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"),
    ("Decimal", Decimal, "4.50"),
    ("StrEnum", Size, "small"),
    ("set[int]", set[int], [1, 2]),
    ("int", int, 3),
    ("int", int, "3"),
    ("bool", bool, "yes"),
)
"""A field's type and a value that is sent for it as JSON."""


async def lax_and_strict() -> View:
    """Send each value to a lax and to a strict model of a demo app, and read its JSON text with the strict one."""
    rows = []
    for written, kind, value in SENT:
        lax, strict = (
            create_model("Body", __config__=ConfigDict(strict=strict), value=(kind, ...))
            for strict in (False, True)
        )
        body = {"value": value}
        rows.append(
            Row(
                (
                    Bit(written, "code"),
                    Bit(json.dumps(value), "code"),
                    _answer(await _status(lax, body)),
                    _answer(await _status(strict, body)),
                    _answer(_read(strict, json.dumps(body))),
                )
            )
        )
    columns = ("field", "JSON", "lax, FastAPI", "strict, FastAPI", "strict, model_validate_json")
    return picture(
        "strictness", "The same JSON, lax and strict", Table(columns, [Group(rows)], "Lax and strict")
    )


def _answer(status: int | str) -> Line:
    good = status in (httpx2.codes.OK, "accepted")
    return Bit(str(status), "badge", "ok" if good else "info", "✓" if good else "⊘")


async def _status(model: type[BaseModel], body: Json) -> int:
    async def take(body: object) -> None: ...

    take.__annotations__["body"] = model
    demo = FastAPI()
    demo.post("/")(take)
    transport = httpx2.ASGITransport(app=demo)
    async with httpx2.AsyncClient(transport=transport, base_url="http://demo") as client:
        return (await client.post("/", json=body)).status_code


def _read(model: type[BaseModel], text: str) -> str:
    try:
        model.model_validate_json(text)
    except ValidationError:
        return "refused"
    return "accepted"
