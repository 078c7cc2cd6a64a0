"""The state of `my-api` at each chapter, read straight from the sources."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from course.catalog import Chapter, catalog, content
from course.project.files import package_files, read_tree
from course.project.sources import starter_files, written_files

type _Step = Callable[[Chapter], dict[str, str]]


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


def known_texts(*, except_solution_of: int | None = None) -> dict[str, set[str]]:
    """Return every text that the course ever gives a path, in any chapter: steps of a lesson and starters included.

    `except_solution_of` leaves one exercise's solution out.
    """
    known: dict[str, set[str]] = {}
    for chapter in catalog().chapters:
        given = (*_given(chapter).items(), *_given_exercise(chapter).items())
        exercise = content().exercise_source(chapter)
        sources = [given, _written(content().lesson_source(chapter)), _starters(exercise)]
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
    for earlier in catalog().chapters:
        if earlier.number > chapter:
            break
        files |= _given(earlier)
        for step in steps if earlier.number == chapter else (_lesson, _given_exercise, _solution):
            files |= step(earlier)
    return files | dict.fromkeys(package_files(list(files)) - files.keys(), "")


def _given(chapter: Chapter) -> dict[str, str]:
    folder = content().given(chapter)
    return read_tree(folder) if folder.is_dir() else {}


def _given_exercise(chapter: Chapter) -> dict[str, str]:
    folder = content().given_exercise(chapter)
    return read_tree(folder) if folder.is_dir() else {}


def _lesson(chapter: Chapter) -> dict[str, str]:
    return {path: text for path, text in _written(content().lesson_source(chapter))}


def _solution(chapter: Chapter) -> dict[str, str]:
    return {path: text for path, text in _written(content().exercise_source(chapter))}


def _written(source: Path) -> tuple[tuple[str, str], ...]:
    if not source.is_file():
        return ()
    return _read_written(source, source.stat().st_mtime_ns)


@lru_cache(maxsize=128)
def _read_written(source: Path, _mtime: int) -> tuple[tuple[str, str], ...]:
    return tuple((file.path, file.content) for file in written_files(source))


def _starters(source: Path) -> tuple[tuple[str, str], ...]:
    """What the released exercise's cells write: a file with its gaps is nobody's answer."""
    if not source.is_file():
        return ()
    return _read_starters(source, source.stat().st_mtime_ns)


@lru_cache(maxsize=128)
def _read_starters(source: Path, _mtime: int) -> tuple[tuple[str, str], ...]:
    return tuple((file.path, file.content) for file in starter_files(source))
