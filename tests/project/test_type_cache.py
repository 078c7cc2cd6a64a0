"""What mypy knows of the libraries is read once, and never stands in the way of what it says of a project."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course.project import type_cache
from course.project.files import write_file

CONFIGURATION = "mypy.ini"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment in which nothing is read yet, and whose projects import little."""
    monkeypatch.setattr(type_cache, "home", lambda: tmp_path / "var")
    monkeypatch.setattr(type_cache, "CONFIGURATIONS", (CONFIGURATION,))
    monkeypatch.setattr(type_cache, "_libraries", lambda: ["dataclasses", "not_installed"])
    return tmp_path / "var"


def kept(home: Path) -> Path:
    (folder,) = [path for path in home.iterdir() if path.suffix != ".building"]
    return folder


def errors(project: Path, cache: Path) -> str:
    command = ["-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", str(cache), "app"]
    settings = ["--config-file", str(type_cache.STANDARD / CONFIGURATION)]
    return subprocess.run(
        [sys.executable, *command, *settings], cwd=project, capture_output=True, text=True, check=False
    ).stdout


def test_it_is_read_once_and_copied_for_each_project(home: Path, tmp_path: Path) -> None:
    type_cache.read_libraries()
    before = {path: path.stat().st_mtime_ns for path in kept(home).rglob("*")}
    assert before
    assert not list(home.glob("*.building"))

    # the same name, size and second in two projects: only a library may be known by these
    for name, value in (("a", "1"), ("b", "''")):
        project = tmp_path / name
        write_file(project, "app/x.py", f"X: int = {value:2}\n")
        os.utime(project / "app/x.py", (1_700_000_000, 1_700_000_000))
    assert errors(tmp_path / "a", type_cache.mypy_cache(tmp_path / "cache-a", CONFIGURATION)) == ""
    found = errors(tmp_path / "b", type_cache.mypy_cache(tmp_path / "cache-b", CONFIGURATION))
    assert "Incompatible types in assignment" in found

    type_cache.read_libraries()
    assert {path: path.stat().st_mtime_ns for path in kept(home).rglob("*")} == before


def test_a_project_keeps_the_cache_it_has(home: Path, tmp_path: Path) -> None:
    own = type_cache.mypy_cache(tmp_path, CONFIGURATION)
    assert not own.exists()  # nothing is known yet: mypy makes its own
    (own / "3.12").mkdir(parents=True)
    type_cache._kept(CONFIGURATION).mkdir(parents=True)
    (type_cache._kept(CONFIGURATION) / "new").touch()
    assert type_cache.mypy_cache(tmp_path, CONFIGURATION) == own
    assert [path.name for path in own.iterdir()] == ["3.12"]


def test_who_reads_already_is_left_alone_unless_that_was_long_ago(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    monkeypatch.setattr(type_cache, "_read", lambda cache, _: read.append(cache))
    building = type_cache._kept(CONFIGURATION).with_suffix(".building")
    building.mkdir(parents=True)
    type_cache.read_libraries()
    assert read == []
    assert building.is_dir()
    os.utime(building, (1, 1))
    type_cache.read_libraries()
    assert len(read) == 1
    assert not building.exists()


def test_the_libraries_are_those_that_the_chapters_import() -> None:
    found = type_cache._libraries()
    assert {"fastapi", "pydantic", "pytest", "httpx2"} <= set(found)
    assert not {name.partition(".")[0] for name in found} & {"app", "tests", "scripts"}
