"""The submissions that every grader gets: exercise 1, answered by its answer cards."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from course.catalog import content
from course.errors import CourseError
from course.grading.cards import Card, read_cards
from course.grading.exercise import Exercise
from course.project.checkpoints import files_at

_ROUTER = "app/summaries/router.py"
_ROUTE = "    try:\n        return await service.summarize"
_LOOP = "    while True:\n        pass\n"


@dataclass(frozen=True)
class Submission:
    """One learner's answers. A blank submission has none: it is the notebook as released."""

    student: str
    kind: str
    """`right`, `wrong`, `blank` or `hanging`."""
    source: str
    """The card that it is made of, for messages."""
    files: dict[str, str]


def cohort(exercise: Exercise, count: int) -> list[Submission]:
    """Return so many submissions, right, wrong and blank ones mixed: 7 of 20 are right, 11 wrong, 2 blank."""
    cards = [card for card in read_cards(content().folder(exercise.chapter)) if not card.removed]
    right: Iterator[tuple[str, dict[str, str]]] = cycle(
        [
            ("the reference", dict(exercise.reference)),
            *(_of(card, exercise) for card in cards if card.is_right),
        ]
    )
    wrong = cycle([_of(card, exercise) for card in cards if not card.is_right])
    kinds = islice(cycle("wrwrwwrwrwbwrwrwwrwb"), count)
    found = []
    for number, letter in enumerate(kinds):
        kind = {"r": "right", "w": "wrong", "b": "blank"}[letter]
        source, files = ("nothing", {}) if kind == "blank" else next(right if kind == "right" else wrong)
        found.append(Submission(f"student{number:03}", kind, source, files))
    return found


def hanging(exercise: Exercise, count: int) -> list[Submission]:
    """Return so many submissions whose summary never comes: `while True` in a handler."""
    files = dict(exercise.reference)
    if _ROUTE not in files[_ROUTER]:
        raise CourseError(
            f"{_ROUTER} of the solution has changed: say in {Path(__file__).name} where it is to hang."
        )
    files[_ROUTER] = files[_ROUTER].replace(_ROUTE, _LOOP + _ROUTE)
    return [Submission(f"hanging{number}", "hanging", "a loop in a route", files) for number in range(count)]


def notebook(exercise: Exercise, submission: Submission) -> dict[str, Any]:
    """Return the released notebook with these answers in it, as a learner of this course hands it in."""
    found: dict[str, Any] = json.loads(
        content().exercise_notebook(exercise.chapter).read_text(encoding="utf-8")
    )
    left = dict(submission.files)
    cells = []
    for cell in found["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if grade_id in exercise.starters and submission.files:
            path = exercise.starters[grade_id][0]
            # two tasks may write the same file, such as main.py: the last text counts
            cell["source"] = f"%%write {path}\n{left.get(path, submission.files[path])}"
        cells.append(cell)
    written = {path for path, _ in exercise.starters.values()}
    extra = [path for path in submission.files if path not in written]
    cells[-1:-1] = [_code(f"%%write {path}\n{submission.files[path]}") for path in extra]
    return found | {"cells": cells}


def starting_project(exercise: Exercise) -> dict[str, str]:
    """Return the project that the exercise starts from."""
    return files_at(exercise.chapter.number, exercise=True)


def _of(card: Card, exercise: Exercise) -> tuple[str, dict[str, str]]:
    return card.name, card.over(exercise.reference)


def _code(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
