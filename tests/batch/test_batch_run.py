"""`course grade-all`: the same gradebook as nbgrader's own autograde, and each submission once."""

from pathlib import Path

import pytest
from batch_helpers import autograded, db_url, rows, scores

from course.batch import run
from course.batch.run import Step, grade_all
from course.grading.exercise import Exercise

EXPECTED = {
    "ada": 6.5,
    "ben": 4.0,
    "cleo": 0.0,
    "dan": 0.0,
    "eve": 3.5,
    "fay": 5.5,
    "gus o'neil": 6.5,
    "héctor": 4.0,
}


def test_the_same_gradebook_as_nbgrader_makes(stock: Path, handed_in: Path) -> None:
    steps: list[Step] = []
    report = grade_all(handed_in, progress=steps.append)
    assert (report.graded, report.recorded, report.unchanged) == (8, 8, 0)
    assert scores(db_url(handed_in)) == EXPECTED
    assert rows(db_url(handed_in)) == rows(db_url(stock))
    assert autograded(handed_in) == autograded(stock)
    assert [step.done for step in steps] == list(range(9))
    assert {step.total for step in steps} == {8}

    before = rows(db_url(handed_in))
    again = grade_all(handed_in)
    assert (again.graded, again.recorded, again.unchanged) == (0, 0, 8)
    assert rows(db_url(handed_in)) == before


def test_mypy_knows_the_libraries_before_the_first_clock_runs(
    handed_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[object] = []
    monkeypatch.setattr(run, "read_libraries", lambda: happened.append("libraries"))
    monkeypatch.setattr(Exercise, "asks_mypy", True)
    grade_all(handed_in, progress=happened.append)
    assert happened[0] == Step(0, 8)
    assert happened[1] == "libraries"
    assert happened.count("libraries") == 1
