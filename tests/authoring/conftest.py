"""A small course of its own, so that these tests do not change when the real one grows."""

import textwrap
from pathlib import Path

import pytest
from small_courses import make_course

PARTS = {
    "Part": {
        "00-start": {"minutes": 5, "promise": "start"},
        "01-add": {"minutes": 10, "exercise_minutes": 20, "handbook": "Adding", "promise": "add"},
        "02-later": {"minutes": 10, "exercise_minutes": 20, "handbook": "Later"},
    }
}

README = """\
# Small

<!-- chapters -->
<!-- /chapters -->

Text.
"""

FRONT_MATTER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3 (ipykernel)
  language: python
  name: python3
---
"""

LESSON_0 = """
    # Start

    See [the documentation](https://docs.python.org/3/).

    ```{code-cell} ipython3
    import os
    import time

    start = time.perf_counter()
    print(os.environ["COURSE_WORKSPACE"])
    ```

    ```{code-cell} ipython3
    print(f"{(time.perf_counter() - start) * 1000:.2f} ms")
    {"b": 1, "a": 2}
    ```

    ```{code-cell} ipython3
    :tags: [raises-exception]

    1 / 0
    ```
"""

LESSON_1 = """
    # Add

    ## Sums

    See [the documentation](https://docs.python.org/3/).

    ```{code-cell} ipython3
    TEXT = "def zero() -> int:\\n    return 0\\n"
    TEXT
    ```
"""

SOLUTION_1 = """
    # Exercise

    +++ {"nbgrader": {"grade": false, "grade_id": "about-1-1", "locked": true, "schema_version": 3, "solution": false, "task": false}}

    ## Task 1.1

    - all prices are added up

    ```{code-cell} ipython3
    :nbgrader: {grade: false, grade_id: answer-1-1, locked: false, schema_version: 3, solution: true, task: false}

    %%write app/orders.py
    def total(prices: list[int]) -> int:
        # TODO: add them up
        ### BEGIN SOLUTION
        return sum(prices)
        ### END SOLUTION
    ```

    ```{code-cell} ipython3
    :nbgrader: {grade: true, grade_id: check-1-1, locked: true, points: 10, schema_version: 3, solution: false, task: false}

    await course.check("1.1")
    ```

    ```{code-cell} ipython3
    :nbgrader: {grade: false, grade_id: grade, locked: true, schema_version: 3, solution: false, task: false}

    await course.grade(1)
    ```

    +++ {"nbgrader": {"grade": false, "grade_id": "next", "locked": true, "schema_version": 3, "solution": false, "task": false}}

    [The map](../../notebooks/00-start.ipynb)
"""


@pytest.fixture
def small_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course on disk, nothing built: two lessons, one exercise, and a chapter that is not written."""
    files = {
        "README.md": README,
        "chapters/00-start/lesson.md": FRONT_MATTER + textwrap.dedent(LESSON_0),
        "chapters/01-add/lesson.md": FRONT_MATTER + textwrap.dedent(LESSON_1),
        "chapters/01-add/exercise.md": FRONT_MATTER + textwrap.dedent(SOLUTION_1),
        "chapters/01-add/checks.py": '"""Checks."""\n',
        "chapters/01-add/held_out.py": '"""Checks that stay here."""\n',
        "chapters/01-add/hints.toml": '["1.1"]\nhints = ["Look at sum()."]\n',
    }
    root = make_course(tmp_path / "content", PARTS, files)
    monkeypatch.setenv("COURSE_CONTENT", str(root))
    return root
