"""The project at each chapter, as the sources say it."""

from pathlib import Path

from course.project.checkpoints import files_after, files_at, known_texts

MAIN = "from fastapi import FastAPI\n\napp = FastAPI()\n"
ANSWER = "app/orders/service.py"


def test_checkpoints_add_up(small_course: Path) -> None:
    start = {"app/__init__.py": "", "app/main.py": MAIN, "app/notes.py": "NOTES = 'given'\n"}
    lesson = start | {"app/users/__init__.py": "", "app/users/service.py": "STEP = 2\n"}
    solved = lesson | {
        "app/orders/__init__.py": "",
        ANSWER: "def total(prices: list[int]) -> int:\n    return sum(prices)\n",
    }
    assert files_at(0) == {}
    assert files_at(1) == start
    assert files_at(1, exercise=True) == lesson
    assert files_after(1) == files_at(2) == solved


def test_steps_of_a_lesson_and_starters_are_the_courses_texts(small_course: Path) -> None:
    known = known_texts()
    assert known["app/users/service.py"] == {"STEP = 1\n", "STEP = 2\n"}
    head = "def total(prices: list[int]) -> int:\n"
    assert known[ANSWER] == {f"{head}    return sum(prices)\n", f"{head}    # TODO: add them up\n    ...\n"}
    assert known_texts(except_solution_of=1)[ANSWER] == {f"{head}    # TODO: add them up\n    ...\n"}
