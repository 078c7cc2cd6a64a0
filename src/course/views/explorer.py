"""The API explorer without a kernel: the operations that can be called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from course.views.theme import el, page, text_table
from course.views.view import View


@dataclass(frozen=True)
class Operation:
    """One operation of an API: `POST`, `/api/v1/users`, `Create User`."""

    method: str
    path: str
    summary: str = ""


def operations(openapi: Mapping[str, Any]) -> tuple[Operation, ...]:
    """Return the operations of an OpenAPI document, in its order."""
    methods = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
    return tuple(
        Operation(method.upper(), path, str(operation.get("summary", "")))
        for path, item in openapi.get("paths", {}).items()
        for method, operation in item.items()
        if method in methods
    )


def explorer_view(operations: Sequence[Operation], *, title: str = "API explorer") -> View:
    """Show the operations, and that running the cell makes them callable."""
    text = text_table([(o.method, o.path, o.summary) for o in operations])
    return View(page("explorer", el("pre", text)), text)
