"""The course's index: what is not right in it is one sentence that names the file."""

import re
from pathlib import Path

import pytest
from small_courses import write, write_index

from course.catalog import Chapter, catalog, content
from course.errors import CourseError


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURSE_CONTENT", str(tmp_path))
    write_index(tmp_path, {"Part": {"00-start": {}, "01-add": {"exercise_minutes": 20}}})
    return tmp_path


def test_chapters_come_in_the_order_of_the_index(root: Path) -> None:
    assert [(one.number, one.slug, one.part) for one in catalog().chapters] == [
        (0, "00-start", "Part"),
        (1, "01-add", "Part"),
    ]
    assert catalog().chapter(1).has_exercise
    assert not catalog().by_slug("00-start").has_exercise
    with pytest.raises(CourseError, match="There is no chapter 7: the course has chapters 0 to 1"):
        catalog().chapter(7)


def test_a_change_is_seen_at_once(root: Path) -> None:
    assert catalog().chapter(0).minutes == 10
    write(root / "chapters/00-start/chapter.toml", "title = 'Start'\nminutes = 25\n")
    assert catalog().chapter(0).minutes == 25


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("course.toml", "title = ", "course.toml is not TOML"),
        ("course.toml", "title = 'x'\nid = 'x'\nrepository = 'x'\n", "course.toml: `parts` is missing"),
        ("chapters/01-add/chapter.toml", "minutes = 1\n", "01-add/chapter.toml: `title` is missing"),
        (
            "chapters/01-add/chapter.toml",
            "title = 'A'\nminutes = 0\n",
            "01-add/chapter.toml: minutes: input should be",
        ),
        (
            "chapters/01-add/chapter.toml",
            "title = 'A'\nminutes = 1\nminuets = 2\n",
            "01-add/chapter.toml: `minuets` does not belong here",
        ),
        ("chapters/01-add/chapter.toml", "[[", "01-add/chapter.toml is not TOML"),
        (
            "chapters/01-add/chapter.toml",
            "title = 'A'\nminutes = 1\n[[rules]]\nrule = 'a'\nsays = ['a']\nplace = 'b'\n",
            "01-add/chapter.toml: rules 1: `place` does not belong here",
        ),
        (
            "chapters/01-add/chapter.toml",
            "title = 'A'\nminutes = 1\n[blind]\nday = 2026-11-27\nright = 4\nkept = 5\nwrong = 1\ncaught = 1\n",
            "01-add/chapter.toml: blind: no more answers can be kept or caught than there were",
        ),
    ],
)
def test_what_is_not_right_is_named(root: Path, file: str, text: str, told: str) -> None:
    write(root / file, text)
    with pytest.raises(CourseError, match=re.escape(told)):
        catalog()


@pytest.mark.parametrize(
    ("slugs", "told"),
    [
        (["1-add"], "'1-add' is no chapter's name"),
        (["../01-add"], "is no chapter's name"),
        (["01-add", "00-start"], "the chapters' numbers do not rise"),
        (["01-add", "01-sum"], "the chapters' numbers do not rise"),
        ([], "the course has no chapter"),
        (["02-gone"], "02-gone/chapter.toml is missing: course.toml names this chapter"),
    ],
)
def test_an_index_that_cannot_be(root: Path, slugs: list[str], told: str) -> None:
    text = f"title = 'S'\nid = 's'\nrepository = 'a/s'\n[[parts]]\ntitle = 'P'\nchapters = {slugs}\n"
    write(root / "course.toml", text)
    with pytest.raises(CourseError, match=re.escape(told)):
        catalog()


def test_every_source_of_a_chapter_lies_in_its_folder(root: Path) -> None:
    where, chapter = content(), catalog().chapter(1)
    folder = root / "chapters/01-add"
    sources = (where.chapter_file, where.lesson_source, where.quiz_file, where.exercise_source, where.given)
    assert {source(chapter).parent for source in (*sources, where.given_exercise)} == {folder}
    assert isinstance(chapter, Chapter)
    assert where.name(where.lesson_source(chapter)) == "chapters/01-add/lesson.md"
