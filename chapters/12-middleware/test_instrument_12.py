"""The layers of one request, the browser of a page elsewhere, and what layers cost: what is measured, said and drawn."""

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient, Headers
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from course.errors import CourseError
from course.instruments import of_chapter
from course.pictures.rules import EVIL, broken_rules

instrument = of_chapter(__file__)
browser, onion = instrument.browser, instrument.onion
costs, rules = instrument.costs, instrument.fetch_rules
Exchange, Visit, visit_view = (
    instrument.browser_drawing.Exchange,
    instrument.browser_drawing.Visit,
    instrument.browser_drawing.visit_view,
)
Layer, Passage, onion_view = (
    instrument.onion_drawing.Layer,
    instrument.onion_drawing.Passage,
    instrument.onion_drawing.onion_view,
)

PAGE, OTHER = "https://shop.example", "https://evil.example"
COSTS = {
    (style, n): 10.0 + n * (80 if style == costs.BASE else 1)
    for style in (costs.PURE, costs.BASE)
    for n in costs.LAYERS
}


class Keeps:
    """A layer that forgets to pass the answer on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def forget(message: object) -> None:
            pass

        await self._app(scope, receive, forget)


def shop(*more: Middleware, **cors: object) -> FastAPI:
    """Return an app that only a page may read, with a route that works and one that does not."""
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=["api.shop.example"])
    listed = Middleware(CORSMiddleware, **{"allow_origins": [PAGE], **cors})
    app = FastAPI(middleware=[hosts, listed, *more])
    app.get("/tea")(lambda: "tea")
    app.post("/tea")(lambda: "tea")
    app.get("/boom")(lambda: 1 / 0)
    return app


def exchange(**headers: str) -> Exchange:
    """Return a request of a page and its answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Exchange(
        "GET", f"/{EVIL}", {"Origin": PAGE}, 200, "OK", Headers(named), EVIL.encode("ascii").decode()
    )


LAYERS = (Layer("TrustedHost"), Layer(EVIL, adds=("Vary",)), Layer("routes", answers=200, inner=False))
REFUSED = (Layer("TrustedHost", answers=400), Layer("CORS", entered=False), Layer("routes", entered=False))
VIEWS = {
    "passes": onion_view([("", Passage("GET /tea", LAYERS, 200))]),
    "beside": onion_view(
        [("before", Passage("GET /tea", REFUSED, 400)), ("after", Passage("GET /tea", LAYERS, 200))]
    ),
    "read": visit_view(
        Visit(PAGE, "GET", f"https://api/{EVIL}", {}, request=exchange(x_request_id="1"), reads=["vary"])
    ),
    "blocked": visit_view(
        Visit(PAGE, "GET", "https://api/", {}, request=exchange(), blocked="No.", raised=EVIL)
    ),
    "refused": visit_view(
        Visit(
            PAGE, "PUT", "https://api/", {"X-Own": EVIL}, {"a": 1}, True, ["PUT"], exchange(), blocked="No."
        )
    ),
    "costs": costs.costs_view(COSTS),
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_picture_is_as_every_picture(name: str) -> None:
    assert broken_rules(VIEWS[name]) == []


async def test_an_onion_names_who_adds_what() -> None:
    [(_, seen)] = (await onion(shop(), "GET", "/tea", headers={"Origin": PAGE})).passages
    assert [layer.name for layer in seen.layers] == ["TrustedHost", "CORS", "route"]
    assert seen.layers[1].adds == ("Access-Control-Allow-Origin", "Vary")
    assert (seen.layers[2].answers, seen.status) == (200, 200)


async def test_an_onion_shows_who_answers_and_who_is_never_asked() -> None:
    asks = {"Host": "evil.example", "Origin": PAGE, "Access-Control-Request-Method": "GET"}
    [(_, seen)] = (await onion(shop(), "OPTIONS", "/tea", headers=asks)).passages
    assert [(layer.answers, layer.entered) for layer in seen.layers] == [(400, True), (0, False), (0, False)]


async def test_an_onion_shows_the_way_of_an_exception() -> None:
    picture = await onion(shop(), "GET", "/boom")
    [(_, seen)] = picture.passages
    assert [layer.raises for layer in seen.layers] == ["ZeroDivisionError"] * 3
    assert seen.status == 500
    assert "3 route raises ZeroDivisionError → 2 CORS ZeroDivisionError passes" in repr(picture)


async def test_an_onion_leaves_the_app_its_layers() -> None:
    app = shop(Middleware(BaseHTTPMiddleware, dispatch=lambda request, call_next: call_next(request)))
    layers = list(app.user_middleware)
    await onion(app, "GET", "/tea")
    assert app.user_middleware == layers
    assert app.middleware_stack is None


async def test_a_layer_that_loses_the_answer_is_named() -> None:
    with pytest.raises(CourseError, match="comes out of Keeps: a layer has to pass each message on"):
        await onion(shop(Middleware(Keeps)), "GET", "/tea")


async def test_a_browser_asks_first_only_when_it_has_to() -> None:
    plain = (await browser(shop(), "GET", "/tea", origin=PAGE)).visit
    assert (plain.preflight, plain.blocked, plain.request.status) == (None, "", 200)
    json = (await browser(shop(), "POST", "/tea", origin=PAGE, json={})).visit
    assert json.preflight.sent["Access-Control-Request-Headers"] == "content-type"
    assert "method" in json.preflight.body
    assert json.request is None


async def test_a_blocked_script_gets_nothing_and_you_see_why() -> None:
    picture = await browser(shop(), "GET", "/boom", origin=PAGE)
    assert "TypeError: Failed to fetch" in repr(picture)
    assert "Only you see this: the server did answer" in repr(picture)
    assert "500 Internal Server Error" in repr(picture)


async def test_a_star_with_credentials_lets_everybody_in() -> None:
    app = shop(allow_origins=["*"], allow_credentials=True)
    visit = (await browser(app, "GET", "/tea", origin=OTHER, credentials=True, cookies={"a": "b"})).visit
    assert visit.request.sent["Cookie"] == "a=b"
    assert (visit.blocked, visit.request.headers["Access-Control-Allow-Origin"]) == ("", OTHER)


async def test_a_browser_asks_at_the_address_of_its_client() -> None:
    async with AsyncClient(transport=ASGITransport(shop()), base_url="http://api.shop.example/v1") as client:
        visit = (await browser(client, "GET", "/tea", origin=PAGE)).visit
    assert visit.url == "http://api.shop.example/v1/tea"


async def test_no_page_sets_the_origin() -> None:
    with pytest.raises(CourseError, match="No page can set the header Origin"):
        await browser(shop(), "GET", "/tea", origin=PAGE, headers={"Origin": PAGE})


def test_an_id_is_shown_only_where_it_was_sent() -> None:
    sent = visit_view(
        Visit(PAGE, "GET", "https://api/", {"X-Request-ID": "7"}, request=exchange(x_request_id="7"))
    )
    assert "X-Request-ID: 7" in sent.text
    assert "X-Request-ID: …" in VIEWS["read"].text


@pytest.mark.parametrize(
    ("name", "value", "safe"),
    [
        ("Accept", "text/html", True),
        ("Content-Type", "text/plain; charset=utf-8", True),
        ("Content-Type", "application/json", False),
        ("Accept", "a" * 129, False),
        ("X-Own", "1", False),
    ],
)
def test_which_headers_a_page_may_send_unasked(name: str, value: str, safe: bool) -> None:
    assert (rules.unsafe_headers({name: value}) == []) is safe


def test_the_text_of_the_costs_has_no_times() -> None:
    assert "one BaseHTTPMiddleware costs more than four layers of pure ASGI" in VIEWS["costs"].text
    assert "330 µs" in VIEWS["costs"].html
    assert "µs" not in VIEWS["costs"].text


async def test_the_chart_is_live_and_its_static_form_is_always_the_same() -> None:
    first, second = await instrument.layer_costs(), instrument.costs.LayerCosts(COSTS)
    assert first.static() == second.static()
    assert "measured here" in first.value
    assert broken_rules(first.static()) == []
