"""The page that says where the test command's time goes."""

from pathlib import Path

import pytest

from benchmarks.test_times import cost_of, page, read
from course.catalog import catalog

TIMES = """\
<testsuites><testsuite>
<testcase classname="notebooks.{one}" name="Cell 1" time="20"/>
<testcase classname="tests.browser.test_lessons" name="test_the_pictures_of_a_lesson[{one}]" time="5"/>
<testcase classname="tests.authoring.test_real_course" name="test_a_chapter_is_verified[{one}]" time="15"/>
<testcase classname="tests.browser.test_first_hour" name="test_lesson_00" time="50"/>
<testcase classname="tests.test_cli" name="test_help" time="10"/>
</testsuite></testsuites>
"""


@pytest.fixture
def times(tmp_path: Path) -> Path:
    file = tmp_path / "times.xml"
    file.write_text(TIMES.format(one=catalog().chapter(1).slug))
    return file


def test_rooms_and_chapters_have_their_seconds(times: Path) -> None:
    cases, chapters = read(times), catalog().chapters
    lines = page(cases, chapters)
    assert "| tests/browser | 2 | 55 | 55% |" in lines
    assert "| all | 5 | 100 |  |" in lines
    assert sum(cost_of(catalog().chapter(1), cases).values()) == 40
    assert cost_of(catalog().chapter(2), cases) == {}
    told = lines[-1]
    assert told.startswith("One more chapter costs 40 worker seconds, 20 on the clock (goal: 30).")
    minutes = (100 + (len(chapters) - 1) * 40) / 2 / 60
    assert f"takes {minutes:.0f} minutes on two cores" in told
