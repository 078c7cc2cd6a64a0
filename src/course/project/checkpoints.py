"""The state of `my-api` at each chapter, read straight from the sources."""

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from course.catalog import Chapter, Content, catalog, content, readable
from course.errors import CourseError
from course.project.files import package_files, read_tree
from course.project.sources import starter_files, written_files

type _Written = list[tuple[str, str]]
type _Step = Callable[[Content, Chapter], dict[str, str] | _Written]


def files_at(chapter: int, *, exercise: bool = False) -> dict[str, str]:
    """Return the project, path to text, as `begin(chapter)` brings it: all earlier chapters and what this one is given.

    With `exercise=True` the files of the chapter's lesson come on top, and what its exercise is given.
    """
    if not exercise:
        return _files(chapter, ())
    return _files(chapter, (_lesson, _given_exercise))


def files_after_lesson(chapter: int) -> dict[str, str]:
    """Return the project as the chapter's lesson leaves it."""
    return _files(chapter, (_lesson,))


def files_after(chapter: int) -> dict[str, str]:
    """Return checkpoint(chapter): the project with the chapter's lesson and reference solution in it."""
    return _files(chapter, (_lesson, _given_exercise, _solution))


def solution_at(chapter: int) -> tuple[dict[str, str], frozenset[str]]:
    """Return what the reference solution of a chapter's exercise writes, and which of its files only it brings.

    Both are empty for a chapter that has none.
    """
    asked, before = files_after(chapter), files_at(chapter, exercise=True)
    written = {path: text for path, text in asked.items() if before.get(path) != text}
    return written, frozenset(asked.keys() - before.keys())


def known_texts(*, except_solution_of: int | None = None) -> dict[str, set[str]]:
    """Return every text that the course ever gives a path, in any chapter: steps of a lesson and starters included.

    `except_solution_of` leaves one exercise's solution out.
    """
    known: dict[str, set[str]] = {}
    where = content()
    for chapter in catalog().chapters:
        exercise = where.exercise_source(chapter)
        sources: list[Iterable[tuple[str, str]]] = [
            read_tree(folder).items() for folder in (where.given(chapter), where.given_exercise(chapter))
        ]
        sources += [_written(where.lesson_source(chapter)), _starters(exercise)]
        if chapter.number != except_solution_of:
            sources.append(_written(exercise))
        for path, text in (pair for source in sources for pair in source):
            known.setdefault(path, set()).add(text)
    for marker in package_files(list(known)):
        known.setdefault(marker, set()).add("")
    return known


def _files(chapter: int, steps: Sequence[_Step]) -> dict[str, str]:
    """All earlier chapters in full, what this one is given, and these further steps of it, later ones on top."""
    files: dict[str, str] = {}
    where = content()
    for earlier in catalog().chapters:
        if earlier.number > chapter:
            break
        for step in (
            _given,
            *(steps if earlier.number == chapter else (_lesson, _given_exercise, _solution)),
        ):
            try:
                files |= step(where, earlier)
            except _HiddenError as error:
                raise CourseError(
                    f"my-api at chapter {chapter} is built on {error}, which is not on this machine or may not be read: "
                    "get the course's sources anew, or ask who set them up."
                ) from None
    return files | dict.fromkeys(package_files(list(files)) - files.keys(), "")


class _HiddenError(Exception):
    """A source that the project needs cannot be read here; its text names the source."""


def _given(where: Content, chapter: Chapter) -> dict[str, str]:
    return _tree(where, where.given(chapter))


def _given_exercise(where: Content, chapter: Chapter) -> dict[str, str]:
    return _tree(where, where.given_exercise(chapter))


def _lesson(where: Content, chapter: Chapter) -> _Written:
    return _needed(where, where.lesson_source(chapter), where.lesson_notebook(chapter))


def _solution(where: Content, chapter: Chapter) -> _Written:
    built = (where.exercise_notebook(chapter), where.solution_notebook(chapter))
    return _needed(where, where.exercise_source(chapter), *built)


def _tree(where: Content, folder: Path) -> dict[str, str]:
    """All files of a folder that the course gives, if there is one; _HiddenError when one of them cannot be read."""
    if not os.path.lexists(folder):
        return {}
    for path in (folder, *folder.rglob("*")):
        if not readable(path):
            raise _HiddenError(where.name(path))
    return read_tree(folder)


def _needed(where: Content, source: Path, *built: Path) -> _Written:
    """What a source writes. Not written yet is nothing; _HiddenError when only what is built from it is there."""
    if not readable(source) and any(map(os.path.lexists, (source, *built))):
        raise _HiddenError(where.name(source))
    return _written(source)


def _written(source: Path) -> _Written:
    return [(file.path, file.content) for file in written_files(source)] if readable(source) else []


def _starters(source: Path) -> _Written:
    """What the released exercise's cells write: a file with its gaps is nobody's answer."""
    return [(file.path, file.content) for file in starter_files(source)] if readable(source) else []
