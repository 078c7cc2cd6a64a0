"""A small course of two chapters, so that these tests do not change when the real one grows."""

from pathlib import Path

import pytest
from small_courses import make_course

from course.project.workspace import Workspace

PARTS = {
    "Part": {
        "00-start": {"minutes": 1},
        "01-split": {"minutes": 1, "exercise_minutes": 1},
        "02-after": {"minutes": 1},
    }
}

LESSON_0 = """
    # Start

    ```{code-cell} ipython3
    %%write app/main.py
    from fastapi import FastAPI

    app = FastAPI()
    ```
"""

LESSON_1 = """
    # Split

    ```{code-cell} ipython3
    :tags: [demo]

    %%write app/users/service.py
    STEP = 1
    ```

    ```python
    %%write app/not_a_cell.py
    ```

    ```{code-cell} ipython3
    %%write app/users/service.py
    STEP = 2
    ```
"""

SOLUTION_1 = """
    # Exercise

    ```{code-cell} ipython3
    :nbgrader: {grade: false, grade_id: answer-1-1, locked: false, schema_version: 3, solution: true, task: false}

    %%write app/orders/service.py
    def total(prices: list[int]) -> int:
        # TODO: add them up
        ### BEGIN SOLUTION
        return sum(prices)
        ### END SOLUTION
    ```
"""


@pytest.fixture
def small_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course on disk: chapter 0 writes main.py, chapter 1 is given notes and splits, chapter 2 is not written."""
    files = {
        "chapters/00-start/lesson.md": LESSON_0,
        "chapters/01-split/lesson.md": LESSON_1,
        "chapters/01-split/exercise.md": SOLUTION_1,
        "chapters/01-split/given/app/notes.py": "NOTES = 'given'\n",
    }
    root = make_course(tmp_path / "content", PARTS, files)
    monkeypatch.setenv("COURSE_CONTENT", str(root))
    return root


@pytest.fixture
def workspace(small_course: Path, tmp_path: Path) -> Workspace:
    """An empty learner's folder of the small course."""
    root = tmp_path / "learner"
    root.mkdir()
    return Workspace(root)
