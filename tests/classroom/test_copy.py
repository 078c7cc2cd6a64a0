"""Making a learner's copy and bringing it up to date, on disk."""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

import pytest
from toy_course import ToyCourse, notebook

from course.classroom.copy import make_or_update, read_manifest, write_manifest
from course.errors import CourseError
from course.project.files import write_atomically
from course.project.workspace import Workspace

LESSON = "notebooks/00-welcome.ipynb"
EXERCISE = "exercises/01-first/01-first.ipynb"
CHECKS = "exercises/01-first/checks.py"
CONFIG = "nbgrader_config.py"


def edit(copy: Path, path: str, index: int, source: str) -> None:
    """Do what JupyterLab does when a learner edits a cell and saves."""
    place = copy / path
    book = json.loads(place.read_text())
    book["cells"][index]["source"] = source.splitlines(keepends=True)
    place.write_text(json.dumps(book))


def sources(copy: Path, path: str) -> list[str]:
    cells = json.loads((copy / path).read_text())["cells"]
    return ["".join(cell["source"]) for cell in cells]


def tree(root: Path) -> dict[str, bytes]:
    return {
        file.relative_to(root).as_posix(): file.read_bytes() for file in root.rglob("*") if file.is_file()
    }


def test_a_copy_holds_the_notebooks_and_is_a_workspace(toy: ToyCourse, tmp_path: Path) -> None:
    report = make_or_update(tmp_path / "new" / "copy")
    assert report.created
    assert set(report.added) == {LESSON, EXERCISE, CONFIG}
    assert Workspace.find(report.workspace.root / "notebooks") == report.workspace
    assert "Made your copy" in report.lines()[0]


def test_an_update_without_news_changes_no_file(toy: ToyCourse, tmp_path: Path) -> None:
    make_or_update(tmp_path / "copy")
    edit(tmp_path / "copy", EXERCISE, 0, "my answer")
    before = tree(tmp_path / "copy")
    report = make_or_update(tmp_path / "copy")
    assert tree(tmp_path / "copy") == before
    assert report.lines()[0].endswith("(up to date)")


def test_an_update_brings_the_news_and_keeps_the_answers(toy: ToyCourse, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    make_or_update(copy)
    edit(copy, EXERCISE, 0, "my answer")
    toy.publish(
        EXERCISE, notebook(("answer-1-1", "%%write app/x.py\n... # new"), ("check-1-1", "check again"))
    )
    report = make_or_update(copy)
    assert sources(copy, EXERCISE) == ["my answer", "check again"]
    assert [(change.path, change.changed, change.kept) for change in report.updated] == [(EXERCISE, 1, 1)]
    assert report.backup
    assert sources(report.backup, EXERCISE) == ["my answer", "check"]


def test_an_answer_stays_also_over_several_updates(toy: ToyCourse, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    make_or_update(copy)
    edit(copy, EXERCISE, 0, "my answer")
    for number in range(3):
        toy.publish(EXERCISE, notebook(("answer-1-1", f"starter {number}")))
        make_or_update(copy)
    assert sources(copy, EXERCISE) == ["my answer"]


def test_a_file_the_learner_changed_is_kept_and_named(toy: ToyCourse, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    make_or_update(copy)
    (copy / CONFIG).write_text("# mine\n")
    toy.publish_text(CONFIG, "# new settings\n")
    report = make_or_update(copy)
    assert (copy / CONFIG).read_text() == "# mine\n"
    assert any(CONFIG in line for line in report.lines())


def test_an_untouched_file_is_updated_and_a_deleted_one_comes_back(toy: ToyCourse, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    make_or_update(copy)
    (copy / LESSON).unlink()
    toy.publish_text(CONFIG, "# new settings\n")
    report = make_or_update(copy)
    assert report.added == (LESSON,)
    assert (copy / CONFIG).read_text() == "# new settings\n"


@pytest.mark.parametrize("damage", ["not json", '{"cells": 3}', '{"cells": [{"source": 4}]}', "\x00\xff"])
def test_a_notebook_that_cannot_be_read_is_set_aside(toy: ToyCourse, tmp_path: Path, damage: str) -> None:
    copy = tmp_path / "copy"
    make_or_update(copy)
    (copy / LESSON).write_text(damage)
    report = make_or_update(copy)
    assert report.replaced == (LESSON,)
    assert report.backup
    assert (report.backup / LESSON).read_text() == damage
    assert sources(copy, LESSON) == ["import course", "course.map()"]


@pytest.mark.parametrize("damage", ["", "[]", '{"notebooks": [], "files": {}}'])
def test_with_a_damaged_record_nothing_is_replaced(toy: ToyCourse, tmp_path: Path, damage: str) -> None:
    copy = tmp_path / "copy"
    make_or_update(copy)
    edit(copy, LESSON, 0, "mine")
    (copy / ".course/copy.json").write_text(damage)
    toy.publish(LESSON, notebook(("a", "new"), ("b", "new too")))
    make_or_update(copy)
    assert sources(copy, LESSON) == ["mine", "course.map()"]
    assert read_manifest(copy)["notebooks"]


def test_half_a_surrogate_pair_survives(toy: ToyCourse, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    make_or_update(copy)
    edit(copy, LESSON, 0, "'\ud800'")
    toy.publish(LESSON, notebook(("a", "new"), ("b", "new too")))
    make_or_update(copy)
    assert sources(copy, LESSON) == ["'\ud800'", "new too"]


def test_in_the_clone_itself_people_work_in_place(toy: ToyCourse) -> None:
    before = tree(toy.root)
    report = make_or_update(toy.root)
    assert report.in_place
    assert tree(toy.root) == before


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda base: (base / "full").mkdir() or (base / "full/thing").write_text("x"), "not empty"),
        (lambda base: (base / "full").write_text("x"), "is a file"),
        (lambda base: (base / "full").symlink_to(os.devnull), "is a file"),
    ],
)
def test_a_folder_that_is_not_ours_is_left_alone(
    toy: ToyCourse, tmp_path: Path, make: object, says: str
) -> None:
    assert callable(make)
    make(tmp_path)
    with pytest.raises(CourseError, match=says):
        make_or_update(tmp_path / "full")


def test_a_copy_is_not_made_inside_the_courses_folders_or_another_copy(
    toy: ToyCourse, tmp_path: Path
) -> None:
    with pytest.raises(CourseError, match="notebooks/ folder"):
        make_or_update(toy.root / "notebooks" / "mine")
    make_or_update(toy.root / "my-course")
    with pytest.raises(CourseError, match="another copy"):
        make_or_update(toy.root / "my-course" / "again")


def test_a_folder_that_cannot_be_made_is_one_sentence(toy: ToyCourse, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CourseError, match="cannot be written"):
        make_or_update(tmp_path / "file" / "copy")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_not_writable_is_one_sentence(toy: ToyCourse, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o555)
    with pytest.raises(CourseError, match=r"cannot be written|could not be written"):
        make_or_update(tmp_path / "locked")


def test_a_course_without_built_notebooks_says_what_to_do(toy: ToyCourse, tmp_path: Path) -> None:
    for built in toy.root.rglob("*.ipynb"):
        built.unlink()
    with pytest.raises(CourseError, match="course build"):
        make_or_update(tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("written", range(6))
def test_a_first_run_that_was_cut_short_is_taken_up_again(
    toy: ToyCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    target, left = tmp_path / "copy", written

    def fills_up(place: Path, content: str) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            place.parent.mkdir(parents=True, exist_ok=True)
            raise CourseError("No space left on device.")
        write_atomically(place, content)

    with monkeypatch.context() as patch:
        patch.setattr("course.classroom.copy.write_atomically", fills_up)
        with suppress(CourseError):
            make_or_update(target)
    toy.publish("notebooks/00-welcome.ipynb", notebook(("a", "import course"), ("b", "course.map()  # news")))

    report = make_or_update(target)

    whole = make_or_update(tmp_path / "whole").workspace.root
    files = sorted(file.relative_to(whole) for file in whole.rglob("*") if file.is_file())
    assert (
        sorted(f.relative_to(target) for f in target.rglob("*") if f.is_file() and "backup" not in f.parts)
        == files
    )
    assert (target / "notebooks/00-welcome.ipynb").read_text() == (
        whole / "notebooks/00-welcome.ipynb"
    ).read_text()
    assert report.kept == ()
    assert make_or_update(target).lines() == [f"Your copy of the course: {target} (up to date)"]


def test_a_mark_in_front_of_a_notebook_is_no_matter(toy: ToyCourse, tmp_path: Path) -> None:
    target = make_or_update(tmp_path / "copy").workspace.root
    file = target / "exercises/01-first/01-first.ipynb"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"...", b"MINE = 1"))

    report = make_or_update(target)

    assert report.replaced == ()
    assert "MINE = 1" in file.read_text(encoding="utf-8-sig")


def test_checks_and_hints_stay_in_the_clone(toy: ToyCourse, tmp_path: Path) -> None:
    copy = make_or_update(tmp_path / "copy").workspace.root

    assert [file.name for file in (copy / EXERCISE).parent.iterdir()] == [Path(EXERCISE).name]


@pytest.mark.parametrize(("text", "stays"), [("# checks\n", False), ("# mine\n", True)])
def test_what_learners_got_once_is_taken_away_unless_they_changed_it(
    toy: ToyCourse, tmp_path: Path, text: str, stays: bool
) -> None:
    copy = make_or_update(tmp_path / "copy").workspace.root
    record = read_manifest(copy)
    shipped = hashlib.sha256(b"# checks\n").hexdigest()
    write_manifest(copy, record["notebooks"], record["files"] | {CHECKS: shipped, "../outside.py": shipped})
    (copy / CHECKS).write_text(text)
    (tmp_path / "outside.py").write_text("# checks\n")

    report = make_or_update(copy)

    assert (copy / CHECKS).exists() is stays
    assert report.removed == (() if stays else (CHECKS,))
    assert (tmp_path / "outside.py").exists()
    assert make_or_update(copy).removed == ()
