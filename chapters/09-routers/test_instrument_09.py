"""The route table: which route a request meets, which it never reaches, and what the picture says of it."""

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from course.errors import CourseError
from course.instruments import of_chapter
from course.pictures.rules import EVIL, broken_rules
from course.pictures.view import View

instrument = of_chapter(__file__)
route_table, table_of = instrument.route_table, instrument.routes.table_of
request_view, routes_view = instrument.drawing.request_view, instrument.drawing.routes_view
Route, RouteTable = instrument.routes.Route, instrument.routes.RouteTable


def app_of(*routes: str, redirect_slashes: bool = False) -> FastAPI:
    """An app of such routes as `GET /users/me`, each in a router of its own, two routers deep; it answers its route."""
    app, version = FastAPI(redirect_slashes=redirect_slashes), APIRouter(prefix="/api/v1")
    for route in routes:
        method, path = route.split(" ")
        router = APIRouter()

        @router.api_route(path, methods=[method], name=path.strip("/").replace("/", "_") or "root")
        def answer(route: str = route) -> str:
            return route

        version.include_router(router)
    app.include_router(version)
    return app


LATE = app_of("GET /users", "POST /users", "GET /users/{user_id}", "GET /users/me", "GET /orders")
EARLY = app_of("GET /users/me", "GET /users/{user_id}", "DELETE /users/{user_id}")
HOSTILE = RouteTable([Route(1, (EVIL,), EVIL, EVIL, EVIL, EARLY.routes[0].path_regex, EVIL)], EVIL, EVIL)  # type: ignore[attr-defined]  # a base class has no path_regex, an APIRoute has
VIEWS = {
    "late": request_view(table_of(LATE, "GET", "/api/v1/users/me")),
    "early": request_view(table_of(EARLY, "GET", "/api/v1/users/me")),
    "405": request_view(table_of(EARLY, "POST", "/api/v1/users/me")),
    "404": request_view(table_of(EARLY, "POST", "/nowhere")),
    "hostile": request_view(HOSTILE),
    "all, late": routes_view(table_of(LATE)),
    "all, early": routes_view(table_of(EARLY)),
    "all, hostile": routes_view(HOSTILE),
    "none": routes_view(table_of(FastAPI())),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_it_keeps_the_rules_of_all_pictures(view: View) -> None:
    assert broken_rules(view) == []


def test_the_first_match_takes_the_request_and_shadows_the_one_that_was_meant() -> None:
    words = VIEWS["late"].text
    assert words.startswith(
        "✗ SHADOWED  GET /api/v1/users/me: users_{user_id} takes it, and users_me is never"
    )
    assert '⚠ takes it, user_id = "me"' in words
    assert "✗ never reached: 3 comes first" in words
    assert "1 more route has another path." in words


def test_a_route_that_only_comes_second_is_not_shadowed() -> None:
    words = VIEWS["early"].text
    assert words.startswith("✓ REACHED  GET /api/v1/users/me: users_me takes it\n")
    assert "would match, but 1 comes first" in words
    assert "another method" in words


def test_it_says_what_nobody_takes() -> None:
    assert VIEWS["405"].text.startswith("⊘ NOBODY  POST /api/v1/users/me: 405, Allow: GET")
    assert VIEWS["404"].text.startswith("⊘ NOBODY  POST /nowhere: 404, nobody has this path")


def test_all_routes_router_by_router() -> None:
    assert VIEWS["all, late"].text.startswith("✗ SHADOWED  All 5 routes: 1 route is never reached")
    assert "GET /api/v1/users/{user_id}` comes first and takes `/api/v1/users/me" in VIEWS["all, late"].text
    assert VIEWS["all, early"].text.startswith("✓ REACHED  All 3 routes: each of them can be reached")


@pytest.mark.parametrize(
    ("routes", "never"),
    [
        (("GET /{one}", "GET /{other}"), 2),
        (("GET /{one:int}", "GET /{other}"), 0),
        (("GET /{one:int}", "GET /me"), 0),
        (("GET /{one}", "GET /{other:int}"), 2),
        (("GET /{one:path}", "GET /a/b"), 2),
        (("GET /{one}", "POST /me"), 0),
        (("GET /{one}", "GET /me/orders"), 0),
        (("GET /me/", "GET /me"), 0),
    ],
)
def test_never_reached_means_that_an_earlier_one_takes_all_it_is_meant_for(
    routes: tuple[str, ...], never: int
) -> None:
    table = table_of(app_of(*routes))
    assert sum(table.takers) == never
    assert broken_rules(routes_view(table)) == []


@pytest.mark.parametrize("redirect_slashes", [False, True])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize(
    "path", ["/users", "/users/", "/users/me", "/users/7", "/users/7/", "/orders/", "/nowhere"]
)
def test_it_says_what_the_app_does(redirect_slashes: bool, method: str, path: str) -> None:
    routes = (
        "GET /users/",
        "POST /users",
        "GET /users/{id}",
        "GET /users/me",
        "DELETE /users/me",
        "GET /orders",
    )
    app = app_of(*routes, redirect_slashes=redirect_slashes)
    table = table_of(app, method, f"/api/v1{path}")
    came = TestClient(app, follow_redirects=False).request(method, f"/api/v1{path}")
    said = request_view(table).text.splitlines()[0]
    if came.status_code == 200:
        assert table.met.path == "/api/v1" + came.json().split(" ")[1]
        assert "takes it" in said
    else:
        assert f"{came.status_code}, " in said
        assert came.headers.get("allow", "") in said
        assert came.headers.get("location", "").removeprefix("http://testserver") in said


def test_a_mount_takes_what_is_below_it_and_a_websocket_no_request() -> None:
    app, old = FastAPI(redirect_slashes=False), FastAPI()
    app.websocket("/users")(lambda socket: None)
    app.mount("/old", old)
    app.get("/old/users")(lambda: "new")
    app.get("/users")(lambda: "users")
    assert TestClient(app).get("/users").json() == "users"
    assert TestClient(app).get("/old/users").status_code == 404
    assert table_of(app, "GET", "/users").met.path == "/users"
    assert table_of(app, "GET", "/old/users").robbed.path == "/old/users"
    assert "all /old" in routes_view(table_of(app)).text


async def test_it_asks_an_app_or_refuses() -> None:
    assert "REACHED" in (await route_table(EARLY, "get /api/v1/users/me?fields=id")).text
    assert "All 3 routes" in (await route_table(EARLY)).text
    for wrong in ("/users/me", "GET users", "GET"):
        with pytest.raises(CourseError, match="is not a request"):
            await route_table(EARLY, wrong)
