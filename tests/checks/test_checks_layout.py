"""Checks of the layout, and of a learner's own contracts: what they blame, and what they let be."""

from pathlib import Path
from typing import Any

import pytest

from course.checks import CheckFailed, Import, ProjectFiles
from course.checks.fence import no_holes
from course.checks.layout import beside_wiring, catches_all, keep_apart, modules, no_http, rule_of

DOMAINS = ("app.orders", "app.users")


def project(root: Path, said: str = "", passed: bool = True, **files: str) -> ProjectFiles:
    """A project of files such as `orders__router`; every contract says the same."""
    for name, text in files.items():
        path = root / f"app/{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (root / "pyproject.toml").write_text("")

    def tool(message: dict[str, Any]) -> dict[str, Any]:
        return {"edges": [], "output": said, "passed": passed}

    return ProjectFiles(root, tool)


@pytest.mark.parametrize(
    ("importer", "imported", "rule"),
    [
        ("orders.service", "users.service", ""),
        ("orders.service", "users.models", "see the service of users"),
        ("utils", "users.repository", "see the service of users"),
        ("orders.repository", "users.service", "no other domain"),
        ("orders.models", "orders.schemas", "point down"),
        ("orders.router", "orders.repository", "the service only"),
        ("orders.router", "orders.models", ""),
        ("core.names", "users.service", "core to know no domain"),
        ("orders.service", "main", "nothing of main.py"),
        ("main", "orders.router", ""),
        ("api", "orders.router", ""),
    ],
)
def test_who_may_import_whom(importer: str, imported: str, rule: str) -> None:
    found = rule_of(Import(f"app.{importer}", f"app.{imported}", 1, "import"), DOMAINS)
    assert rule in found
    assert bool(rule) == bool(found)


@pytest.mark.parametrize(
    ("line", "blamed"),
    [
        ("service._orders.list_all()", "reaches into `service._orders`"),
        ("self._users._users", "reaches into `self._users._users`"),
        ("getattr(service, '_orders')", "reaches into"),
        ("from app.orders.service import _service", "app.orders.service._service"),
        ("get().repository.find()", "reaches into `get().repository`"),
        ("sys.modules['app.users.models']", "imports app.users.models by a call"),
        ("self._orders", ""),
        ("super()._orders", ""),
        ("order._asdict()", ""),
        ("OrderService._orders", ""),
    ],
)
def test_what_reaches_past_the_service(line: str, blamed: str, tmp_path: Path) -> None:
    shop = project(tmp_path, orders__router=line, users__models="")
    if not blamed:
        return keep_apart(shop, ["app.orders.router"], DOMAINS)
    with pytest.raises(CheckFailed) as failed:
        keep_apart(shop, ["app.orders.router"], DOMAINS)
    assert blamed in str(failed.value)
    assert str(failed.value).startswith("app/orders/router.py, line 1, ")
    return None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("app = FastAPI()\nfor router in (a, b):\n    app.include_router(router, prefix='/api')", []),
        ("def create_app() -> FastAPI:\n    made = FastAPI(responses={404: {}})\n    return made", []),
        ("@app.get('/x')\nasync def x(): ...", ["the route"]),
        ("app.get('/x')(read)", ["the route"]),
        ("app.add_api_route('/x', read)", ["the route"]),
        ("class Order: ...", ["the class Order"]),
        ("products = {1: Product(id=1)}", ["data"]),
        ("orders: dict[int, Order] = {}", ["data"]),
    ],
)
def test_what_is_beside_wiring(text: str, found: list[str], tmp_path: Path) -> None:
    main = modules(project(tmp_path, main=text))["app.main"]
    words = [what for _, what in beside_wiring(main)]
    assert len(words) == len(found)
    assert all(word.startswith(start) for word, start in zip(words, found, strict=True))


@pytest.mark.parametrize("name", ["Exception", "(ValueError, BaseException)", ""])
def test_who_catches_everything(name: str, tmp_path: Path) -> None:
    known = modules(
        project(
            tmp_path,
            a=f"try:\n    f()\nexcept {name}:\n    g()",
            b="try:\n    f()\nexcept HTTPException:\n    g()",
        )
    )
    assert [catches_all(module) for module in known.values()] == [[3], []]


@pytest.mark.parametrize(
    "line", ["from http import HTTPStatus", "raise E(404)", "error.status_code", "E(status_code=1)"]
)
def test_who_knows_http(line: str, tmp_path: Path) -> None:
    known = modules(project(tmp_path, a=line)).values()
    with pytest.raises(CheckFailed, match="no HTTP below the router"):
        no_http(known)


PLANT = ("app.users.service", "app.orders.models")


@pytest.mark.parametrize(
    ("said", "passed", "hole"),
    [
        ("- app.users.service -> app.orders.models (l.2)\n", False, False),
        ("- app.users.service -> app.orders.models (l.2)\n  app.orders.models -> app.x (l.1)\n", True, True),
        (".users -> .orders", False, False),
        ("", True, True),
    ],
)
def test_a_hole_in_the_fence(said: str, passed: bool, hole: bool, tmp_path: Path) -> None:
    shop = project(tmp_path, said, passed)
    if not hole:
        return no_holes(shop, [PLANT])
    with pytest.raises(
        CheckFailed, match=r"With `import app\.orders\.models` added to app/users/service\.py, none of"
    ):
        no_holes(shop, [PLANT])
    assert not (tmp_path / "app/users/service.py").exists()
    return None


def test_modules_that_do_not_parse_are_left_out(tmp_path: Path) -> None:
    assert list(modules(project(tmp_path, good="x = 1", bad="x ="))) == ["app.good"]
