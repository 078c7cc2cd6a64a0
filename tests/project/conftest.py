"""A small course of two chapters, so that these tests do not change when the real one grows."""

import textwrap
from pathlib import Path

import pytest

from course.project.workspace import Workspace

COURSE = """
    title = "Small"
    id = "small"
    repository = "someone/small"
    [[parts]]
    title = "Part"
    [[parts.chapters]]
    number = 0
    slug = "00-start"
    title = "Start"
    minutes = 1
    [[parts.chapters]]
    number = 1
    slug = "01-split"
    title = "Split"
    minutes = 1
    exercise_minutes = 1
    [[parts.chapters]]
    number = 2
    slug = "02-after"
    title = "After"
    minutes = 1
"""

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


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")


@pytest.fixture
def small_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course on disk: chapter 0 writes main.py, chapter 1 is given notes and splits, chapter 2 is not written."""
    root = tmp_path / "content"
    _write(root / "course.toml", COURSE)
    _write(root / "notebooks/00-start.md", LESSON_0)
    _write(root / "notebooks/01-split.md", LESSON_1)
    _write(root / "solutions/01-split/01-split.md", SOLUTION_1)
    _write(root / "given/01-split/app/notes.py", "NOTES = 'given'\n")
    monkeypatch.setenv("COURSE_CONTENT", str(root))
    return root


@pytest.fixture
def workspace(small_course: Path, tmp_path: Path) -> Workspace:
    """An empty learner's folder of the small course."""
    root = tmp_path / "learner"
    root.mkdir()
    return Workspace(root)
