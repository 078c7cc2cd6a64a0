"""The README's table of chapters, written from `course.toml`."""

import re

from course.catalog import Catalog, Chapter, Content
from course.errors import CourseError

BEGIN, END = "<!-- chapters -->", "<!-- /chapters -->"
NOTE = "<!-- Derived from course.toml by `course build`. -->"


def with_chapters(readme: str, catalog: Catalog, content: Content) -> str:
    """Return the README with the table between its two markers; without markers it stays as it is.

    Raises CourseError when only one of them is there, or they are in the wrong order.
    """
    if BEGIN not in readme and END not in readme:
        return readme
    found = re.fullmatch(rf"(.*{re.escape(BEGIN)}\n).*({re.escape(END)}\n.*)", readme, re.DOTALL)
    if found is None:
        raise CourseError(f"README.md: the table of chapters needs {BEGIN} and {END}, each on its own line.")
    return f"{found[1]}{chapter_table(catalog, content)}\n{found[2]}"


def chapter_table(catalog: Catalog, content: Content) -> str:
    """Return the table of all chapters: those that are written link to their notebooks."""
    rows = [NOTE, "", "| Chapter | You learn to … | Lesson | Exercise |", "|---|---|---|---|"]
    part = ""
    for chapter in catalog.chapters:
        if chapter.part != part:
            part = chapter.part
            rows.append(f"| **{part}** | | | |")
        rows.append(_row(chapter, content))
    return "\n".join([*rows, ""])


def _row(chapter: Chapter, content: Content) -> str:
    name = f"{chapter.number:02} {chapter.title}"
    exercise = f"{chapter.exercise_minutes} min" if chapter.has_exercise else ""
    if not content.is_written(chapter):
        return f"| {name} | in preparation | {chapter.minutes} min | {exercise} |"
    lesson = content.lesson_notebook(chapter).relative_to(content.root).as_posix()
    if chapter.has_exercise and content.solution_source(chapter).is_file():
        link = content.exercise_notebook(chapter).relative_to(content.root).as_posix()
        exercise = f"[{exercise}]({link})"
    return f"| [{name}]({lesson}) | {chapter.promise} | {chapter.minutes} min | {exercise} |"
