"""The route table drawn: the routes around a request in the order in which they are asked."""

from itertools import groupby

from course.pictures.frame import Items, Note, picture
from course.pictures.table import Column, Group, Row, Table
from course.pictures.theme import Bit, Line, count
from course.pictures.view import View

from .routes import Fate, Route, RouteTable

ORDER = "Routes are asked from the top; the first one whose path and method match takes the request."


def request_view(table: RouteTable) -> View:
    """Show who takes one request, who comes too late for it, and why."""
    near = table.near()
    columns = (Column("", numeric=True), "method", "path", "function", "this request")
    rows = [_row(route, _verdict(table, route), _lit(table, route)) for route in near]
    others = len(table.routes) - len(near)
    return picture(
        "routes",
        f"{table.method} {table.path}",
        Table(columns, [Group(rows)], "Routes in the order in which they are asked", head=2)
        if rows
        else None,
        Note(f"{count(others, 'more route has', 'more routes have')} another path.") if others else None,
        Note(ORDER, silent=True),
        note=_answer(table),
        outcome=_outcome(table),
    )


def routes_view(table: RouteTable) -> View:
    """Show every route, router by router in the order in which they are asked, and which are never reached."""
    rows = [
        Row((module.removeprefix("app."), _spaced([_chip(table, route) for route in routes])))
        for module, routes in groupby(table.routes, key=lambda route: route.module)
    ]
    lost = [route for route in table.routes if route.number in table.takers]
    return picture(
        "routes",
        f"All {count(len(table.routes), 'route')}",
        Table(("router", "routes"), [Group(rows)], "Routes in the order in which they are asked"),
        Items([_loss(table, route) for route in lost], sign=("✗", "bad")) if lost else None,
        note=f"{count(len(lost), 'route is', 'routes are')} never reached"
        if lost
        else "each of them can be reached",
        outcome=("✗", "SHADOWED", "bad") if lost else ("✓", "REACHED", "ok"),
    )


def _chip(table: RouteTable, route: Route) -> Bit:
    form, tone, sign = ("ring", "bad", "✗") if route.number in table.takers else ("chip", "quiet", "")
    return Bit(_asked(route), form, tone, sign, f"{route.number}: {route.name}")


def _spaced(pieces: list[Bit]) -> tuple[str | Bit, ...]:
    return tuple(piece for chip in pieces for piece in (chip, " · "))[:-1]


def _asked(route: Route) -> str:
    return f"{'/'.join(route.methods) or 'all'} {route.path}"


def _loss(table: RouteTable, route: Route) -> str:
    taker = table.takers[route.number]
    return f"`{_asked(route)}` is never reached: `{_asked(taker)}` comes first and takes `{route.sample}`"


def _row(route: Route, verdict: Line, lit: str) -> Row:
    where = f"{route.module}.{route.name}" if route.module else route.name
    methods = ", ".join(route.methods) or "all"
    return Row(
        (str(route.number), methods, Bit(route.path, "code"), Bit(route.name, "code", tip=where), verdict),
        lit,
    )


def _verdict(table: RouteTable, route: Route) -> Line:
    match table.fate(route):
        case Fate.MEETS if table.robbed:
            return Bit(f"takes it{_with(table, route)}", tone="warn", sign="⚠")
        case Fate.MEETS:
            return Bit(f"takes it{_with(table, route)}", tone="ok", sign="✓")
        case Fate.TOO_LATE if route.number in table.takers:
            return Bit(
                f"never reached: {table.takers[route.number].number} comes first", tone="bad", sign="✗"
            )
        case Fate.TOO_LATE:
            return Bit(f"would match, but {_number(table.met)} comes first", "muted")
        case Fate.METHOD:
            return Bit("another method", "muted")
    return Bit("another path", "muted")


def _lit(table: RouteTable, route: Route) -> str:
    if route is table.met:
        return "warn" if table.robbed else "ok"
    return "bad" if route is table.robbed else ""


def _with(table: RouteTable, route: Route) -> str:
    return "".join(f', {name} = "{value}"' for name, value in (route.values(table.path) or {}).items())


def _number(route: Route | None) -> str:
    return str(route.number) if route else ""


def _answer(table: RouteTable) -> str:
    if table.met:
        robbed = f", and {table.robbed.name} is never reached" if table.robbed else ""
        return f"{table.met.name} takes it{robbed}"
    if other := table.other_method:
        return f"405, Allow: {', '.join(other.methods)}"
    return f"307, Location: {table.sent_to}" if table.sent_to else "404, nobody has this path"


def _outcome(table: RouteTable) -> tuple[str, str, str]:
    if table.robbed:
        return "✗", "SHADOWED", "bad"
    if table.met:
        return "✓", "REACHED", "ok"
    return ("↪", "SENT ON", "warn") if table.sent_to and not table.other_method else ("⊘", "NOBODY", "quiet")
