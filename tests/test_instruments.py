"""Instruments: what chapters add to `import course`, found by their text and loaded when they are asked for."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import course
from course import instruments
from course.errors import CourseError

PACKAGE = {
    "__init__.py": '"""A package."""\nfrom .inside import draw\n__all__ = ["draw"]\n',
    "inside.py": "from . import shared\n\n\ndef draw() -> int:\n    return shared.ONE\n",
    "shared.py": "ONE = 1\n",
}


@pytest.fixture(autouse=True)
def chapters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Chapters with an instrument of one file, and one that is a package."""
    (tmp_path / "course.toml").touch()
    (tmp_path / "chapters/01-first").mkdir(parents=True)
    (tmp_path / "chapters/01-first/instrument.py").write_text(
        '__all__ = ["measure"]\n\n\ndef measure() -> str:\n    return "measured"\n'
    )
    (tmp_path / "chapters/02-second/instrument").mkdir(parents=True)
    for name, text in PACKAGE.items():
        (tmp_path / "chapters/02-second/instrument" / name).write_text(text)
    monkeypatch.setenv("COURSE_CONTENT", str(tmp_path))
    before = dict(vars(course))
    yield tmp_path / "chapters"
    for name in set(vars(course)) - set(before):
        delattr(course, name)
    for name in [name for name in sys.modules if name.startswith(instruments.PREFIX)]:
        del sys.modules[name]


def test_the_course_has_what_chapters_add() -> None:
    assert course.measure() == "measured"
    assert course.draw() == 1
    assert {"begin", "draw", "measure"} <= set(dir(course))


def test_nothing_is_loaded_before_it_is_asked_for(chapters: Path) -> None:
    (chapters / "01-first/instrument.py").write_text('__all__ = ["measure"]\nraise SystemExit\n')
    assert course.draw() == 1
    assert "course_instrument_01_first" not in sys.modules


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'mesure'; it has .*begin.*draw.*measure"):
        course.mesure  # noqa: B018 - the mistake is the point


def test_an_instrument_that_fails_is_one_sentence(chapters: Path) -> None:
    place = chapters / "01-first/instrument.py"
    place.write_text('__all__ = ["measure"]\n1 / 0\n')
    with pytest.raises(CourseError, match=r"01-first/instrument\.py cannot be loaded: ZeroDivisionError"):
        course.measure  # noqa: B018 - loading is the point
    place.write_text('__all__ = ["measure"]\n')
    with pytest.raises(CourseError, match="names measure in __all__ and does not define it"):
        course.measure  # noqa: B018 - loading is the point
    place.write_text("def (:\n")
    with pytest.raises(CourseError, match="does not parse: line 1"):
        course.measure  # noqa: B018 - loading is the point
    place.write_text("def measure(): ...\n")
    with pytest.raises(CourseError, match="has no __all__"):
        course.measure  # noqa: B018 - loading is the point


def test_a_name_that_two_have_is_a_finding(chapters: Path) -> None:
    assert instruments.findings() == []
    (chapters / "01-first/instrument.py").write_text('__all__ = ["begin", "draw"]\n')
    assert instruments.findings() == [
        "course.begin of chapters/01-first/instrument.py is hidden: the engine has that name.",
        "course.draw is defined twice: chapters/01-first/instrument.py and chapters/02-second/instrument/__init__.py.",
    ]


def test_tests_and_checks_beside_an_instrument_find_it(chapters: Path) -> None:
    assert instruments.of_chapter(chapters / "02-second/test_it.py").shared.ONE == 1
    assert instruments.of_chapter(chapters / "01-first/checks.py").measure() == "measured"
    with pytest.raises(CourseError, match="03-third has no instrument"):
        instruments.of_chapter(chapters / "03-third/checks.py")
