"""What the course ships, derived afresh from its sources: for folders in which people work in place.

There the built notebooks are the ones being worked in, so they say nothing of what was shipped.
"""

import hashlib

from course.catalog import Chapter, catalog, content
from course.classroom.merge import Notebook, shipped
from course.grading.release import exercise_files
from course.project.cells import without_outputs
from course.project.myst import to_lesson
from course.project.notebooks import from_text


def original_exercise(chapter: Chapter) -> dict[str, str]:
    """Return the released files of a chapter's exercise, path in the copy to text; CourseError when it does not build."""
    where = content()
    return {
        where.name(path): text
        for path, text in exercise_files(chapter, where).items()
        if where.exercise(chapter) in path.parents
    }


def original_record() -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Return the record that a fresh copy would have: notebooks' cells and files' digests, by path."""
    where = content()
    notebooks: dict[str, dict[str, str]] = {}
    files: dict[str, str] = {}
    for chapter in catalog().chapters:
        if not where.is_written(chapter):
            continue
        lesson = to_lesson(where.lesson_source(chapter), derived_from="")
        notebooks[f"notebooks/{chapter.slug}.ipynb"] = shipped(lesson)
        for path, text in original_exercise(chapter).items():
            if path.endswith(".ipynb"):
                notebooks[path] = shipped(as_released(text))
            else:
                files[path] = hashlib.sha256(text.encode()).hexdigest()
    return notebooks, files


def as_released(text: str) -> Notebook:
    """Return a released notebook's text as learners get it."""
    return without_outputs(from_text(text))
