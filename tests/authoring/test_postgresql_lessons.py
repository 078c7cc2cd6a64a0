"""Lessons with cells for PostgreSQL: built with one, validated with and without one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from small_courses import write

from course import postgresql
from course.authoring.build import build
from course.errors import CourseError

LESSON = """
    # Add

    ```{code-cell} ipython3
    import course

    url = await course.postgres()
    print("on PostgreSQL" if url else "on SQLite")
    ```

    ```{code-cell} ipython3
    :tags: [postgresql]

    print(url.partition(":")[0] if url else "sqlite")
    ```

    ```{code-cell} ipython3
    print("the same everywhere")
    ```
"""


@pytest.fixture
def lesson(small_course: Path) -> Path:
    source = small_course / "chapters/01-add/lesson.md"
    front_matter = source.read_text().partition("# Add")[0]
    write(source, LESSON)
    source.write_text(front_matter + source.read_text())
    return small_course / "notebooks/01-add.ipynb"


def validate(notebook: Path, **environment: str) -> str:
    options = ["-p", "course.authoring.validation", "-p", "no:cacheprovider", "-rA", "-n0"]
    write(notebook.with_name("pytest.ini"), "[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, notebook.name],
        cwd=notebook.parent,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.skipif(not postgresql.is_installed(), reason="no PostgreSQL is installed")
def test_a_lesson_is_valid_with_and_without_postgresql(lesson: Path) -> None:
    build([1])
    assert "on PostgreSQL" in lesson.read_text()
    assert "3 passed" in validate(lesson)
    assert "3 passed" in validate(lesson, COURSE_POSTGRESQL="off")


@pytest.mark.skipif(not postgresql.is_installed(), reason="no PostgreSQL is installed")
def test_with_postgresql_its_cells_are_compared(lesson: Path) -> None:
    build([1])
    lesson.write_text(lesson.read_text().replace("postgresql+asyncpg", "mysql"))
    assert "1 failed, 2 passed" in validate(lesson)


def test_it_is_not_built_without(lesson: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_POSTGRESQL", "off")
    with pytest.raises(CourseError, match="it cannot be built without"):
        build([1])
