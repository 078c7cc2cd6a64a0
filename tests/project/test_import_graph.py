"""Who imports whom, read from files that are never run."""

import sys
import types
from pathlib import Path

import pytest

from course.errors import CourseError
from course.project.import_graph import ImportEdge, cycles, read_import_graph


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


def test_cycles_are_named_once() -> None:
    assert cycles([("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")]) == (("a", "b", "c"),)
    assert cycles([("a", "b"), ("a", "a")]) == ()
