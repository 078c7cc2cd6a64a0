"""What Formgrader's Generate (`nbgrader generate_assignment`) makes of the real exercises is the release, byte for byte."""

import logging
import shutil
from pathlib import Path

import pytest
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from course.batch.nbgrader_bridge import configure
from course.catalog import Chapter, catalog, content

EXERCISES = [
    one for one in catalog().chapters if one.has_exercise and content().exercise_source(one).is_file()
]


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("chapter", EXERCISES, ids=lambda chapter: chapter.slug)
def test_generate_gives_the_release(chapter: Chapter, tmp_path: Path) -> None:
    clone = content()
    shutil.copytree(clone.solution(chapter), tmp_path / "solutions" / chapter.slug)
    config = Config()
    configure(config, tmp_path)
    place = config.CourseDirectory
    place.source_directory, place.release_directory = "solutions", "exercises"  # as in the clone
    place.assignment_id = chapter.slug
    config.GenerateAssignment.no_database = (
        True  # `nbgrader generate_assignment --no-db`: quick, and as Formgrader else
    )
    config.SaveCells.enabled = False
    GenerateAssignment(
        coursedir=CourseDirectory(config=config), config=config, log=logging.getLogger("quiet")
    ).start()
    assert files_of(tmp_path / "exercises" / chapter.slug) == files_of(clone.exercise(chapter))


@pytest.mark.parametrize("chapter", EXERCISES, ids=lambda chapter: chapter.slug)
def test_no_answer_lies_where_generate_copies_from(chapter: Chapter) -> None:
    """nbgrader releases whatever lies beside the instructor's notebook."""
    beside = files_of(content().solution(chapter)).keys() - {f"{chapter.slug}.ipynb"}
    assert {name for name in beside if not name.startswith("probes/")} == {"checks.py", "hints.toml"}
