"""Import times as a flame chart, and the circle that stops an import: read from real interpreters."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from course.errors import CourseError
from course.instruments import of_chapter
from course.pictures.rules import EVIL, broken_rules
from course.pictures.view import View

instrument = of_chapter(__file__)
import_cycle_view, import_flame_view = instrument.circle.import_cycle_view, instrument.flame.import_flame_view
Circle, ImportOrder, Step = instrument.order.Circle, instrument.order.ImportOrder, instrument.order.Step
read_import_order, read_import_times = instrument.order.read_import_order, instrument.times.read_import_times
Load, Origin, group = instrument.times.Load, instrument.times.Origin, instrument.times.group
heaviest, parse_import_times = instrument.times.heaviest, instrument.times.parse_import_times

OUTPUT = """import time: self [us] | cumulative | imported package
import time:       100 |        100 | site
import time:         3 |          3 |     app
import time:         4 |          7 |   app.users
import time:        10 |         10 |       json.decoder
import time:        20 |         30 |     json
import time:         5 |          5 |       cython
import time:        40 |         45 |     pydantic.main
import time:        50 |        125 |   pydantic
import time:       900 |        900 |     pydantic_core
import time:         2 |        902 |   app.users.models
import time:       200 |       1234 | app.users.service
"""
LOADED = {
    "site", "app", "app.users", "json", "json.decoder", "pydantic", "pydantic.main", "pydantic_core",
    "app.users.models", "app.users.service",
}  # fmt: skip
APP = {
    "app/__init__.py": "",
    "app/main.py": "from app.users import service\n",
    "app/users/__init__.py": "",
    "app/users/service.py": "from app.users.rules import LIMIT\n\n\nclass UserService: ...\n",
    "app/users/rules.py": "from app.users.service import UserService\n\nLIMIT = 3\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose two modules import each other."""
    for path, text in APP.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def tree() -> Load:
    """What OUTPUT says."""
    return group(parse_import_times(OUTPUT, LOADED)[-1])


def slow(name: str = "app.slow", own_us: int = 1_000_000) -> Load:
    """An app with one module that takes nearly all of the time."""
    other = Load("fastapi", Origin.OTHER, 300, 50, [Load("standard library", Origin.STANDARD, 100, 20)])
    return Load("app.main", Origin.OWN, 10, 1, [other, Load(name, Origin.OWN, own_us, 1)])


VIEWS = {
    "times": import_flame_view(tree()),
    "slow": import_flame_view(slow()),
    "evil times": import_flame_view(slow(EVIL)),
    "measured": import_flame_view(slow(), measured=True),
    "compared": import_flame_view(tree(), before=slow()),
    "compared, measured": import_flame_view(tree(), before=slow(), measured=True),
    "order": import_cycle_view(ImportOrder("app.main", ("app.a", EVIL, "app.main"), hidden=((Step("app.a", 1, 2, EVIL), Step(EVIL, 1, 2, "b", "only for the type checker")),))),
    "circle": import_cycle_view(
        ImportOrder("app.main", circle=Circle((), (Step(EVIL, 1, 2, EVIL), Step("app.b", 3, 4, "import x (")), EVIL, 9))
    ),
}  # fmt: skip


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_they_keep_the_rules_of_all_pictures(view: View) -> None:
    assert broken_rules(view) == []


def test_own_modules_stay_single_and_packages_of_others_become_one_piece() -> None:
    top = tree()
    found = {load.name: (load.origin, load.own_us, load.modules) for load in top.everything()}
    assert found == {
        "app.users.service": (Origin.OWN, 207, 1),  # with the empty packages on the way to it
        "pydantic": (Origin.OTHER, 90, 2),
        "standard library": (Origin.STANDARD, 30, 2),
        "app.users.models": (Origin.OWN, 2, 1),
        "pydantic_core": (Origin.OTHER, 900, 1),
    }
    assert "cython" not in found  # looked for in vain


def test_the_slow_module_is_marked_whatever_the_machine_does() -> None:
    quiet, busy = slow(), slow(own_us=4_000_000)
    assert heaviest(quiet) is not None
    assert import_flame_view(quiet).html == import_flame_view(busy).html
    assert "⚠ app.slow by itself takes nearly all of the time" in import_flame_view(quiet).text
    assert import_flame_view(quiet, measured=True).text == import_flame_view(quiet).text
    assert heaviest(slow(own_us=10_000)) is None  # nearly all of next to nothing


def test_only_the_measured_picture_names_times() -> None:
    assert "1.0 s" in import_flame_view(slow(), measured=True).html
    assert "10 ms" in import_flame_view(slow(own_us=10_000), measured=True).html
    assert " ms" not in import_flame_view(slow()).html


def test_a_cure_is_seen_on_one_scale_with_what_was_before() -> None:
    slow_bar, quick_bar = re.findall(
        r"width:([\d.]+)%", import_flame_view(tree(), before=slow(), measured=True).html
    )[:2]
    assert float(slow_bar) == 100
    assert float(quick_bar) < 1
    assert import_flame_view(tree(), before=slow()).text == import_flame_view(tree()).text


def test_a_circle_says_who_waits_where_and_for_what(project: Path) -> None:
    order = read_import_order(project)
    assert order.circle is not None
    assert [step.module for step in order.circle.way] == ["app.main"]
    assert [(step.module, step.line, step.lines) for step in order.circle.round] == [
        ("app.users.service", 1, 4),
        ("app.users.rules", 1, 3),
    ]
    assert (order.circle.wanted, order.circle.defined_at) == ("UserService", 4)
    text = import_cycle_view(order).text
    assert "`users.rules` asks for `UserService`. In `users.service` it is defined in line 4" in text
    with pytest.raises(CourseError, match="draws the circle"):
        read_import_times(project)


def test_an_import_inside_a_function_hides_the_circle(project: Path) -> None:
    late = "LIMIT = 3\n\n\ndef ask() -> object:\n    from app.users.service import UserService\n\n    return UserService\n"
    (project / "app/users/rules.py").write_text(late, encoding="utf-8")
    order = read_import_order(project)
    assert order.finished == ("app.users.rules", "app.users.service", "app.main")
    [circle] = order.hidden
    assert [(step.module, step.late) for step in circle] == [
        ("app.users.service", ""),
        ("app.users.rules", "only when the function runs"),
    ]
    text = import_cycle_view(order).text
    assert "A circle in the files: `users.service` → `users.rules` → `users.service`" in text
    assert (
        "users.rules, line 5 of 7: from app.users.service import UserService (only when the function runs)"
        in text
    )
    assert "not followed:" in import_cycle_view(order).html


def test_modules_finish_before_those_that_need_them(project: Path) -> None:
    (project / "app/users/rules.py").write_text("LIMIT = 3\n", encoding="utf-8")
    view = import_cycle_view(read_import_order(project))
    assert "no circle" in view.text
    assert len(view.text.splitlines()) == 1
    assert "1 users.rules  2 users.service  3 main" in view.html
    assert [load.name for load in read_import_times(project).everything()][:2] == ["app.main", "app.users.service"]  # fmt: skip
    assert not list(project.rglob("__pycache__"))


@pytest.mark.parametrize("read", [read_import_order, read_import_times])
def test_what_cannot_be_drawn_says_why(project: Path, read: Callable[..., object]) -> None:
    (project / "app/main.py").write_text("1 / 0\n", encoding="utf-8")
    with pytest.raises(CourseError, match="division by zero"):
        read(project)
    with pytest.raises(CourseError, match="is no module"):
        read(project, "app/main.py")
