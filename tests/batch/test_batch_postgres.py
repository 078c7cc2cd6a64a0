"""A gradebook in a real PostgreSQL server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from batch_helpers import nbgrader, rows, scores
from postgres_server import postgres

from course.batch.run import grade_all
from course.errors import CourseError


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with postgres() as url:
        yield url


def test_a_gradebook_in_postgresql(stock: Path, handed_in: Path, url: str) -> None:
    with (handed_in / "nbgrader_config.py").open("a") as file:
        file.write(f"\nc.CourseDirectory.db_url = {url!r}\n")
    report = grade_all(handed_in)
    assert (report.graded, report.recorded) == (8, 8)
    stock_url = f"sqlite:///{stock}/.course/gradebook.db"
    assert scores(url) == scores(stock_url)
    # SQLite has no type for dates and flags
    assert _plain(rows(url)) == _plain(rows(stock_url))
    assert not (handed_in / ".course/gradebook.db").exists()
    assert grade_all(handed_in).unchanged == 8

    nbgrader(handed_in, "generate_feedback", "01-shop")
    assert len(list((handed_in / ".course/feedback").rglob("*.html"))) == 8


def test_a_server_that_is_not_there_is_a_sentence(handed_in: Path) -> None:
    pytest.importorskip("psycopg")
    with (handed_in / "nbgrader_config.py").open("a") as file:
        file.write("\nc.CourseDirectory.db_url = 'postgresql+psycopg://me:secret@/course?host=/nowhere'\n")
    with pytest.raises(CourseError, match=r"The gradebook at postgresql.* cannot be opened: ") as caught:
        grade_all(handed_in)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def _plain(tables: dict[str, list[dict[str, object]]]) -> dict[str, list[dict[str, str]]]:
    def text(value: object) -> str:
        if isinstance(value, bool):
            return str(int(value))
        return str(value).removesuffix(".000000")

    plain = {
        table: [{name: text(value) for name, value in row.items()} for row in found]
        for table, found in tables.items()
    }
    return {table: sorted(found, key=repr) for table, found in plain.items()}
