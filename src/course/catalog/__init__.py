"""The course as typed objects: `course.toml`, the one ordered index, and the `chapter.toml` of each chapter's folder."""

import os
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Self

from pydantic import Field, NonNegativeInt, PositiveInt, field_validator, model_validator

from course.catalog.tables import Table, read_table
from course.errors import CourseError

_SLUG = re.compile(r"(?P<number>\d\d)-[a-z0-9]+(?:-[a-z0-9]+)*")


class Rule(Table):
    """One rule of the handbook: its place there, in the lesson, and what would notice that it is broken."""

    rule: str = Field(min_length=1)
    says: tuple[str, ...] = Field(min_length=1)  # which of the section's words it is about
    taught: str = Field(min_length=1)  # a heading of the lesson
    checked: tuple[str, ...] = ()  # checks of the exercise, tools of the checkpoint
    unchecked: str = ""  # why nothing can check it, where nothing does


class Correction(Table):
    """One erratum: where the handbook is wrong today, where the lesson says so, and the cell that proves it."""

    erratum: str = Field(pattern=r"^E\d\d[a-z]?$")
    corrects: str = Field(min_length=1)  # what is true instead, in one sentence
    taught: str = Field(min_length=1)  # a heading of the lesson
    proof: str = ""  # some text of a code cell under that heading
    minor: str = ""  # or some text of the prose under it, for what needs no proof


class Survivor(Table):
    """Mutants of the reference solution that no check kills, and the one reason for all of them."""

    mutant: str = Field(min_length=1, pattern=r"\S")  # a mutant's key, in which `*` stands for any text
    reason: str = Field(min_length=1, pattern=r"\S")
    count: PositiveInt = 1

    def fits(self, key: str) -> bool:
        """Whether this reason is for the mutant with this key."""
        return re.fullmatch(".*".join(map(re.escape, self.mutant.split("*"))), key) is not None


class Mutants(Table):
    """What `course verify --mutants` measured: how many there are, how many are killed, and why the others live."""

    count: NonNegativeInt
    killed: NonNegativeInt
    survivors: tuple[Survivor, ...] = ()

    @field_validator("survivors")
    @classmethod
    def _each_once(cls, survivors: tuple[Survivor, ...]) -> tuple[Survivor, ...]:
        for name, count in Counter(one.mutant for one in survivors).items():
            if count > 1:
                raise ValueError(f"{name!r} is explained twice")
        return survivors

    @property
    def alive(self) -> int:
        """How many survive, by their reasons."""
        return sum(one.count for one in self.survivors)

    @property
    def score(self) -> str:
        """The part that is killed, rounded down: 99.9 % is not all of them."""
        return f"{100 * self.killed // self.count} %" if self.count else "none"


class Blind(Table):
    """The last blind trial: what people who had seen only the released notebook answered, and how it was graded."""

    day: date
    right: NonNegativeInt
    kept: NonNegativeInt
    """So many of the right answers had full points."""
    wrong: NonNegativeInt
    caught: NonNegativeInt
    """So many of the wrong answers lost points in their own task."""

    @model_validator(mode="after")
    def _no_more_than_there_were(self) -> Self:
        if self.kept > self.right or self.caught > self.wrong:
            raise ValueError("no more answers can be kept or caught than there were")
        return self


class Chapter(Table):
    """One lesson and, where it has one, its exercise: what its `chapter.toml` says, and its place in the course."""

    slug: str
    part: str
    title: str = Field(min_length=1)
    promise: str = ""
    minutes: PositiveInt
    exercise_minutes: NonNegativeInt = 0
    handbook: str | None = None

    says: tuple[str, ...] = ()  # what the handbook's section says, in a few of its words
    rules: tuple[Rule, ...] = ()
    errata: tuple[str, ...] = ()  # where the section is wrong, unsafe or outdated
    corrections: tuple[Correction, ...] = ()
    mutants: Mutants | None = None
    blind: Blind | None = None

    @property
    def number(self) -> int:
        """The chapter's number, which its slug begins with."""
        return int(self.slug[:2])

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
        """Return the chapter with this slug, its folder's name in `chapters/`; CourseError when there is none."""
        for chapter in self.chapters:
            if chapter.slug == slug:
                return chapter
        raise CourseError(f"There is no chapter named {slug!r} in course.toml.")


@dataclass(frozen=True)
class Content:
    """The clone that holds the sources, as paths. A chapter's sources are one folder; all else is built from it."""

    root: Path

    @property
    def chapters(self) -> Path:
        """The folder in which each chapter has its own."""
        return self.root / "chapters"

    def folder(self, chapter: Chapter) -> Path:
        """The one place in which an author edits a chapter."""
        return self.chapters / chapter.slug

    def chapter_file(self, chapter: Chapter) -> Path:
        return self.folder(chapter) / "chapter.toml"

    def lesson_source(self, chapter: Chapter) -> Path:
        return self.folder(chapter) / "lesson.md"

    def quiz_file(self, chapter: Chapter) -> Path:
        return self.folder(chapter) / "quiz.toml"

    def exercise_source(self, chapter: Chapter) -> Path:
        """The exercise with its solution."""
        return self.folder(chapter) / "exercise.md"

    def given(self, chapter: Chapter) -> Path:
        """What the chapter's lesson starts with, beside all earlier chapters: a colleague's code, mostly."""
        return self.folder(chapter) / "given"

    def given_exercise(self, chapter: Chapter) -> Path:
        """The same for the chapter's exercise; what it holds is there to be fixed, so no lesson ends with it."""
        return self.folder(chapter) / "given-exercise"

    def lesson_notebook(self, chapter: Chapter) -> Path:
        """Built: the lesson, executed."""
        return self.root / "notebooks" / f"{chapter.slug}.ipynb"

    def solution(self, chapter: Chapter) -> Path:
        """Built: the instructor's folder, nbgrader's source of the assignment."""
        return self.root / "solutions" / chapter.slug

    def solution_notebook(self, chapter: Chapter) -> Path:
        return self.solution(chapter) / f"{chapter.slug}.ipynb"

    def exercise(self, chapter: Chapter) -> Path:
        """Built: the released exercise, what learners get."""
        return self.root / "exercises" / chapter.slug

    def proof(self, chapter: Chapter) -> Path:
        """Written by `course verify`: of which state of the chapter the exercise is proved."""
        return self.root / "proofs" / f"{chapter.slug}.toml"

    def exercise_notebook(self, chapter: Chapter) -> Path:
        return self.exercise(chapter) / f"{chapter.slug}.ipynb"

    def is_written(self, chapter: Chapter) -> bool:
        """Whether the chapter's lesson exists yet (the course is published as it grows)."""
        return readable(self.lesson_source(chapter))

    def is_published(self, chapter: Chapter) -> bool:
        """Whether there is a lesson to read, be its source hidden from this user or not."""
        return self.is_written(chapter) or readable(self.lesson_notebook(chapter))

    def name(self, path: Path) -> str:
        """A file's path in the clone, for sentences."""
        return path.relative_to(self.root).as_posix()


def readable(path: Path) -> bool:
    """Whether a file or folder is there and this user may read it. Never raises: clones hide what learners are not to see."""
    return os.access(path, os.R_OK | os.X_OK if os.path.isdir(path) else os.R_OK)


def content() -> Content:
    """Return the sources this installation belongs to; CourseError when they cannot be found.

    `COURSE_CONTENT` names another clone; without it, it is the one the package is installed from.
    """
    root = Path(os.environ.get("COURSE_CONTENT") or Path(__file__).parents[3]).resolve()
    if not readable(root / "course.toml"):
        raise CourseError(
            f"The course's sources are not at {root}: install it from a clone (uv sync, or pip install -e .)."
        )
    return Content(root)


def catalog() -> Catalog:
    """Read the course's index and its chapters (again only when one of them changed).

    Raises CourseError, naming the file and the place, when one is missing or says what it cannot.
    """
    where = content()
    path = where.root / "course.toml"
    index = _index(path, _changed(path))
    files = [where.chapters / slug / "chapter.toml" for _, slugs in index.parts for slug in slugs]
    return _catalog(index, where, tuple(map(_changed, files)))


class _Part(Table):
    title: str = Field(min_length=1)
    chapters: tuple[str, ...]


class _CourseFile(Table):
    title: str = Field(min_length=1)
    id: str = Field(min_length=1)
    repository: str = Field(min_length=1)
    parts: tuple[_Part, ...] = Field(min_length=1)


@dataclass(frozen=True)
class _Index:
    title: str
    id: str
    repository: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except PermissionError:
        raise CourseError(
            f"{path.parent.name}/{path.name} may not be read by this user: the course needs it of every chapter."
        ) from None
    except OSError:
        raise CourseError(
            f"{path.parent.name}/{path.name} is missing: course.toml names this chapter, so it needs a folder with this "
            "file (its title and minutes at least)."
        ) from None


@lru_cache(maxsize=4)
def _index(path: Path, _mtime: int) -> _Index:
    file = read_table(_CourseFile, path)
    slugs = [slug for part in file.parts for slug in part.chapters]
    for slug in slugs:
        if _SLUG.fullmatch(slug) is None:
            raise CourseError(
                f"course.toml: {slug!r} is no chapter's name; write two digits and words, such as 07-some-words."
            )
    numbers = [int(slug[:2]) for slug in slugs]
    if numbers != sorted(set(numbers)):
        raise CourseError("course.toml: the chapters' numbers do not rise; each chapter has its own.")
    if not slugs:
        raise CourseError("course.toml: the course has no chapter.")
    parts = tuple((part.title, part.chapters) for part in file.parts)
    return _Index(file.title, file.id, file.repository, parts)


@lru_cache(maxsize=4)
def _catalog(index: _Index, where: Content, _mtimes: tuple[int, ...]) -> Catalog:
    chapters = tuple(
        read_table(Chapter, where.chapters / slug / "chapter.toml", slug=slug, part=part)
        for part, slugs in index.parts
        for slug in slugs
    )
    return Catalog(index.title, index.id, index.repository, chapters)
