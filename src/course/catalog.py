"""`course.toml` as typed objects: the one ordered index of chapters."""

import os
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from course.errors import CourseError


@dataclass(frozen=True)
class Chapter:
    """One lesson and, where it has one, its exercise."""

    number: int
    slug: str
    title: str
    part: str
    minutes: int
    exercise_minutes: int = 0
    handbook: str | None = None
    promise: str = ""

    @property
    def has_exercise(self) -> bool:
        return self.exercise_minutes > 0


@dataclass(frozen=True)
class Catalog:
    """The course: its name, where it is published and its chapters in order."""

    title: str
    id: str
    repository: str
    chapters: tuple[Chapter, ...]

    def chapter(self, number: int) -> Chapter:
        """Return the chapter with this number; CourseError when the course has none."""
        for chapter in self.chapters:
            if chapter.number == number:
                return chapter
        last = self.chapters[-1].number
        raise CourseError(f"There is no chapter {number}: the course has chapters 0 to {last}.")

    def by_slug(self, slug: str) -> Chapter:
        """Return the chapter with this slug, such as `01-project-structure`; CourseError when there is none."""
        for chapter in self.chapters:
            if chapter.slug == slug:
                return chapter
        raise CourseError(f"There is no chapter named {slug!r} in course.toml.")


@dataclass(frozen=True)
class Content:
    """The clone that holds the sources, as paths."""

    root: Path

    @property
    def chapters(self) -> Path:
        """The folders of the chapters, one each."""
        return self.root / "chapters"

    def lesson_source(self, chapter: Chapter) -> Path:
        return self.root / "notebooks" / f"{chapter.slug}.md"

    def lesson_notebook(self, chapter: Chapter) -> Path:
        return self.root / "notebooks" / f"{chapter.slug}.ipynb"

    def quiz_file(self, chapter: Chapter) -> Path:
        return self.root / "notebooks" / f"{chapter.slug}.quiz.toml"

    def given(self, chapter: Chapter) -> Path:
        """What the chapter's lesson starts with, beside all earlier chapters: a colleague's code, mostly."""
        return self.root / "given" / chapter.slug

    def given_exercise(self, chapter: Chapter) -> Path:
        """The same for the chapter's exercise; what it holds is there to be mended, so no lesson ends with it."""
        return self.root / "given" / f"{chapter.slug}-exercise"

    def solution(self, chapter: Chapter) -> Path:
        return self.root / "solutions" / chapter.slug

    def solution_source(self, chapter: Chapter) -> Path:
        return self.solution(chapter) / f"{chapter.slug}.md"

    def exercise(self, chapter: Chapter) -> Path:
        """The released exercise: what learners get."""
        return self.root / "exercises" / chapter.slug

    def exercise_notebook(self, chapter: Chapter) -> Path:
        return self.exercise(chapter) / f"{chapter.slug}.ipynb"

    def is_written(self, chapter: Chapter) -> bool:
        """Whether the chapter's lesson exists yet (the course is published as it grows)."""
        return self.lesson_source(chapter).is_file()


def content() -> Content:
    """Return the sources this installation belongs to; CourseError when they cannot be found.

    `COURSE_CONTENT` names another clone; without it, it is the one the package is installed from.
    """
    root = Path(os.environ.get("COURSE_CONTENT") or Path(__file__).parents[2]).resolve()
    if not (root / "course.toml").is_file():
        raise CourseError(
            f"The course's sources are not at {root}: install it from a clone (uv sync, or pip install -e .)."
        )
    return Content(root)


@lru_cache(maxsize=4)
def _read(path: Path, _mtime: int) -> Catalog:
    with path.open("rb") as file:
        data: dict[str, Any] = tomllib.load(file)
    chapters = tuple(
        Chapter(part=part["title"], **chapter) for part in data["parts"] for chapter in part["chapters"]
    )
    return Catalog(data["title"], data["id"], data["repository"], chapters)


def catalog() -> Catalog:
    """Read `course.toml` (again only when it changed)."""
    path = content().root / "course.toml"
    return _read(path, path.stat().st_mtime_ns)
