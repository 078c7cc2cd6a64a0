"""The learners' edition: the course up to one chapter, without what learners are not to see."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from course.catalog import Catalog, Chapter, Content, catalog, content
from course.errors import CourseError
from course.project.files import IGNORED_FOLDERS

OF_A_CHAPTER = ("lesson.md", "quiz.toml", "instrument.py")
FOLDERS_OF_A_CHAPTER = ("given", "given-exercise", "instrument")
"""Checks, hints and the probes of visible checks are in what is released of the exercise."""
SOLUTION = "exercise.md"
OF_THE_COURSE = ("course.toml", "nbgrader_config.py")
KEPT = 3
"""So many editions are kept: kernels that run may still read the one before."""
_NAME = re.compile(r"edition-(?P<number>\d+)-up-to-(?P<chapter>\d+)")


def open_up_to(current: Path) -> int | None:
    """Return the chapter up to which the course is published at this link; None when nothing is."""
    try:
        match = _NAME.fullmatch(os.readlink(current))
    except OSError:
        return None
    return int(match["chapter"]) if match else None


def publish(number: int, current: Path) -> Path:
    """Publish the course up to chapter `number`: `current` leads to a new folder from one moment to the next.

    Raises CourseError when there is no such chapter, or it is not written yet.
    """
    course, source = catalog(), content()
    last = course.chapter(number)
    if not source.is_written(last):
        raise CourseError(f"Chapter {number}, {last.title}, is not written yet: there is nothing to open.")
    place = current.parent
    name = f"edition-{_next(place)}-up-to-{number}"
    building = Path(tempfile.mkdtemp(dir=place, prefix=".building-"))
    try:
        for path, text in _files(course, source, number):
            target = building / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text)
        _let_everybody_read(building)
        building.rename(place / name)
        link = place / f".{name}"
        link.symlink_to(name)
        link.replace(current)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    _remove_old(place, keep=name)
    return place / name


def _files(course: Catalog, source: Content, number: int) -> Iterator[tuple[Path, bytes]]:
    for name in OF_THE_COURSE:
        yield Path(name), (source.root / name).read_bytes()
    for chapter in course.chapters:
        folder = source.folder(chapter).relative_to(source.root)
        yield folder / "chapter.toml", _told(chapter, whole=chapter.number <= number).encode()
        if chapter.number > number:
            continue
        names = (*OF_A_CHAPTER, SOLUTION) if chapter.number < number else OF_A_CHAPTER
        for name in names:
            if (source.folder(chapter) / name).is_file():
                yield folder / name, (source.folder(chapter) / name).read_bytes()
        trees = [source.folder(chapter) / name for name in FOLDERS_OF_A_CHAPTER]
        yield from _below(source.root, *trees, source.exercise(chapter))
        if source.lesson_notebook(chapter).is_file():
            lesson = source.lesson_notebook(chapter)
            yield lesson.relative_to(source.root), lesson.read_bytes()


def _told(chapter: Chapter, *, whole: bool) -> str:
    """What learners read of a chapter.toml: the map's words, without what authors keep there about checks and mutants."""
    kept: dict[str, str | int] = {"title": chapter.title, "minutes": chapter.minutes}
    if chapter.exercise_minutes:
        kept["exercise_minutes"] = chapter.exercise_minutes
    if whole and chapter.promise:
        kept["promise"] = chapter.promise
    return "".join(f"{name} = {_toml(value)}\n" for name, value in kept.items())


def _toml(value: str | int) -> str:
    """A number, or a text: JSON's way to write it is TOML's, too."""
    return json.dumps(value, ensure_ascii=False)


def _below(root: Path, *folders: Path) -> Iterator[tuple[Path, bytes]]:
    for folder in folders:
        for here, names, files in os.walk(folder):
            names[:] = sorted(name for name in names if name not in IGNORED_FOLDERS)
            for name in sorted(files):
                path = Path(here, name)
                if not path.is_symlink() and path.suffix != ".pyc":
                    yield path.relative_to(root), path.read_bytes()


def _let_everybody_read(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _next(place: Path) -> int:
    numbers = [int(match["number"]) for path in place.iterdir() if (match := _NAME.fullmatch(path.name))]
    return max(numbers, default=0) + 1


def _remove_old(place: Path, *, keep: str) -> None:
    editions = sorted(
        (path for path in place.iterdir() if _NAME.fullmatch(path.name)),
        key=lambda path: int(path.name.split("-")[1]),
    )
    for path in editions[:-KEPT]:
        if path.name != keep:
            shutil.rmtree(path, ignore_errors=True)
