"""`course grade` for one learner, into a gradebook of their own."""

import json
from pathlib import Path
from typing import Any

import pytest
from grading_helpers import answer, cell_of

from course.classroom.grade import grade_alone
from course.errors import CourseError
from course.grading.exercise import Exercise
from course.pictures.view import SHEET
from course.project.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "my-course")


def save(workspace: Workspace, notebook: dict[str, Any]) -> None:
    place = workspace.root / "exercises/01-shop"
    place.mkdir(parents=True, exist_ok=True)
    (place / "01-shop.ipynb").write_text(json.dumps(notebook))


def test_grading_alone(workspace: Workspace, released: dict[str, Any], exercise: Exercise) -> None:
    save(workspace, released)
    before = grade_alone(workspace, 1)
    assert (before.score, before.max_score) == (0, 6.5)

    answer(released, exercise)
    cell_of(released, "answer-1-2")["source"] = (
        "%%write app/orders/totals.py\ndef total(prices):\n    return 0\n"
    )
    save(workspace, released)
    after = grade_alone(workspace, 1)
    assert (after.score, after.max_score) == (5.5, 6.5)
    assert after.verdict.earned == 5.5
    page = after.feedback_path.read_text()
    assert "1 of 1 held-out check passed" in page
    assert page.count(SHEET) == 1
    assert (workspace.state / "gradebook.db").is_file()
    mine = json.loads((workspace.root / "exercises/01-shop/01-shop.ipynb").read_text())
    assert mine == released


def test_an_exercise_that_changed_since_is_graded_as_it_is_now(
    workspace: Workspace, own_course: Path, released: dict[str, Any]
) -> None:
    save(workspace, released)
    grade_alone(workspace, 1)
    for place in ("solutions/01-shop/01-shop.ipynb", "exercises/01-shop/01-shop.ipynb"):
        notebook = json.loads((own_course / place).read_text())
        notebook["cells"].remove(cell_of(notebook, "check-1-2"))
        notebook["cells"].remove(cell_of(notebook, "answer-1-2"))
        (own_course / place).write_text(json.dumps(notebook))
    assert grade_alone(workspace, 1).max_score == 4


def test_what_is_missing_is_a_sentence(
    workspace: Workspace, own_course: Path, released: dict[str, Any]
) -> None:
    with pytest.raises(CourseError, match="Chapter 3 has no exercise"):
        grade_alone(workspace, 3)
    with pytest.raises(
        CourseError, match=r"There is no exercises/01-shop/01-shop\.ipynb in .*: run `course start`"
    ):
        grade_alone(workspace, 1)
    save(workspace, released)
    (own_course / "solutions/01-shop/01-shop.ipynb").unlink()
    with pytest.raises(CourseError, match="hand it in to your instructor"):
        grade_alone(workspace, 1)
