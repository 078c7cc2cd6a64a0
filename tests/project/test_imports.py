import importlib
import sys
from pathlib import Path

import pytest

from course.project.files import write_file
from course.project.imports import forget_app, generation, stale_names


def test_names_that_hold_old_objects_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    write_file(tmp_path, "app/models.py", "class User: pass\n\n\ndef make() -> User: return User()\n")
    forget_app(tmp_path)
    module = importlib.import_module("app.models")
    names = {
        "User": module.User,
        "ada": module.make(),
        "make": module.make,
        "models": module,
        "_hidden": module.User,
        "n": 1,
    }
    assert stale_names(names) == []
    before = generation()
    forget_app(tmp_path)
    assert generation() == before + 1
    assert stale_names(names) == ["User", "ada", "make", "models"]
    again = importlib.import_module("app.models")
    assert again.User is not module.User
    assert stale_names(names | {"User": again.User}) == ["ada", "make", "models"]


@pytest.mark.parametrize("path", ["scripts/report.py", "report.py", "scripts/__init__.py"])
def test_every_module_of_the_project_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    write_file(tmp_path, path, "STEP = 1\n")
    names = {"report": importlib.import_module(name)}
    write_file(tmp_path, path, "STEP = 2\n")

    forget_app(tmp_path)

    assert stale_names(names) == ["report"]
    assert importlib.import_module(name).STEP == 2
    assert "pytest" in sys.modules
    forget_app(tmp_path)
    assert name not in sys.modules


def test_libraries_in_the_projects_own_environment_are_not_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".venv/lib/site-packages"
    monkeypatch.syspath_prepend(str(folder))
    write_file(tmp_path, ".venv/lib/site-packages/some_library.py", "")
    importlib.import_module("some_library")

    forget_app(tmp_path)

    assert "some_library" in sys.modules
    del sys.modules["some_library"]
