"""The README's tables: the chapters, from `course.toml`, and the proof of the exercises, from what is stored of it."""

import re
from collections.abc import Callable

from course.catalog import Catalog, Chapter, Content
from course.errors import CourseError

BEGIN, END = "<!-- chapters -->", "<!-- /chapters -->"
NOTE = "<!-- Derived from course.toml and chapters/ by `course build`. -->"
QUALITY_BEGIN, QUALITY_END = "<!-- quality -->", "<!-- /quality -->"
QUALITY_NOTE = "<!-- Derived from chapters/ by `course build`; measured by `course verify --mutants`. -->"


def with_chapters(readme: str, catalog: Catalog, content: Content) -> str:
    """Return the README with the table between its two markers; without markers it stays as it is.

    Raises CourseError when only one of them is there, or they are in the wrong order.
    """
    return _between(readme, BEGIN, END, "chapters", lambda: chapter_table(catalog, content))


def with_quality(readme: str, catalog: Catalog, content: Content) -> str:
    """Return the README with the proof of the exercises between its two markers; without markers it stays as it is.

    Raises CourseError when only one of them is there, or for a malformed `chapter.toml`.
    """
    return _between(readme, QUALITY_BEGIN, QUALITY_END, "quality", lambda: quality_table(catalog, content))


def quality_table(catalog: Catalog, content: Content) -> str:
    """Return the table of all written exercises: the last blind trial, answer cards, and mutants."""
    rows = [
        QUALITY_NOTE,
        "",
        "| Exercise | Blind trial | Right ones kept | Wrong ones caught | Cards | Mutants killed | Survive, with a reason |",
        "|---|---|---|---|---|---|---|",
    ]
    for chapter in catalog.chapters:
        if content.exercise_source(chapter).is_file():
            rows.append(_quality_row(chapter, content))
    return "\n".join([*rows, ""])


def _quality_row(chapter: Chapter, content: Content) -> str:
    folder = content.folder(chapter)
    right, wrong = (len(list((folder / kind).glob("*.md"))) for kind in ("right", "wrong"))
    measured = chapter.mutants
    mutants = (
        f"{measured.killed} of {measured.count} ({measured.score}) | {measured.alive}"
        if measured
        else "not measured |"
    )
    tried = chapter.blind
    trial = (
        f"{tried.day} | {tried.kept} of {tried.right} | {tried.caught} of {tried.wrong}"
        if tried
        else "none | |"
    )
    return f"| {chapter.number:02} {chapter.title} | {trial} | {right} right, {wrong} wrong | {mutants} |"


def _between(readme: str, begin: str, end: str, what: str, table: Callable[[], str]) -> str:
    if begin not in readme and end not in readme:
        return readme
    found = re.fullmatch(rf"(.*{re.escape(begin)}\n).*({re.escape(end)}\n.*)", readme, re.DOTALL)
    if found is None:
        raise CourseError(f"README.md: the table of {what} needs {begin} and {end}, each on its own line.")
    return f"{found[1]}{table()}\n{found[2]}"


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
    if chapter.has_exercise and content.exercise_source(chapter).is_file():
        link = content.exercise_notebook(chapter).relative_to(content.root).as_posix()
        exercise = f"[{exercise}]({link})"
    return f"| [{name}]({lesson}) | {chapter.promise} | {chapter.minutes} min | {exercise} |"
