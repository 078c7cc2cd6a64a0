"""`await course.grade(1)`: the points, held-out checks included, where the solutions are at hand."""

import json
from pathlib import Path

import pytest
import small_course
from small_course import RIGHT, STARTER, WRONG, Notebook

from course.catalog import content
from course.errors import CourseError
from course.progress import Progress, TaskScore
from course.project.workspace import Workspace

GRADE = "await course.grade(1)"


@pytest.fixture
async def exercise(notebook: Notebook) -> Notebook:
    await notebook.run("api = await course.begin(1, exercise=True)")
    return notebook


@pytest.mark.parametrize(
    ("answer", "word", "points", "passed"),
    [(RIGHT, "PASS", 2.0, True), (WRONG, "FAIL", 1.5, False), (STARTER, "NOT ATTEMPTED", 0.0, False)],
)
async def test_the_exercise_is_graded_with_its_held_out_checks(
    exercise: Notebook, progress: Progress, answer: str, word: str, points: float, passed: bool
) -> None:
    await exercise.run(answer)

    shown = await exercise.run(GRADE)

    assert shown.error is None
    assert f"Exercise 1: Split  ({points:g} of 2 points)" in shown.text
    assert word in shown.text
    assert "Umlauts" not in shown.text + shown.html
    assert shown.bundles[-1] == {"text/plain": f"{points}", "text/html": f"{points:g} of 2 points"}
    assert progress.scores(1) == {"1.1": TaskScore(points, passed=passed)}


async def test_what_is_not_saved_is_said(exercise: Notebook, workspace: Workspace) -> None:
    saved = workspace.root / "exercises/01-split/01-split.ipynb"
    saved.parent.mkdir(parents=True)
    book = small_course.exercise_notebook()
    book["cells"][1]["source"] = WRONG
    saved.write_text(json.dumps(book), encoding="utf-8")
    await exercise.run(RIGHT)

    shown = await exercise.run(GRADE)

    assert "2 of 2 points" in shown.text
    assert "`app/main.py`" in shown.text


@pytest.mark.parametrize("missing", ["held_out.py", "exercise.md"])
async def test_without_the_solutions_nothing_is_graded(exercise: Notebook, missing: str) -> None:
    folder: Path = content().chapters / "01-split"
    (folder / missing).unlink()

    shown = await exercise.run(GRADE)

    assert isinstance(shown.error, CourseError)
    assert "hand it in to your instructor" in str(shown.error)


async def test_nbgrader_validates_the_checks_only(
    exercise: Notebook, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    await exercise.run(RIGHT)

    shown = await exercise.run(GRADE)

    assert "nothing is graded now" in shown.text
    assert progress.scores(1) == {}


async def test_elsewhere_nothing_is_graded(notebook: Notebook) -> None:
    await notebook.run("api = await course.begin(1)")

    assert isinstance((await notebook.run(GRADE)).error, CourseError)
