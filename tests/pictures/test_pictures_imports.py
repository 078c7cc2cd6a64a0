"""Reading imports, judging them, and drawing them so that no arrow runs through a box."""

import sys
import types
from itertools import pairwise
from pathlib import Path

import pytest
from picture_samples import MESSY, MONOLITH, TIDY, graph

from course.errors import CourseError
from course.pictures.boundaries import Crossing, cycles, judge
from course.pictures.import_graph import ImportEdge, import_graph_view, read_import_graph
from course.pictures.import_layout import lay_out
from course.pictures.outline import read_outline
from course.pictures.routing import Box, Router


def project(root: Path, **files: str) -> Path:
    """Write `app/…` from names such as `users__service`; every folder becomes a package."""
    for name, source in files.items():
        path = (root / "app" / name.replace("__", "/")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(source)
    (root / "app" / "__init__.py").touch()
    return root


def test_imports_are_read_with_their_lines_and_nothing_runs(tmp_path: Path) -> None:
    root = project(
        tmp_path,
        main="raise SystemExit\nfrom app.users import service\n",
        users__service="from . import models\n\ndef f():\n    from app.users.models import x\n",
        users__models="open('made', 'w')\n",
    )
    before = sorted(root.rglob("*"))
    found = read_import_graph(root)
    assert found.edges == (
        ImportEdge("app.main", "app.users.service", (2,)),
        ImportEdge("app.users.service", "app.users.models", (1, 4)),
    )
    assert found.modules == ("app", "app.main", "app.users", "app.users.models", "app.users.service")
    assert found.packages == {"app", "app.users"}
    assert sorted(root.rglob("*")) == before


def test_the_files_are_read_as_they_are_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another app that this process has imported, and what the file held a moment ago, do not matter."""
    monkeypatch.setitem(sys.modules, "app", types.ModuleType("app"))
    root = project(tmp_path, main="import app.users.service", users__service="", users__models="")
    path = sys.path.copy()
    assert len(read_import_graph(root).edges) == 1
    project(tmp_path, main="import app.users.models ")
    assert [edge.imported for edge in read_import_graph(root).edges] == ["app.users.models"]
    assert sys.path == path


def test_what_cannot_be_read_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="has no package app/ yet"):
        read_import_graph(tmp_path)
    root = project(tmp_path, main="x = 1\ndef (:\n", users__service="")
    with pytest.raises(CourseError, match=r"app/main\.py does not parse at line 2"):
        read_import_graph(root)


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


def test_cycles_are_named_once() -> None:
    assert cycles([("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")]) == (("a", "b", "c"),)
    assert cycles([("a", "b"), ("a", "a")]) == ()


def test_a_tidy_project_in_words() -> None:
    text = import_graph_view(graph(*TIDY), "my-api").text
    assert text == (
        "my-api: 16 modules, 23 imports, 2 cross a border, none against the layout\n"
        "  app: main → auth.router, core.config, orders.router, users.router\n"
        "  auth: router → schemas, service; service → schemas, core.security\n"
        "  orders: repository → models; router → schemas, service; service → models, repository, schemas\n"
        "  users: repository → models; router → schemas, service; "
        "service → core.security, models, repository, schemas\n"
        "Marked:\n"
        "  → 1  `auth.service` imports `users.service` (line 6): through its service.\n"
        "  → 2  `orders.service` imports `users.service` (line 8): through its service."
    )


def test_breaches_come_first_and_bear_a_mark() -> None:
    view = import_graph_view(graph(*MESSY))
    marked = [line for line in view.text.splitlines() if line.startswith(("  ⚠ ", "  → "))]
    assert marked[0].startswith("  ⚠ 1")
    assert "  ⚠ Cycle of modules: `users.service` → `orders.service` → `users.service`." in view.text
    numbers = [line.split()[1] for line in marked if line.split()[1].isdigit()]
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    for number in numbers:
        assert f'class="pfc-badge-text">{number}</text>' in view.html


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


def test_a_walled_in_box_gets_a_straight_line() -> None:
    walls = [Box(0, 0, 30, 200), Box(70, 0, 30, 200), Box(0, 0, 100, 30), Box(0, 170, 100, 30)]
    router = Router([Box(45, 95, 10, 10), Box(145, 95, 10, 10), *walls], (), ())
    assert router.way(0, 1) == [(55, 100), (145, 100)]


def test_one_module_is_shown_by_what_it_serves(tmp_path: Path) -> None:
    found = read_import_graph(project(tmp_path, main=MONOLITH))
    view = import_graph_view(found, "my-api")
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
    assert view.html.count('class="pfc-tie"') == 5


def test_an_outline_without_routes() -> None:
    outline = read_outline("X = 1\n\ndef f():\n    return X\n", "app/main.py")
    assert outline.areas == ()
    assert [d.name for d in outline.definitions] == ["X", "f"]


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
    assert read_outline(source, "m.py").clashes == clashes


def test_what_all_share_is_ground_and_not_a_tangle() -> None:
    few = import_graph_view(graph("main -> users.router, core.config", "users.service -> core.config")).html
    assert few.count('<g class="pfc-in">') == 3
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
    assert html.count('<g class="pfc-in">') == 2
