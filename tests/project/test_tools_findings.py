"""What tools say for programs, as findings: against the real tools."""

from pathlib import Path

import pytest

from course.project.tools.findings import MYPY, PYTEST, RUFF, Finding, read_mypy, read_ruff, read_tests
from course.project.tools.launch import Ran, command, run

CODE = """\
from typing import Protocol


class Named(Protocol):
    def name(self) -> str: ...


class Thing:
    def name(self) -> int:
        return 1


thing: Named = Thing()
reveal_type(thing)
unused = lambda: 0
"""
TESTS = """\
def test_right():
    assert True


def test_wrong():
    assert 1 == 2, "not one"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "thing.py").write_text(CODE)
    (tmp_path / "test_it.py").write_text(TESTS)
    (tmp_path / "broken.py").write_text("def f(:\n")
    return tmp_path


async def test_ruff(project: Path) -> None:
    ran = await run(
        "ruff", "check", "--isolated", "--no-cache", "--select=E731", *RUFF, "thing.py", project=project
    )
    assert ran.status == 1
    [found] = read_ruff(ran.output)
    assert (found.path, found.line, found.code) == ("thing.py", 15, "E731")
    assert str(found) == "thing.py, line 15, E731 (Do not assign a `lambda` expression, use a `def`)"
    broken = await run("ruff", "check", "--isolated", "--no-cache", *RUFF, "broken.py", project=project)
    assert {finding.code for finding in read_ruff(broken.output)} == {"invalid-syntax"}
    clean = await run(
        "ruff", "check", "--isolated", "--no-cache", "--select=E731", *RUFF, "test_it.py", project=project
    )
    assert read_ruff(clean.output) == []
    (project / "ruff.toml").write_text("lint.select = 3\n")
    complaint = await run("ruff", "check", "--no-cache", *RUFF, "thing.py", project=project)
    assert complaint.status == 2
    with pytest.raises(ValueError, match=r"substring not found|Expecting"):
        read_ruff(complaint.said)


async def test_mypy(project: Path) -> None:
    ran = await run("mypy", "--strict", "--config-file=", *MYPY, "thing.py", project=project)
    found = read_mypy(ran.output)
    assert [(one.line, one.code, one.is_note) for one in found][:2] == [
        (13, "assignment", False),
        (14, "misc", True),
    ]
    assert "def name(self) -> str" in found[0].hint
    assert found[1].message == 'Revealed type is "thing.Named"'
    nothing = await run("mypy", "--config-file=", *MYPY, "nowhere.py", project=project)
    assert (nothing.status, read_mypy(nothing.output)) == (2, [])
    assert "nowhere.py" in nothing.said


async def test_pytest(project: Path) -> None:
    ran = await run("pytest", *PYTEST, "test_it.py", project=project)
    passed = {test.name: (test.passed, test.message) for test in read_tests(ran.output)}
    assert passed["test_right"] == (True, "")
    assert passed["test_wrong"][0] is False
    assert "not one" in passed["test_wrong"][1]


async def test_a_tool_that_takes_too_long_is_ended(project: Path) -> None:
    assert await run("ruff", "server", project=project, seconds=0) == Ran(
        None, "", "no answer within 0 seconds"
    )


def test_a_command_never_finds_a_module_of_the_project_by_its_folder() -> None:
    assert command("ruff", "check")[1:] == ["-P", "-m", "ruff", "check"]
    assert str(Finding("a.py", 1, "X1", "Bad.")) == "a.py, line 1, X1 (Bad)"
