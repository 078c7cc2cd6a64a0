"""The API explorer without a kernel: the operations that can be called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from course.pictures.theme import count, el, indent, page, text_table
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
    hint = "Run this cell to send requests."
    known = count(len(operations), "operation") if operations else "no operations known yet"
    text = [f"{title}: {known}. {hint}"]
    if operations:
        text.append(indent(text_table([(o.method, o.path, o.summary) for o in operations])))
    rows = (
        el(
            "tr",
            el("td", el("code", o.method)),
            el("th", el("code", o.path), scope="row"),
            el("td", o.summary),
        )
        for o in operations
    )
    columns = el("tr", *(el("th", name, scope="col") for name in ("Method", "Path", "What it does")))
    table = el("table", el("thead", columns), el("tbody", *rows), aria_label="Operations")
    html = page(
        "explorer",
        el(
            "div",
            el("div", el("span", title, cls="pfc-title"), el("span", known, cls="pfc-muted"), cls="pfc-head"),
            el("p", hint),
            el("div", table, cls="pfc-scroll") if operations else None,
            cls="pfc-card pfc-info",
        ),
        label=title,
    )
    return View(html, "\n".join(text))
