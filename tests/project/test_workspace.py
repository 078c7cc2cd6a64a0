from pathlib import Path

import pytest

from course.errors import CourseError
from course.project.workspace import TEMPORARY, Workspace


@pytest.fixture(autouse=True)
def no_override(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSE_WORKSPACE", raising=False)


def test_a_copy_is_found_from_inside(tmp_path: Path, small_course: Path) -> None:
    (tmp_path / "mine/.course").mkdir(parents=True)
    (tmp_path / "mine/.course/copy.json").write_text("{}")
    (tmp_path / "mine/notebooks/deep").mkdir(parents=True)
    assert Workspace.find(tmp_path / "mine/notebooks/deep") == Workspace(tmp_path / "mine")


def test_the_clone_itself_is_a_workspace(small_course: Path) -> None:
    assert Workspace.find(small_course / "notebooks") == Workspace(small_course)


def test_elsewhere_is_one_clear_sentence(tmp_path: Path, small_course: Path) -> None:
    with pytest.raises(CourseError, match="is not inside a learner's copy of the course: run `course start`"):
        Workspace.find(tmp_path)


def test_a_temporary_workspace_is_the_same_all_process_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_WORKSPACE", TEMPORARY)
    first = Workspace.find()
    assert first == Workspace.find()
    assert first.root.is_dir()
