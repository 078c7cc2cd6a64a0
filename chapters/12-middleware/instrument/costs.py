"""`await course.layer_costs()`: what layers that do nothing cost, written in two ways."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from ipywidgets import HTML
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from course.notebook.display import with_static_form
from course.pictures.chart import Bar, Bars
from course.pictures.frame import Note, Words, picture
from course.pictures.theme import Bit, count
from course.pictures.view import View

LAYERS = (0, 1, 2, 4)
ROUNDS, REQUESTS = 12, 40
PURE, BASE = "pure ASGI", "BaseHTTPMiddleware"

type Costs = dict[tuple[str, int], float]

RECORDED: Costs = {
    (PURE, 0): 6,
    (PURE, 1): 6,
    (PURE, 2): 7,
    (PURE, 4): 7,
    (BASE, 0): 6,
    (BASE, 1): 86,
    (BASE, 2): 174,
    (BASE, 4): 328,
}
"""Microseconds on the author's machine, Python 3.12 and Starlette 1.10."""


class _Pure:
    """Does nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_on(message: Message) -> None:
            await send(message)

        await self._app(scope, receive, send_on)


class _Base(BaseHTTPMiddleware):
    """Does nothing either."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        return await call_next(request)


class LayerCosts(HTML):  # type: ignore[misc]  # ipywidgets has no types
    """The chart: with the times of this machine where a kernel runs, and with recorded ones where none does."""

    def __init__(self, costs: Costs) -> None:
        self._costs = costs
        super().__init__(value=costs_view(costs).html)

    def static(self) -> View:
        """What it shows without a kernel; its text is the text twin of both."""
        return costs_view(self._costs, drawn=RECORDED)

    def __repr__(self) -> str:
        return self.static().text

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ANN401 - as IPython calls it
        return with_static_form(self, super()._repr_mimebundle_(**options))


async def layer_costs() -> LayerCosts:
    """Measure an app with 0, 1, 2 and 4 layers that do nothing, pure ASGI and BaseHTTPMiddleware, and draw a bar each."""
    return LayerCosts(await _measure())


def costs_view(costs: Costs, *, drawn: Costs | None = None) -> View:
    """Show microseconds per request (those of `drawn`, as an example); the text says what no machine changes."""
    one_base = costs[BASE, 1] - costs[BASE, 0]
    four_pure = costs[PURE, 4] - costs[PURE, 0]
    verdict = "more" if one_base > four_pure else "no more"
    words = [
        f"measured: {' and '.join((PURE, BASE))}, with {', '.join(map(str, LAYERS))} layers that do nothing",
        f"one {BASE} costs {verdict} than four layers of {PURE}",
    ]
    bars = [_bar(*key, cost) for key, cost in (drawn or costs).items() if key != (BASE, 0)]  # none is none
    where = "as recorded once: run the cell to measure it here" if drawn else "measured here"
    return picture(
        "costs",
        "A request through layers that do nothing: its time in the app",
        Note(f"Microseconds, {where}.", silent=True),
        Bars(bars, "What layers cost", silent=True),
        Words(words),
    )


def _bar(style: str, layers: int, cost: float) -> Bar:
    name = (Bit(style, "code"), f", {count(layers, 'layer')}")
    amount = f"{cost:.0f} µs"
    tone = "info" if style == PURE else "warn"
    return Bar(
        name,
        amount,
        cost,
        "frame" if style == PURE else "solid",
        tone,
        f"{style}, {count(layers, 'layer')}: {amount}",
    )


async def _measure() -> Costs:
    apps = {
        (style, layers): _app(kind, layers)
        for style, kind in ((PURE, _Pure), (BASE, _Base))
        for layers in LAYERS
    }
    best = dict.fromkeys(apps, float("inf"))
    for _ in range(ROUNDS):
        for key, app in apps.items():
            best[key] = min(best[key], await _time(app))
        await asyncio.sleep(0)
    return best


def _app(kind: type[_Pure | _Base], layers: int) -> Starlette:
    async def answer(request: Request) -> Response:
        return PlainTextResponse("ok")

    chain: Sequence[Middleware] = [Middleware(kind) for _ in range(layers)]
    return Starlette(routes=[Route("/", answer)], middleware=chain)


async def _time(app: Starlette) -> float:
    """Return microseconds per request."""

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        pass

    start = time.perf_counter()
    for _ in range(REQUESTS):
        await app(_scope(), receive, send)
    return (time.perf_counter() - start) / REQUESTS * 1e6


def _scope() -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"api")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
