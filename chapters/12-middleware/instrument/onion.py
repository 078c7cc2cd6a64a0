"""`await course.onion(app, "GET", "/health")`: one request on its way through the layers of an app, in and out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from course.errors import CourseError
from course.project.client import current_app

from .asking import Asked, client_of
from .onion_drawing import Layer, Passage, onion_view

CORE = "route"


@dataclass
class _Seen:
    """What has passed one border: the one around a layer, or around the routes."""

    entered: bool = False
    status: int = 0
    headers: tuple[str, ...] = ()
    raised: str = ""


class _Border:
    """Stands between two layers and notes what passes."""

    def __init__(self, app: ASGIApp, seen: _Seen) -> None:
        self._app = app
        self._seen = seen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._seen.entered = True

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._seen.status = message["status"]
                self._seen.headers = tuple(name.decode("latin-1") for name, _ in message.get("headers", ()))
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            self._seen.raised = type(error).__name__
            raise


class Onion:
    """The picture of one request through its layers, or of two on the same scale."""

    def __init__(self, *passages: tuple[str, Passage]) -> None:
        self.passages = passages

    def beside(self, after: "Onion", *, names: tuple[str, str] = ("before", "after")) -> "Onion":
        """Return both in one picture, this one on top."""
        return Onion((names[0], self.passages[0][1]), (names[1], after.passages[0][1]))

    def __repr__(self) -> str:
        return onion_view(self.passages).text

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:  # noqa: ANN401 - as IPython calls it
        return onion_view(self.passages)._repr_mimebundle_()


async def onion(
    asked: Asked, method: str, path: str, *, headers: Mapping[str, str] | None = None, json: object = None
) -> Onion:
    """Send one request and draw which layers it meets: who passes it on, who answers, who adds which header.

    `asked` is the client that `course.begin` returned, or an app. The app keeps its layers: for this one request they
    are built anew, with something that watches between them. CourseError when a layer loses the answer.
    """
    app = asked if isinstance(asked, Starlette) else await current_app(asked)
    layers, built = app.user_middleware, app.middleware_stack
    seen = [_Seen() for _ in range(len(layers) + 1)]
    watched = [Middleware(_Border, seen=border) for border in seen]
    app.user_middleware = [part for pair in zip(watched, layers, strict=False) for part in pair] + watched[
        -1:
    ]
    try:
        app.middleware_stack = app.build_middleware_stack()
        async with client_of(asked) as client:
            response = await client.request(method, path, headers=headers, json=json)
    except AssertionError:  # so the transport says that nothing was sent
        raise CourseError(_lost([*map(_name, layers), CORE], seen)) from None
    finally:
        app.user_middleware, app.middleware_stack = layers, built
    return Onion(("", _passage(response, [_name(layer) for layer in layers], seen)))


def _passage(response: httpx2.Response, names: list[str], seen: list[_Seen]) -> Passage:
    drawn = []
    for number, name in enumerate([*names, CORE]):
        out = seen[number]
        inner = seen[number + 1] if number < len(names) else _Seen()
        before = {header.lower() for header in inner.headers}
        added = tuple(_written(h) for h in dict.fromkeys(out.headers) if h.lower() not in before)
        passed = bool(inner.status and out.status)
        drawn.append(
            Layer(
                name,
                entered=out.entered,
                answers=out.status if out.status and not inner.status else 0,
                adds=added if passed else (),
                catches=inner.raised if not out.raised else "",
                raises=out.raised,
                inner=number < len(names),
            )
        )
    request = response.request
    path = request.url.raw_path.decode("ascii", errors="replace")
    return Passage(f"{request.method} {path}", tuple(drawn), response.status_code)


def _lost(names: list[str], seen: list[_Seen]) -> str:
    answered = next((number for number, border in enumerate(seen) if border.status), len(names))
    name = names[max(answered - 1, 0)]
    return f"No answer comes out of {name}: a layer has to pass each message on, with `await send(message)`."


def _name(layer: Middleware) -> str:
    if function := layer.kwargs.get("dispatch"):  # of a BaseHTTPMiddleware: the name that somebody gave it
        return str(getattr(function, "__name__", "dispatch"))
    return str(getattr(layer.cls, "__name__", "layer")).removesuffix("Middleware")


def _written(header: str) -> str:
    """Write a header's name as people do."""
    return "-".join("ID" if part == "id" else part.capitalize() for part in header.lower().split("-"))
