"""The API explorer without a kernel: the operations that can be called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from course.pictures.frame import picture
from course.pictures.table import Group, Row, Table
from course.pictures.theme import Bit, count
from course.pictures.view import View

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")


@dataclass(frozen=True)
class Operation:
    """One operation of an API: `POST`, `/api/v1/users`, `Create User`."""

    method: str
    path: str
    summary: str = ""


def operations(openapi: Mapping[str, Any]) -> tuple[Operation, ...]:
    """Return the operations of an OpenAPI document, in its order."""
    return tuple(
        Operation(method.upper(), path, str(operation.get("summary", "")))
        for path, item in openapi.get("paths", {}).items()
        for method, operation in item.items()
        if method in METHODS
    )


def explorer_view(operations: Sequence[Operation], *, title: str = "API explorer") -> View:
    """Show the operations, and that running the cell makes them callable."""
    known = count(len(operations), "operation") if operations else "no operations known yet"
    rows = [Row((Bit(o.method, "code"), Bit(o.path, "code"), o.summary)) for o in operations]
    table = Table(("Method", "Path", "What it does"), [Group(rows)], "Operations", head=1, headed=False)
    note = f"{known}. Run this cell to send requests."
    return picture("explorer", title, table if operations else None, note=note, tone="info")
