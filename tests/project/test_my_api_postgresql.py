"""`my-api`'s own tests, on PostgreSQL too: every checkpoint that has a database's address in its settings.

On SQLite they run with the other tools of each checkpoint (`tests/test_repository.py`).
"""

from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import pytest

from course import postgresql
from course.catalog import Chapter, catalog, content
from course.project.checkpoints import files_after, files_after_lesson
from course.project.files import write_file
from course.project.tools.launch import run
from course.project.workspace import Workspace

FIRST_WITH_A_DATABASE = 13
WRITTEN = [chapter for chapter in catalog().chapters if content().is_written(chapter)]
ON_BOTH = [
    chapter
    for chapter in WRITTEN
    if "database_url" in files_after_lesson(chapter.number).get("app/config.py", "")
]
INSERTED = "SELECT tup_inserted FROM pg_stat_database WHERE datname = current_database()"


def test_every_chapter_with_a_database_runs_on_both() -> None:
    assert [chapter.number for chapter in ON_BOTH] == [
        chapter.number for chapter in WRITTEN if chapter.number >= FIRST_WITH_A_DATABASE
    ]


@pytest.mark.skipif(not postgresql.is_installed(), reason="no PostgreSQL is installed")
@pytest.mark.parametrize("stage", [files_after_lesson, files_after], ids=["lesson", "solution"])
@pytest.mark.parametrize("chapter", ON_BOTH, ids=lambda chapter: chapter.slug)
async def test_its_own_tests_pass_on_postgresql(chapter: Chapter, stage: object, tmp_path: Path) -> None:
    assert callable(stage)
    project = Workspace(tmp_path).project
    for path, text in stage(chapter.number).items():
        write_file(project, path, text)
    url = await postgresql.empty_database()

    ran = await run(
        "pytest", "-q", "-p", "no:cacheprovider", "-p", "pytest_asyncio.plugin", "-p", "course.project.hashes", "tests",
        project=project,
        more={"APP_DATABASE_URL": url},
        seconds=300,
    )  # fmt: skip

    assert ran.status == 0, ran.said[-4000:]
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        assert await connection.fetchval(INSERTED) > 0, "nothing was written there: the tests ran elsewhere"
    finally:
        await connection.close()
    assert not list(project.glob("*.db")), "they wrote a file, too"
