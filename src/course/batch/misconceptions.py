"""Which wrong card a failure looks like: its fingerprint is the checks that fail, with what they say."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path

from course.batch.engines import in_threads
from course.catalog import content
from course.errors import CourseError
from course.grading.answers import Answers
from course.grading.cards import Card, read_card
from course.grading.exercise import Exercise
from course.grading.keys import digest, exercise_key
from course.grading.runner import grade
from course.grading.verdict import CheckResult, Outcome, TaskVerdict
from course.project.files import write_atomically

ALIKE = 0.85
"""How alike two messages are that say the same of different inputs."""
_DATA = re.compile(r"\d+|\b[0-9a-f]{8,}\b")

type Mark = tuple[str, str]
"""A failing check and its message."""


@dataclass(frozen=True)
class Fingerprint:
    """A wrong card: the misconception it is named after, why people have it, and how it fails."""

    name: str
    task: str
    because: str
    marks: tuple[Mark, ...]


def fingerprints(exercise: Exercise, cache: Path, *, workers: int) -> tuple[Fingerprint, ...]:
    """Return the fingerprints of an exercise's wrong cards, graded once and kept in the file `cache`.

    Cards that are malformed are left out: `course verify` names them.
    """
    cards = [card for path in _card_files(exercise) if (card := _card(path))]
    key = digest([exercise_key(exercise), *(card.path.read_text(encoding="utf-8") for card in cards)])
    if (known := _read(cache, key)) is not None:
        return known
    found = tuple(
        sorted(in_threads(cards, lambda card: _fingerprint(exercise, card), workers=workers), key=_name)
    )
    rows = [[one.name, one.task, one.because, one.marks] for one in found]
    write_atomically(cache, json.dumps({"key": key, "cards": rows}) + "\n")
    return found


class Matcher:
    """Names the misconception behind a failing check."""

    def __init__(self, known: Iterable[Fingerprint]) -> None:
        self._known = tuple(known)

    def __call__(self, task: TaskVerdict, result: CheckResult) -> str:
        """The card that fails this check with this message and is most like the whole task; empty when none does."""
        own = _marks(task)
        best, name = 0.0, ""
        for card in self._known:
            if card.task != task.task or not _has(card.marks, (result.name, plain(result.message))):
                continue
            shared = sum(_has(card.marks, mark) for mark in own)
            likeness = shared / (len(own) + len(card.marks) - shared)
            if likeness > best:
                best, name = likeness, card.name
        return name


def plain(message: str) -> str:
    """A message without the numbers in it: the checks' inputs are random."""
    return _DATA.sub("0", message)


def _has(marks: Iterable[Mark], wanted: Mark) -> bool:
    return any(name == wanted[0] and _alike(message, wanted[1]) for name, message in marks)


@lru_cache(maxsize=4096)
def _alike(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return one == other or (matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE)


def _marks(task: TaskVerdict) -> tuple[Mark, ...]:
    return tuple(
        (result.name, plain(result.message))
        for result in task.results
        if result.outcome in (Outcome.FAIL, Outcome.ERROR)
    )


def _fingerprint(exercise: Exercise, card: Card) -> Fingerprint:
    answers = Answers(card.over(exercise.reference))
    verdict = grade(exercise, answers, held_out=True, tasks=[card.task])
    return Fingerprint(card.path.stem, card.task, card.because, _marks(verdict.task(card.task)))


def _card_files(exercise: Exercise) -> list[Path]:
    return sorted((content().folder(exercise.chapter) / "wrong").glob("*.md"))


def _card(path: Path) -> Card | None:
    try:
        return read_card(path, right=False)
    except CourseError:
        return None


def _read(cache: Path, key: str) -> tuple[Fingerprint, ...] | None:
    try:
        data = json.loads(cache.read_text(encoding="utf-8"))
        if data["key"] != key:
            return None
        return tuple(
            Fingerprint(name, task, because, tuple((check, message) for check, message in marks))
            for name, task, because, marks in data["cards"]
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _name(fingerprint: Fingerprint) -> str:
    return fingerprint.name
