"""Which misconception a failing check is: the wrong cards of a chapter, graded once in a thread, and matched.

Only the visible checks count: kernels run no others.
"""

import sys
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from course.batch.misconceptions import Fingerprint, Mark, Matcher, fingerprints
from course.catalog import catalog, content
from course.errors import CourseError
from course.grading.exercise import Exercise
from course.grading.verdict import CheckResult, Outcome, TaskVerdict
from course.workshop.board import facts

MOST_ALIKE = 3
"""So many misconceptions may look the same: of more, naming them says nothing."""


class Beliefs:
    """The wrong cards that the board can match with; `folder` keeps how each fails, for its owner only."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self._folder = folder
        self._known: dict[int, tuple[Fingerprint, ...]] = {}
        self._match: dict[int, Matcher] = {}
        self._asked: set[int] = set()
        self._waiting: deque[int] = deque()
        self._lock = threading.Lock()
        self._working = False
        self.version = 0
        """Grows when a chapter's cards are known."""

    def want(self, chapter: int) -> None:
        """See that a chapter's cards become known, some time later: they are graded in a thread, one chapter at a time."""
        with self._lock:
            if chapter in self._asked or not cards_of(chapter):
                return
            self._asked.add(chapter)
            self._waiting.append(chapter)
            if self._working:
                return
            self._working = True
        threading.Thread(target=self._work, name="course-cards", daemon=True).start()

    def reading(self) -> bool:
        """Whether cards are being read now."""
        return self._working

    def learn(self, chapter: int, *, workers: int = 1) -> int:
        """Grade a chapter's wrong cards, unless that was done before; return how many there are."""
        exercise = Exercise.load(chapter)
        visible = facts.checks(chapter)
        cache = self._folder / f"cards-{exercise.chapter.slug}.json"
        known = [
            replace(card, marks=tuple(mark for mark in card.marks if mark[0] in visible))
            for card in fingerprints(exercise, cache, workers=workers)
        ]
        self.know(chapter, [card for card in known if card.marks])
        return len(known)

    def know(self, chapter: int, cards: Iterable[Fingerprint]) -> None:
        """Match a chapter's failures with these cards from now on."""
        self._known[chapter] = _told_apart(cards)
        self._match[chapter] = Matcher(self._known[chapter])
        self.version += 1

    def names(
        self, chapter: int, task: str, failing: Iterable[tuple[str, str]]
    ) -> dict[str, tuple[str, str]]:
        """For each failing check that a card explains: the misconception in words, and why people have it."""
        match = self._match.get(chapter)
        if match is None:
            return {}
        results = tuple(
            CheckResult(name, "", task, 0.0, Outcome.FAIL, message=message) for name, message in failing
        )
        verdict = TaskVerdict(task, results)
        why = {card.name: card.because for card in self._known[chapter]}
        found = {result.name: match(verdict, result) for result in results}
        return {check: (card, why[card]) for check, card in found.items() if card}

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._working = False
                    self.version += 1
                    return
                chapter = self._waiting.popleft()
            try:
                self.learn(chapter)
            except (CourseError, OSError) as error:  # the board goes on without this chapter's misconceptions
                sys.stderr.write(f"The wrong cards of chapter {chapter} were not read: {error}\n")


def cards_of(chapter: int) -> int:
    """How many wrong cards a chapter has that can be read here."""
    try:
        return len(list((content().folder(catalog().chapter(chapter)) / "wrong").glob("*.md")))
    except (CourseError, OSError):
        return 0


def _told_apart(cards: Iterable[Fingerprint]) -> tuple[Fingerprint, ...]:
    """The cards in words; those that the visible checks cannot tell apart as one, and none where that says too little."""
    alike: dict[tuple[str, tuple[Mark, ...]], list[Fingerprint]] = {}
    for card in cards:
        alike.setdefault((card.task, tuple(sorted(card.marks))), []).append(card)
    return tuple(
        Fingerprint(
            " or ".join(card.name.replace("_", " ") for card in group),
            task,
            " ".join(card.because for card in group),
            marks,
        )
        for (task, marks), group in alike.items()
        if len(group) <= MOST_ALIKE
    )
