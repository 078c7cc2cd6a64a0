"""A course small enough to read, and a notebook that runs its cells in a real IPython shell."""

import textwrap
from dataclasses import dataclass, field
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

PARTS = {
    "Start": {"00-start": {"minutes": 5}},
    "Part I": {
        "01-split": {"minutes": 10, "exercise_minutes": 20},
        "02-later": {"minutes": 10, "exercise_minutes": 20},
    },
}

LESSON_0 = """
    # Start

    ```{code-cell} ipython3
    %%write app/main.py
    from fastapi import FastAPI

    app = FastAPI(title="Shop")


    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}
    ```
"""

LESSON_1 = """
    # Split

    ```{code-cell} ipython3
    %%write app/users/service.py
    GREETING = "Hello"
    ```
"""

QUIZ_1 = """
    [01-layers]
    prompt = "Who may import `app.users.repository`?"
    options = [
      {text = "the router", why = "It asks the service."},
      {text = "the service", right = true, why = "The service owns the rules."},
      {text = "everybody", why = "Then nothing can be replaced."},
    ]
"""


SOLUTION_1 = """
    # Exercise

    ## Task 1.1 · Greet

    ```{code-cell} ipython3
    :nbgrader: {grade: false, grade_id: answer-1-1, locked: false, schema_version: 3, solution: true, task: false}

    %%write app/main.py
    from fastapi import FastAPI

    app = FastAPI()


    @app.get("/greet/{name}")
    async def greet(name: str) -> str:
        # TODO: greet
        ### BEGIN SOLUTION
        return f"Hello {name}"
        ### END SOLUTION
    ```
"""

STARTER = """%%write app/main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/greet/{name}")
async def greet(name: str) -> str:
    # TODO: greet
    ...
"""

RIGHT = STARTER.replace("    # TODO: greet\n    ...", '    return "Hello " + name')
WRONG = STARTER.replace("    # TODO: greet\n    ...", '    return "Goodbye"')

CHECKS = """
    import random

    from course.grading.checking import Api, expect, fail, task


    @task("1.1", points=1)
    async def test_greets(api: Api, rng: random.Random) -> None:
        \"\"\"A greeting is answered with 200.\"\"\"
        expect(await api.get("/greet/ada"), 200, why="there is no such route", look_at="app/main.py")


    @task("1.1", points=0.5)
    async def test_by_name(api: Api, rng: random.Random) -> None:
        \"\"\"The greeting has the name.\"\"\"
        name = f"user{rng.randrange(1000)}"
        answer = (await api.get(f"/greet/{name}")).json()
        if name not in (answer or ""):
            fail(f"GET /greet/{name} came back {answer!r}. Look at app/main.py.")
"""

HELD_OUT = """
    from course.grading.checking import Api, expect, task


    @task("1.1", points=0.5)
    async def test_secretly(api: Api) -> None:
        \"\"\"Umlauts are no problem.\"\"\"
        expect(await api.get("/greet/ä"), 200, why="umlaut", look_at="app/main.py")
"""

HINTS = """
    ["1.1"]
    hints = ["Read the TODO.", "`name` is the path parameter.", "Return an f-string."]
"""

RIGHT_CARD = """
    ---
    task: "1.1"
    ---
    A constant keeps the greeting in one place;
    it costs one more name.

    ```python app/main.py
    from fastapi import FastAPI

    GREETING = "Hello"
    app = FastAPI()


    @app.get("/greet/{name}")
    async def greet(name: str) -> str:
        return f"{GREETING} {name}"
    ```
"""


def exercise_notebook() -> dict[str, Any]:
    """The released exercise, as nbgrader leaves it."""
    answer = {"grade": False, "grade_id": "answer-1-1", "solution": True, "task": False}
    check = {"grade": True, "grade_id": "check-1-1", "points": 2, "solution": False, "task": False}
    code = {"cell_type": "code", "outputs": [], "execution_count": None}
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "## Task 1.1 · Greet"},
        code | {"metadata": {"nbgrader": answer}, "source": STARTER.rstrip()},
        code | {"metadata": {"nbgrader": check}, "source": 'await course.check("1.1")'},
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@dataclass
class Shown:
    """What a cell showed: the bundles of its outputs in order, what it printed, and what it failed with."""

    bundles: list[dict[str, Any]] = field(default_factory=list)
    printed: str = ""
    error: BaseException | None = None

    @property
    def text(self) -> str:
        """The text twins of the outputs."""
        return "\n".join(str(bundle.get("text/plain", "")) for bundle in self.bundles)

    @property
    def html(self) -> str:
        return "\n".join(str(bundle.get("text/html", "")) for bundle in self.bundles)


@dataclass
class Notebook:
    """Cells, run in a real shell in this process."""

    shell: InteractiveShell

    async def run(self, source: str) -> Shown:
        """Run a cell and return what it showed."""
        text = textwrap.dedent(source).lstrip("\n")
        with capture_output() as captured:
            result = await self.shell.run_cell_async(text, transformed_cell=self.shell.transform_cell(text))
        bundles = [dict(output.data) for output in captured.outputs]
        if result.result is not None and self.shell.display_formatter is not None:
            bundles.append(self.shell.display_formatter.format(result.result)[0])
        return Shown(bundles, captured.stdout, result.error_before_exec or result.error_in_exec)
