"""Reading imports, judging them, and drawing them so that no arrow runs through a box."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from course.errors import CourseError
from course.instruments import of_chapter
from course.pictures.routing import Box, Router
from course.pictures.rules import EVIL, broken_rules
from course.pictures.view import View
from course.project.import_graph import ImportEdge, ImportGraph, read_import_graph

instrument = of_chapter(__file__)
Crossing, judge = instrument.boundaries.Crossing, instrument.boundaries.judge
import_graph_view, lay_out = instrument.graph.import_graph_view, instrument.layout.lay_out
monolith_view, outline = instrument.monolith.monolith_view, instrument.outline


def graph(*imports: str) -> ImportGraph:
    """An import graph from lines such as `users.router -> users.service, users.schemas`."""
    edges = [
        ImportEdge(f"app.{importer.strip()}", f"app.{imported.strip()}", (number,))
        for number, (importer, _, targets) in enumerate((line.partition("->") for line in imports), 1)
        for imported in targets.split(",")
    ]
    modules = {end for edge in edges for end in (edge.importer, edge.imported)}
    packages = {"app", *(name.rpartition(".")[0] for name in modules if name.count(".") > 1)}
    edges.sort(key=lambda edge: (edge.importer, edge.imported))
    return ImportGraph("app", tuple(sorted(modules | packages)), tuple(edges), frozenset(packages))


TIDY = (
    "main -> users.router, auth.router, orders.router, core.config",
    "users.router -> users.service, users.schemas",
    "users.service -> users.repository, users.models, users.schemas, core.security",
    "users.repository -> users.models",
    "auth.router -> auth.service, auth.schemas",
    "auth.service -> users.service, core.security, auth.schemas",
    "orders.router -> orders.service, orders.schemas",
    "orders.service -> orders.repository, orders.models, orders.schemas, users.service",
    "orders.repository -> orders.models",
)
MESSY = (
    "main -> users.router, orders.router",
    "users.router -> users.service, users.schemas, orders.service",
    "users.service -> users.repository, users.models, orders.service",
    "users.repository -> users.models, users.schemas",
    "orders.router -> orders.service, orders.repository",
    "orders.service -> orders.repository, orders.models, users.service, core.helpers, main",
    "orders.repository -> orders.models, users.models, orders.service",
    "core.helpers -> users.models",
)
MONOLITH = """
from fastapi import FastAPI, status

app = FastAPI()
users = {}

def find_user(email): return users.get(email)

class UserCreate: ...

@app.post("/api/v1/users", status_code=status.HTTP_201_CREATED)
async def create_user(data: UserCreate): return users

@app.post("/api/v1/auth/login")
async def login(email: str): return find_user(email), status.HTTP_401_UNAUTHORIZED

status = "new"

@app.get("/api/v1/orders/{order_id}")
async def get_order(order_id: int): return status

def idle(): ...
"""


PICTURES = {
    "tidy": lambda: import_graph_view(graph(*TIDY), EVIL),
    "messy": lambda: import_graph_view(graph(*MESSY), EVIL),
    "monolith": lambda: monolith_view(outline.read_outline(MONOLITH, EVIL), EVIL),
}


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES.keys())
def test_they_keep_the_rules_of_all_pictures(draw: Callable[[], View]) -> None:
    assert broken_rules(draw()) == []
    assert draw() == draw()


def project(root: Path, **files: str) -> Path:
    """Write `app/…` from names such as `users__service`; every folder becomes a package."""
    for name, source in files.items():
        path = (root / "app" / name.replace("__", "/")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(source)
    (root / "app" / "__init__.py").touch()
    return root


def verdicts(*imports: str) -> dict[str, tuple[Crossing, str]]:
    return {
        f"{j.edge.importer[4:]} {j.edge.imported[4:]}": (j.crossing, j.why) for j in judge(graph(*imports))
    }


@pytest.mark.parametrize(
    ("line", "crossing"),
    [
        ("main -> users.router", Crossing.ASSEMBLY),
        ("users.router -> users.service", Crossing.INSIDE),
        ("users.service -> users.models", Crossing.INSIDE),
        ("users.service -> users.exceptions", Crossing.INSIDE),
        ("users.service -> core.security", Crossing.FOUNDATION),
        ("users.service -> config", Crossing.FOUNDATION),
        ("orders.service -> users.service", Crossing.SERVICE),
        ("orders.router -> auth.dependencies", Crossing.SERVICE),
        ("orders.service -> users.models", Crossing.BREACH),
        ("orders.service -> users.repository", Crossing.BREACH),
        ("orders.schemas -> users.schemas", Crossing.BREACH),
        ("core.helpers -> users.service", Crossing.BREACH),
        ("users.service -> users.router", Crossing.BREACH),
        ("users.router -> users.repository", Crossing.BREACH),
        ("users.repository -> users.schemas", Crossing.BREACH),
        ("users.service -> main", Crossing.BREACH),
    ],
)
def test_what_an_import_crosses(line: str, crossing: Crossing) -> None:
    ((found, why),) = verdicts(line).values()
    assert found is crossing
    assert bool(why) == (crossing in (Crossing.SERVICE, Crossing.BREACH))


def test_a_tidy_project_in_words() -> None:
    text = import_graph_view(graph(*TIDY), "my-api").text
    assert text == (
        "my-api: 16 modules, 23 imports, 2 cross a border, none against the layout\n"
        "\n"
        "Marked:\n"
        "  → 1  `auth.service` imports `users.service` (line 6): through its service.\n"
        "  → 2  `orders.service` imports `users.service` (line 8): through its service.\n"
        "\n"
        "  app: main → auth.router, core.config, orders.router, users.router\n"
        "  auth: router → schemas, service; service → schemas, core.security\n"
        "  orders: repository → models; router → schemas, service; service → models, repository, schemas\n"
        "  users: repository → models; router → schemas, service; "
        "service → core.security, models, repository, schemas"
    )


def test_breaches_come_first_and_bear_a_mark() -> None:
    view = import_graph_view(graph(*MESSY))
    marked = [line for line in view.text.splitlines() if line.startswith(("  ⚠ ", "  → "))]
    assert marked[0].startswith("  ⚠ 1")
    assert "  ⚠ Cycle of modules: `users.service` → `orders.service` → `users.service`." in view.text
    numbers = [line.split()[1] for line in marked if line.split()[1].isdigit()]
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    for number in numbers:
        assert f"{number}</span>" in view.html


def test_domains_can_need_each_other_without_a_cycle_of_modules() -> None:
    text = import_graph_view(graph("users.router -> orders.service", "orders.service -> users.service")).text
    assert "⚠ Cycle of domains: `orders` → `users` → `orders`." in text
    assert "Cycle of modules" not in text


@pytest.mark.parametrize(
    "lines",
    [
        TIDY,
        MESSY,
        (
            "main -> config",
            "users.service -> users.models",
            "dependencies -> users.service",
            "main -> dependencies",
        ),
    ],
)
def test_no_arrow_runs_through_a_box(lines: tuple[str, ...]) -> None:
    g = graph(*lines)
    drawing = lay_out(g, judge(g))
    boxes = list(drawing.boxes.values())
    router = Router(boxes, drawing.xs, drawing.ys, list(drawing.frames.values()))
    names = list(drawing.boxes)
    assert len({(box.x, box.y) for box in boxes}) == len(boxes)
    for edge in g.edges:
        source, target = names.index(edge.importer), names.index(edge.imported)
        way = router.way(source, target)
        for a, b in pairwise(way):
            assert a[0] == b[0] or a[1] == b[1]
            for box in boxes:
                assert not crosses(a, b, box)
        assert on_border(way[0], boxes[source])
        assert on_border(way[-1], boxes[target])
        assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in way)


def crosses(a: tuple[float, float], b: tuple[float, float], box: Box) -> bool:
    across = min(a[0], b[0]) < box.x + box.width - 0.01 and max(a[0], b[0]) > box.x + 0.01
    return across and min(a[1], b[1]) < box.y + box.height - 0.01 and max(a[1], b[1]) > box.y + 0.01


def on_border(point: tuple[float, float], box: Box) -> bool:
    x, y = point
    return x in (box.x, box.x + box.width) or y in (box.y, box.y + box.height)


def test_one_module_is_shown_by_what_it_serves(tmp_path: Path) -> None:
    root = project(tmp_path, main=MONOLITH)
    view = monolith_view(outline.only_module(root, read_import_graph(root)), "my-api")
    assert view.text == (
        "my-api: app/main.py, 8 definitions in one file of 22 lines, 2 of them needed by several parts of the API\n"
        "  users: POST /users; only for it: UserCreate\n"
        "  auth: POST /auth/login; only for it: find_user\n"
        "  orders: GET /orders/{order_id}\n"
        "  shared: users (line 5) serves users and auth\n"
        "  shared: status (line 17) serves users, auth and orders\n"
        "  no route needs: idle\n"
        "  ⚠ `status` is bound on lines 2 and 17: the last one wins for users, auth and orders."
    )
    assert view.html.count(" needs ") == 2 * 5  # a tooltip at each end


def test_an_outline_without_routes() -> None:
    found = outline.read_outline("X = 1\n\ndef f():\n    return X\n", "app/main.py")
    assert found.areas == ()
    assert [d.name for d in found.definitions] == ["X", "f"]


@pytest.mark.parametrize(
    ("source", "clashes"),
    [
        ("import status\nstatus = 1", (("status", (1, 2)),)),
        ("def f(): ...\nasync def f(): ...", (("f", (1, 2)),)),
        ("a, b = 1, 2\nb: int = 3", (("b", (1, 2)),)),
        ("x: int\nx = 1", ()),
        ("try:\n    import a\nexcept ImportError:\n    a = None", ()),
    ],
)
def test_names_that_are_bound_twice(source: str, clashes: tuple[tuple[str, tuple[int, ...]], ...]) -> None:
    assert outline.read_outline(source, "m.py").clashes == clashes


def test_what_all_share_is_ground_and_not_a_tangle() -> None:
    few = import_graph_view(graph("main -> users.router, core.config", "users.service -> core.config")).html
    assert few.count(" imports ") >= 2
    assert ">1 import<" in few
    many = (
        "main -> users.router, config, core.a, core.b",
        "core.a -> core.b, core.c, config",
        "users.service -> config",
    )
    html = import_graph_view(graph(*many)).html
    assert ">3 imports of shared code<" in html
    assert ">3 imports of its own modules<" in html
    assert ">shared<" in html


def test_the_graph_is_of_the_learners_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instrument, "my_api", lambda: tmp_path)
    project(tmp_path, users__service="X = 1\n", users__router="from app.users import service\n")
    assert "users: router → service" in instrument.import_graph().text
    project(tmp_path / "single", main=MONOLITH)
    monkeypatch.setattr(instrument, "my_api", lambda: tmp_path / "single")
    assert "8 definitions in one file" in instrument.import_graph().text


def test_the_colleagues_change_comes_and_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instrument, "my_api", lambda: tmp_path)
    given = Path(__file__).parent / "given/app/main.py"
    project(tmp_path, main=given.read_text(encoding="utf-8"))
    main = tmp_path / "app/main.py"
    for _ in range(2):  # a cell that is run again says the same
        made = instrument.show_the_customer()
        assert made.text.startswith("✎ app/main.py: rewritten, 3 lines added")
        assert '+    customer.hashed_password = ""  # never send the hash' in made.text
        assert broken_rules(made) == []
    assert main.read_text(encoding="utf-8").count("customer: User") == 1
    assert "3 lines removed" in instrument.show_the_customer(undo=True).text
    assert main.read_text(encoding="utf-8") == given.read_text(encoding="utf-8")


def test_where_user_lives_elsewhere_it_is_imported(tmp_path: Path) -> None:
    given = (Path(__file__).parent / "given/app/main.py").read_text(encoding="utf-8")
    project(tmp_path, main=instrument.colleague.IMPORT[0] + given)
    made = instrument.colleague.show_the_customer(tmp_path, undo=False)
    assert "+from app.users.models import User\n" in made.text


def test_the_change_fits_no_other_file(tmp_path: Path) -> None:
    project(tmp_path, main="app = 1\n")
    with pytest.raises(CourseError, match="run the notebook from its first cell"):
        instrument.colleague.show_the_customer(tmp_path, undo=False)


def test_a_file_is_read_by_its_sections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instrument, "my_api", lambda: tmp_path)
    project(tmp_path, main=f"app = 1\n\n\n# --- users ---\n\n@app.get('/')\ndef f(): ...  # {EVIL}\n")
    view = instrument.read_file("app/main.py")
    assert view.text.startswith("app/main.py: 7 lines, 1 route\n\nimports and the app: lines 1 to 1\n")
    assert "users: lines 4 to 7\n" in view.text
    assert view.html.count("<details") == 2
    assert view.html.count("<details open") == 1
    assert broken_rules(view) == []
    with pytest.raises(CourseError, match=r"no app/nothing\.py"):
        instrument.read_file("app/nothing.py")
