"""The bug table: who caught what, and the real tools behind it."""

from pathlib import Path

import pytest

from course.errors import CourseError
from course.instruments import of_chapter
from course.pictures.rules import EVIL, broken_rules

instrument = of_chapter(__file__)
module, bug_table = instrument.measuring, instrument.bug_table
Bug, Cell, Finding = instrument.drawing.Bug, instrument.drawing.Cell, instrument.drawing.Finding
ToolColumn, bug_table_view = instrument.drawing.ToolColumn, instrument.drawing.bug_table_view

BUGS = (Bug("a list as a default", 3), Bug("the wrong sign", 7), Bug("an old name", None))


def column(tool: str, *cells: Cell, runs: bool = False, elsewhere: tuple[Finding, ...] = ()) -> ToolColumn:
    return ToolColumn(tool, f"{tool} check", runs, cells, elsewhere)


def caught(label: str, message: str = "no") -> Cell:
    return Cell("caught", (Finding(label, message),))


MISSED, PASSES = Cell("missed"), Cell("passes")


def test_the_text_says_who_caught_what() -> None:
    columns = [
        column(
            "ruff", caught("B006", "a mutable default"), MISSED, MISSED, elsewhere=(Finding("F401", "x"),)
        ),
        column(
            "pytest",
            caught("test fails", "test_a: no"),
            caught("test fails", "test_b: no"),
            PASSES,
            runs=True,
        ),
    ]
    assert bug_table_view(BUGS, columns, "The script").text == (
        "The script: 2 bugs, 1 caught by reading the code, 1 only by running it, 0 by nobody\n"
        "\n"
        "  line  bug                  ruff    pytest\n"
        "     3  a list as a default  ● B006  ● test fails\n"
        "     7  the wrong sign       ·       ◉ test fails\n"
        "  gone  an old name          ·       ✓ passes\n"
        "        caught               1 of 3  2 of 3\n"
        "        also found           F401    ·\n"
        "\n"
        "  ● caught, ◉ caught by this one alone, · not seen\n"
        "\n"
        "What they said\n"
        "  line 3, B006: a mutable default\n"
        "  line 3, test fails: test_a: no\n"
        "  line 7, test fails: test_b: no"
    )


def test_a_bug_is_gone_when_a_test_about_it_passes() -> None:
    view = bug_table_view(BUGS[:2], [column("pytest", PASSES, PASSES, runs=True)], "After")
    assert view.text.startswith("After: all 2 bugs gone")
    assert "not seen" not in view.text


def test_what_nobody_sees_stands_out() -> None:
    view = bug_table_view(BUGS[:2], [column("ruff", caught("B006"), MISSED)], "Before")
    assert view.text.startswith("Before: 2 bugs, 1 caught by reading the code, 1 by nobody")
    assert view.html.count('class="pfc-lit pfc-warn"') == 1


def test_without_bugs_there_is_nothing_to_catch() -> None:
    assert bug_table_view((), [column("ruff")], "Nothing").text.startswith("Nothing: no bugs are named")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    script = "def add(n: int, to: list[int] = []) -> int:\n    to.append(n)\n    return sum(to) - 1 + name\n"
    (tmp_path / "script.py").write_text(script)
    (tmp_path / "test_script.py").write_text("def test_sum() -> None:\n    raise ValueError('off by one')\n")
    for part in (module, instrument.mornings):
        monkeypatch.setattr(part, "my_api", lambda: tmp_path)
    return tmp_path


async def test_real_tools_fill_the_table(project: Path) -> None:
    bugs = {"shared list": ("= []", ""), "no such name": ("+ name", ""), "off by one": ("- 1", "sum")}
    tools = {
        "ruff": "ruff check --isolated --select B,F",
        "mypy": f"mypy --strict --cache-dir {project / 'cache'}",
        "pytest": "pytest --rootdir . test_script.py",
    }
    text = (await bug_table("script.py", bugs, tools)).text
    assert text.startswith("script.py: 3 bugs, 3 caught by reading the code")  # one line, two bugs
    assert "line 1, B006: " in text
    assert 'line 3, name-defined: Name "name" is not defined' in text
    assert "line 3, test fails: test_sum: ValueError: off by one" in text


async def test_a_test_that_passes_over_a_bug_is_blind_to_it(project: Path) -> None:
    (project / "pyproject.toml").touch()
    (project / "test_script.py").write_text("def test_sum() -> None: ...\n")
    bugs = {
        "off by one": ("- 1", "sum"),
        "no such name": ("+ name", "sum", "to.append"),
        "gone": ("- 2", "sum"),
    }
    text = (await bug_table("script.py", bugs, {"pytest": "pytest --rootdir . test_script.py"})).text
    assert "3  off by one    ·" in text
    assert "gone  no such name  ✓ passes" in text
    assert "gone  gone          ✓ passes" in text


async def test_what_cannot_be_run_is_said_in_a_sentence(project: Path) -> None:
    with pytest.raises(CourseError, match=r"There is no nowhere\.py in my-api"):
        await bug_table("nowhere.py", {}, {})
    with pytest.raises(CourseError, match="starts with none of ruff, mypy, pytest"):
        await bug_table("script.py", {}, {"shell": "rm -rf ."})
    with pytest.raises(CourseError, match="could not do its work"):
        await bug_table("script.py", {}, {"ruff": "ruff check --select NONSENSE"})


def test_it_is_held_to_what_holds_for_every_picture() -> None:
    evil = Finding(EVIL, EVIL)
    columns = [
        column(EVIL, Cell("caught", (evil,)), MISSED, elsewhere=(evil,)),
        column("pytest", MISSED, PASSES, runs=True),
    ]
    view = bug_table_view((Bug(EVIL, 3), Bug("gone", None)), columns, EVIL)
    assert broken_rules(view) == []


def test_a_week_names_each_morning_and_what_came_of_it() -> None:
    mornings, report = instrument.mornings.MORNINGS[:3], instrument.mornings.Report
    reports = [
        report(mornings[0].wanted),
        report(("order 2: 9.40",), logged=("careful",)),
        report(crash="TypeError: no"),
    ]
    view = instrument.mornings.week_view(mornings, reports)
    assert view.text.startswith("A week at the tills: 1 of 3 reports are right")
    assert "Mon, one order      9.00     ✓  order 1: 13.90, total 13.90" in view.text
    assert "Tue, one order      4.50     ✗  order 2: 9.40" in view.text
    assert "Wed, ten notebooks  45.00    ✗  TypeError: no" in view.text
    assert "log, Tue: careful" in view.text
    assert broken_rules(view) == []


async def test_a_script_stays_up_all_week(project: Path) -> None:
    script = project / "report.py"
    script.write_text(
        "import logging\nlogger = logging.getLogger(__name__)\nseen = []\n\n\ndef read_orders(path):\n    return path\n\n\n"
        "def write_report(orders, now):\n    seen.append(1)\n    logger.warning('run %s', len(seen))\n    return [str(len(seen))]\n"
    )
    (project / "old.py").write_text(
        "def read_orders(path):\n    return path\n\n\ndef write_report(orders):\n    raise KeyError(1)\n"
    )
    for _ in range(2):  # each week begins afresh
        text = instrument.week("report.py").text
        assert "log, Mon: run 1" in text
        assert "log, Sat: run 6" in text
    assert instrument.week("old.py").text.count("KeyError: 1") == 6
    with pytest.raises(CourseError, match=r"There is no nowhere\.py in my-api"):
        instrument.week("nowhere.py")


def test_what_an_installer_brings_is_a_way() -> None:
    view = instrument.brought_by(
        ["pytest-asyncio", "not-installed>=1"], ["pytest", "not_installed", "fastapi"]
    )
    assert view.text.startswith("What an installer brings: 2 of 3 come along")
    assert "pytest         ✓  pytest-asyncio" in view.text
    assert "not_installed  ✓  the list itself" in view.text
    assert "fastapi        ✗  nobody" in view.text
    assert broken_rules(view) == []
    evil = instrument.packages.ways_view({EVIL: [EVIL, EVIL]}, [EVIL])
    assert broken_rules(evil) == []


def test_an_extra_brings_more() -> None:
    assert "email-validator" not in instrument.packages.ways_from(["pydantic"])
    assert instrument.packages.ways_from(["pydantic[email]"])["email-validator"] == [
        "pydantic[email]",
        "email-validator",
    ]


def test_a_layout_of_tests_is_tried(capsys: pytest.CaptureFixture[str]) -> None:
    instrument.finds_tests("pythonpath = ['.']", packages=True)
    assert capsys.readouterr().out.startswith("2 passed")
