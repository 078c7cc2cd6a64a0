"""The learners' edition, and how a learner's folder follows it. No hub, no root."""

import json
import logging
from pathlib import Path

import pytest

from course.catalog import catalog, content
from course.classroom.copy import make_or_update
from course.errors import CourseError
from course.grading.exercise import Exercise
from course.project.checkpoints import files_at
from course.workshop.edition import KEPT, open_up_to, publish
from course.workshop.exchange import owner_of
from course.workshop.follow import Follower

ROOT = Path(__file__).parents[2]
HIDDEN = ("held_out.py", "right", "wrong", "solutions", "proofs", "survivors", ".git")


@pytest.fixture
def current(tmp_path: Path) -> Path:
    """Where the learners' edition will be."""
    (tmp_path / "published").mkdir()
    return tmp_path / "published/current"


def test_the_edition_is_the_course_up_to_a_chapter_without_what_learners_may_not_see(current: Path) -> None:
    assert open_up_to(current) is None
    publish(2, current)
    assert open_up_to(current) == 2
    edition = current.resolve()
    files = {path.relative_to(edition).as_posix() for path in edition.rglob("*") if path.is_file()}
    assert [name for name in files if set(name.split("/")) & set(HIDDEN)] == []
    slugs = [chapter.slug for chapter in catalog().chapters]
    assert {f"chapters/{slug}/chapter.toml" for slug in slugs} <= files  # the map names what is to come
    for number, slug in enumerate(slugs[:3]):
        assert f"notebooks/{slug}.ipynb" in files
        assert (f"chapters/{slug}/exercise.md" in files) == (number == 1)  # solutions only below the last one
    later = [name for name in files if any(slug in name for slug in slugs[3:])]
    assert {name.rpartition("/")[2] for name in later} == {"chapter.toml"}
    told = (current / "chapters" / slugs[1] / "chapter.toml").read_text()
    assert "promise" in told
    assert "checked" not in told
    assert "mutant" not in told


def test_learners_can_do_with_it_all_that_they_do(current: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = [chapter.number for chapter in catalog().chapters if content().is_written(chapter)]
    wanted = {number: files_at(number) for number in written}
    with_exercise = [number for number in written if catalog().chapter(number).has_exercise]
    exercises = {number: Exercise.load(number) for number in with_exercise}
    publish(written[-1], current)
    monkeypatch.setenv("COURSE_CONTENT", str(current))
    assert content().root == current.resolve()
    for number in written:
        assert files_at(number) == wanted[number]
    for number, exercise in exercises.items():
        published = Exercise.load(number)
        assert published.tasks == exercise.tasks
        assert published.ground == exercise.ground
        assert dict(published.starters) == dict(exercise.starters)
        assert published.held_out_file is None
        assert published.hint_lists == exercise.hint_lists
        released = (content().exercise(exercise.chapter) / "probes").glob("*.py")
        assert list(published.probe_files) == sorted(released)  # not those that only held-out checks ask


def test_it_is_there_from_one_moment_to_the_next_and_old_ones_go(current: Path) -> None:
    for number in (0, 1, 2, 1, 0):
        made = publish(number, current)
        assert current.resolve() == made.resolve()
    assert len(list(current.parent.iterdir())) == KEPT + 1
    assert {path.stat().st_mode & 0o777 for path in made.rglob("*")} == {0o755, 0o644}


@pytest.mark.parametrize(("number", "says"), [(99, "There is no chapter 99"), (23, "is not written yet")])
def test_what_is_not_there_cannot_be_opened(current: Path, number: int, says: str) -> None:
    publish(0, current)
    with pytest.raises(CourseError, match=says):
        publish(number, current)
    assert open_up_to(current) == 0
    assert [path.name for path in current.parent.iterdir() if path.name.startswith(".")] == []


async def test_a_folder_follows_and_keeps_every_edit(
    current: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(0, current)
    monkeypatch.setenv("COURSE_CONTENT", str(current))
    copy = tmp_path / "copy"
    make_or_update(copy)
    lesson = copy / "notebooks/00-welcome.ipynb"
    notebook = json.loads(lesson.read_text())
    notebook["cells"][0]["source"] = "mine"
    lesson.write_text(json.dumps(notebook))
    mine = lesson.read_bytes()
    follower = Follower(current, copy, logging.getLogger("test"))
    assert not await follower.look()

    monkeypatch.setenv("COURSE_CONTENT", str(ROOT))
    publish(1, current)
    monkeypatch.setenv("COURSE_CONTENT", str(current))
    assert await follower.look()
    assert not await follower.look()
    assert (copy / "exercises/01-project-structure/01-project-structure.ipynb").is_file()
    assert lesson.read_bytes() == mine


def test_a_link_is_nobodys_submission(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    (tmp_path / "file").touch()
    assert owner_of(tmp_path / "folder") != ""
    assert owner_of(tmp_path / "link") == owner_of(tmp_path / "file") == owner_of(tmp_path / "none") == ""
