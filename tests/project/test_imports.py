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
    forget_app()
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
    forget_app()
    assert generation() == before + 1
    assert stale_names(names) == ["User", "ada", "make", "models"]
    again = importlib.import_module("app.models")
    assert again.User is not module.User
    assert stale_names(names | {"User": again.User}) == ["ada", "make", "models"]
