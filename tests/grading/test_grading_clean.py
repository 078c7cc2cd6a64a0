"""The copy that tools look at: what an exercise does not ask for steers nothing."""

import dataclasses
import importlib.util
import sys
import time
from pathlib import Path

import pytest

from course.grading.answers import Answers
from course.grading.clean import clean_copy, code_named_in, slow_to_read
from course.grading.exercise import Exercise
from course.grading.place import Place
from course.grading.projects import project_files
from course.grading.toolbox import ProjectFinder


def test_an_honest_answer_is_looked_at_whole(exercise: Exercise) -> None:
    files = project_files(exercise, Answers(dict(exercise.reference)))
    assert clean_copy(exercise, files) == (files, ())


@pytest.mark.parametrize(
    "path",
    ["ruff.toml", "app/ruff.toml", "mypy.ini", ".gitignore", "app/.ignore", "app/x.pyi", "rich.py", "app/conftest.py",
     "pyproject.toml", "evil/x.py", "setup.cfg"],
)  # fmt: skip
def test_what_could_steer_a_tool_is_left_out_and_said(path: str, exercise: Exercise) -> None:
    copy, notes = clean_copy(exercise, {path: "x = 1\n"})
    assert copy == {}
    assert notes == (f"{path} is not part of this exercise: tools and checks do not look at it.",)


@pytest.mark.parametrize(
    "path", ["app/orders/money.py", "app/static/page.html", "tests/conftest.py", "tests/test_x.py"]
)
def test_a_learners_own_files_are_looked_at(path: str, exercise: Exercise) -> None:
    assert clean_copy(exercise, {path: "x = 1\n"}) == ({path: "x = 1\n"}, ())


def test_settings_that_the_exercise_asks_for_are_the_learners_unless_they_run_code(
    exercise: Exercise,
) -> None:
    asking = dataclasses.replace(exercise, reference=dict(exercise.reference) | {"pyproject.toml": ""})
    plain = {"pyproject.toml": '[tool.mypy]\nplugins = ["pydantic.mypy"]\n'}
    assert clean_copy(asking, plain) == (plain, ())
    copy, notes = clean_copy(asking, {"pyproject.toml": '[tool.mypy]\nplugins = ["app/evil.py"]\n'})
    assert copy == {}
    assert notes == ("pyproject.toml makes a tool run code (mypy.plugins): the tools run without this file.",)


@pytest.mark.parametrize(
    ("path", "text", "setting"),
    [
        (
            "pyproject.toml",
            "[tool.importlinter]\ncontract_types = ['a: app.x.Y']\n",
            "importlinter.contract_types",
        ),
        ("pyproject.toml", "[tool.mypy]\npython_executable = './x'\n", "mypy.python_executable"),
        ("mypy.ini", "[mypy]\nplugins = pydantic.mypy, ./evil.py\n", "mypy.plugins"),
        ("setup.cfg", "[mypy]\ncustom_typeshed_dir = x\n", "mypy.custom_typeshed_dir"),
        ("mypy.ini", "[mypy]\nplugins = pydantic.mypy\n", ""),
        ("pyproject.toml", "tool = 5\n", ""),
        ("pyproject.toml", "[tool.mypy]\nplugins = 5\n", ""),
        ("pyproject.toml", "[tool.mypy]\nplugins = {x = 'evil.py'}\n", ""),
        ("pyproject.toml", "not toml", ""),
        ("setup.cfg", "not ini", ""),
    ],
)
def test_settings_that_run_code_are_found(path: str, text: str, setting: str) -> None:
    assert code_named_in(path, text) == setting


KEY = "a" + ".a" * 400_000 + " = 1\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", KEY),
        ("pyproject.toml", KEY.replace(".a.a.a.a", '.a.a."\u2028".a')),  # no new line, for TOML
        ("pyproject.toml", ("a" + ".a" * 190 + " = 1\n") * 2000),
        ("setup.cfg", "[mypy]\na" + " " * 900_000 + "b\n"),
    ],
)
def test_settings_that_take_for_ever_to_read_are_left_out(path: str, text: str, exercise: Exercise) -> None:
    """Whoever grades reads them in a process that nothing limits."""
    asking = dataclasses.replace(exercise, reference=dict(exercise.reference) | {path: ""})
    started = time.monotonic()
    assert clean_copy(asking, {path: text}) == (
        {},
        (f"{path} has lines that take too long to read: the tools run without this file.",),
    )
    assert time.monotonic() - started < 5


def test_ordinary_settings_are_read(exercise: Exercise) -> None:
    dependencies = ", ".join(f'"package-{number}>=1.{number}.0"' for number in range(80))
    text = f"[project]\ndependencies = [{dependencies}]\n" + "[tool.a.b.c]\n[tool.a.b.d]\n" * 2000
    assert not slow_to_read("pyproject.toml", text)
    assert not slow_to_read("app/main.py", KEY)


def test_what_tools_look_at_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`root_packages = ["app.users"]` in a learner's contracts would import `app` to find it."""
    (tmp_path / "app/users").mkdir(parents=True)
    (tmp_path / "app/__init__.py").write_text("raise SystemExit('it was run')\n", encoding="utf-8")
    (tmp_path / "app/users/__init__.py").touch()
    monkeypatch.setattr(sys, "meta_path", [ProjectFinder(tmp_path), *sys.meta_path])
    for name in [name for name in sys.modules if name.partition(".")[0] == "app"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ImportError, match="no dot in its name: write app"):
        importlib.util.find_spec("app.users")


def test_tools_find_the_projects_packages_only(tmp_path: Path) -> None:
    for package in ("app", "rich"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    finder = ProjectFinder(tmp_path)
    spec = finder.find_spec("app", None)
    assert spec is not None
    assert spec.origin == str(tmp_path / "app/__init__.py")
    assert finder.find_spec("rich", None) is None


def test_a_place_is_removed_whatever_became_of_it() -> None:
    place = Place.make()
    deep = place.project
    for _ in range(40):
        deep = deep / "folder"
    deep.mkdir(parents=True)
    (place.home / "closed").mkdir()
    (place.home / "closed/file").touch()
    (place.home / "closed").chmod(0)
    place.remove()
    assert not place.base.exists()
