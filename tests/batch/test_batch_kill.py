"""Killed at any moment and run again: the same gradebook, nothing twice, nothing lost.

What it must come to is what a run makes that nobody kills; `test_batch_run.py` holds that to what nbgrader makes.
"""

import random
import signal
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from batch_helpers import LATE, autograded, cohort, db_url, hand_in, make_course, rows
from killing import KINDS, grade_all_process

from course.batch.run import grade_all

STUDENTS = ("cleo", "dan", "gus o'neil", "héctor")
"""Nothing attempted, no notebook at all, all right, one check raises."""
LOOK = 1
"""The exit code of a batch to its end in which somebody should look at a submission: cleo's and dan's."""


@dataclass(frozen=True)
class Whole:
    """What a run that nobody kills makes, and the moments it has, the first time and with --regrade."""

    rows: dict[str, list[dict[str, Any]]]
    autograded: dict[str, Any]
    first: Counter[str]
    again: Counter[str]


def hand_in_all(root: Path) -> Path:
    for student, notebook in cohort().items():
        if student in STUDENTS:
            hand_in(root, student, notebook)
    return root


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    with pytest.MonkeyPatch.context() as monkeypatch:
        root = make_course(tmp_path_factory.mktemp("whole") / "course", LATE)
        monkeypatch.setenv("COURSE_CONTENT", str(root))
        hand_in_all(root)
    first = grade_all_process(root)
    again = grade_all_process(root, "--regrade")
    assert (first.code, again.code) == (LOOK, LOOK)
    return Whole(rows(db_url(root)), autograded(root), first.moments, again.moments)


def test_killed_again_and_again(whole: Whole, root: Path, subtests: pytest.Subtests) -> None:
    """At one moment of each kind, in the first run and in one with --regrade."""
    seed = random.randrange(2**32)  # noqa: S311 - when to kill
    points = random.Random(seed)  # noqa: S311
    hand_in_all(root)
    with subtests.test("killed", seed=seed):
        for options, moments in (((), whole.first), (("--regrade",), whole.again)):
            kinds = points.sample(list(KINDS), len(KINDS))
            ended = [
                grade_all_process(root, *options, kind=kind, at=points.randint(1, moments[kind])).code
                for kind in kinds
            ]
            assert ended[0] == -signal.SIGKILL  # the others have less to do
            assert set(ended) <= {LOOK, -signal.SIGKILL}
            assert grade_all_process(root, *options).code == LOOK
            assert rows(db_url(root)) == whole.rows
            assert autograded(root) == whole.autograded
            assert grade_all(root).unchanged == len(STUDENTS)
            state = root / ".course/batch"
            assert sorted(path.name for path in state.iterdir()) == ["journal.db", "lock"]


def test_killed_once_while_grading_again(whole: Whole, root: Path) -> None:
    """What a killed --regrade leaves is whole, and a plain run ends what it began."""
    hand_in_all(root)
    grade_all(root)
    middle = whole.again["a statement"] // 2
    assert grade_all_process(root, "--regrade", kind="a statement", at=middle).code == -signal.SIGKILL
    report = grade_all(root)
    assert (report.graded, report.recorded + report.unchanged) == (0, len(STUDENTS))
    assert rows(db_url(root)) == whole.rows
    assert autograded(root) == whole.autograded
