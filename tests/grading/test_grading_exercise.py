"""What an exercise says of itself."""

from pathlib import Path

import pytest

from course.errors import CourseError
from course.grading.exercise import Exercise, HeldOut, TaskSpec, task_of


def test_tasks_come_from_the_release(exercise: Exercise) -> None:
    assert exercise.tasks == (TaskSpec("1.1", 4.0, "Place an order"), TaskSpec("1.2", 2.5, "Total"))


def test_starters_are_the_released_answer_cells(exercise: Exercise) -> None:
    assert set(exercise.starters) == {"answer-1-1", "answer-1-1-main", "answer-1-2"}
    path, text = exercise.starters["answer-1-2"]
    assert path == "app/orders/totals.py"
    assert text == "def total(prices: list[int]) -> int:\n    # TODO: the sum of the prices\n    ...\n"


def test_the_reference_is_the_solution_without_marks(exercise: Exercise) -> None:
    assert set(exercise.reference) == {"app/orders/router.py", "app/main.py", "app/orders/totals.py"}
    assert "return sum(prices)" in exercise.reference["app/orders/totals.py"]
    assert "SOLUTION" not in "".join(exercise.reference.values())
    assert "TODO" not in "".join(exercise.reference.values())


def test_hints_and_held_out_counts(exercise: Exercise) -> None:
    assert len(exercise.hints("1.1")) == 2
    assert exercise.hints("1.2") == ()
    assert exercise.held_out == {"1.1": HeldOut(1, 1.0), "1.2": HeldOut(1, 1.5)}


def test_an_unknown_task_is_a_sentence(exercise: Exercise) -> None:
    with pytest.raises(CourseError, match=r"Exercise 1 has no task 1\.9: its tasks are 1\.1, 1\.2\."):
        exercise.task("1.9")


def test_without_solutions_the_release_is_enough(own_course: Path) -> None:
    for file in (own_course / "chapters/01-shop").glob("*.*"):
        if file.name != "chapter.toml":
            file.unlink()
    exercise = Exercise.load(1)
    assert exercise.reference == {}
    assert exercise.held_out_file is None
    assert exercise.held_out == {}
    assert exercise.check_file == own_course / "exercises/01-shop/checks.py"
    assert exercise.hints("1.1")


@pytest.mark.parametrize(
    ("chapter", "sentence"),
    [(2, "is not released yet"), (3, "Chapter 3 has no exercise"), (9, "There is no chapter 9")],
)
def test_what_is_not_there_is_a_sentence(chapter: int, sentence: str) -> None:
    with pytest.raises(CourseError, match=sentence):
        Exercise.load(chapter)


def test_a_broken_release_is_a_sentence(own_course: Path) -> None:
    (own_course / "exercises/01-shop/01-shop.ipynb").write_text("{}")
    with pytest.raises(CourseError, match="not a readable notebook"):
        Exercise.load(1)


@pytest.mark.parametrize(
    ("grade_id", "task"),
    [
        ("answer-1-1", "1.1"),
        ("answer-12-3-router", "12.3"),
        ("check-1-2", "1.2"),
        ("other", None),
        ("", None),
    ],
)
def test_cells_belong_to_tasks(grade_id: str, task: str | None) -> None:
    assert task_of(grade_id) == task
