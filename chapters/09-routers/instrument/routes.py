"""The routes of an app in the order in which they are asked, and what becomes of a request there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts
from starlette import routing

SAMPLES = {
    "IntegerConvertor": "7",
    "FloatConvertor": "7",
    "UUIDConvertor": "0" * 8 + "-0000-4000-8000-" + "0" * 12,
}
_PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")
_RESOURCE = re.compile(r"(?:/api)?(?:/v\d+)?/[^/]*")


class Fate(Enum):
    """What a request and a route have to do with each other."""

    MEETS = "meets"
    TOO_LATE = "too late"
    METHOD = "method"
    PATH = "path"


@dataclass(frozen=True)
class Route:
    """A route: its place in the order, and what it asks a request for."""

    number: int
    methods: tuple[str, ...]
    path: str
    name: str
    module: str
    pattern: re.Pattern[str]
    sample: str
    """A path that it is meant for."""

    def values(self, path: str) -> dict[str, str] | None:
        """Return what this path gives the route's parameters; None when it does not match."""
        found = self.pattern.match(path)
        return found and found.groupdict()

    def takes(self, method: str, path: str) -> bool:
        """Whether it would take this request, were it asked."""
        return (not self.methods or method in self.methods) and self.values(path) is not None


@dataclass(frozen=True)
class RouteTable:
    """All routes of an app, in order, and one request (none: an empty path)."""

    routes: Sequence[Route]
    method: str = "GET"
    path: str = ""
    redirects: bool = False
    """Whether a path that nobody has is tried with a slash more or less, and the client sent there."""
    takers: dict[int, Route] = field(init=False)
    """Route number -> the route that takes everything that it is meant for: it is never reached."""

    def __post_init__(self) -> None:
        taken = ((late.number, self._taker(late)) for late in self.routes)
        object.__setattr__(self, "takers", {number: early for number, early in taken if early})

    def _taker(self, late: Route) -> Route | None:
        earlier = self.routes[: self.routes.index(late)]
        takers = [
            next((early for early in earlier if early.takes(method, late.sample)), None)
            for method in late.methods
        ]
        return takers[0] if takers and all(takers) else None

    @property
    def met(self) -> Route | None:
        """The route that the request meets: the first one that matches."""
        return next((route for route in self.routes if route.takes(self.method, self.path)), None)

    @property
    def other_method(self) -> Route | None:
        """The first route with this path, which a 405 speaks for."""
        return next((route for route in self.routes if route.values(self.path) is not None), None)

    @property
    def sent_to(self) -> str:
        """The path that the client is sent to, one slash more or less; empty when it is not."""
        slashed = self.path.rstrip("/") if self.path.endswith("/") else f"{self.path}/"
        known = any(route.values(slashed) is not None for route in self.routes)
        return slashed if self.redirects and known and self.path != "/" else ""

    @property
    def robbed(self) -> Route | None:
        """The route that was meant, when the request meets another one that never lets it have anything."""
        late = (route for route in self.routes if self.takers.get(route.number) is self.met)
        return next((route for route in late if route.takes(self.method, self.path)), None)

    def fate(self, route: Route) -> Fate:
        """Say what the request has to do with this route."""
        if route is self.met:
            return Fate.MEETS
        if route.values(self.path) is None:
            return Fate.PATH
        return Fate.TOO_LATE if route.takes(self.method, self.path) else Fate.METHOD

    def near(self) -> list[Route]:
        """Return the routes of the same resource, and whatever else matches; all without a request."""
        about = resource_of(self.path)
        return [
            r
            for r in self.routes
            if resource_of(r.path) == about or self.fate(r) is not Fate.PATH or not self.path
        ]


def resource_of(path: str) -> str:
    """Return what a path is about: `/api/v1/users/7` is about `/api/v1/users`."""
    found = _RESOURCE.match(path)
    return found[0] if found else path


def table_of(app: FastAPI, method: str = "GET", path: str = "") -> RouteTable:
    """Return an app's routes as they are asked, those of included routers in their places; documentation and WebSockets left out."""
    routes: list[Route] = []
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, routing.Route | routing.Mount) and getattr(
            context, "include_in_schema", True
        ):
            routes.append(_route(len(routes) + 1, context))
    return RouteTable(routes, method, path, app.router.redirect_slashes)


def _route(number: int, context: RouteContext) -> Route:
    path, name = context.path or "", context.name or ""
    kinds = {name: type(convertor).__name__ for name, convertor in context.param_convertors.items()}
    sample = _PARAMETER.sub(lambda part: SAMPLES.get(kinds[part[1]], "x"), path)
    module = getattr(context.endpoint, "__module__", "")
    return Route(number, tuple(sorted(context.methods or ())), path, name, module, context.path_regex, sample)
