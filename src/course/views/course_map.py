"""The course map: every chapter, what it takes, and how far the learner is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from course.views.theme import el, page, text_table
from course.views.view import View


class ChapterState(StrEnum):
    """How far a chapter is."""

    NOT_STARTED = "not started"
    STARTED = "in progress"
    DONE = "done"


@dataclass(frozen=True)
class MapRow:
    """One chapter on the map. `lesson` and `exercise` are links (empty: none); `score` is None before an attempt."""

    part: str
    number: int
    title: str
    minutes: int
    state: ChapterState = ChapterState.NOT_STARTED
    score: float | None = None
    maximum: float = 0.0
    lesson: str = ""
    exercise: str = ""
    exercise_minutes: int = 0
    written: bool = True


@dataclass(frozen=True)
class Resume:
    """Where to go on: `Resume("01 Project structure, task 1.2", "exercises/…ipynb")`."""

    label: str
    link: str = ""


def course_map_view(
    rows: Sequence[MapRow], resume: Resume | None = None, *, title: str = "Course map"
) -> View:
    """Show the chapters grouped by part, with progress in bar and words, and where to continue."""
    text = text_table([(f"{row.number:02}", row.title, row.state) for row in rows])
    return View(page("map", el("pre", text)), text)
