"""The course that hostile submissions attack: the graders' fixture course, with a task that is judged by tools."""

import json
import shutil
from pathlib import Path
from typing import Any

FIXTURE_COURSE = Path(__file__).parents[1] / "grading/fixture_course"

TOOLS_TASK = "1.3"
DISCOUNTS = "app/orders/discounts.py"
SOLVED = "def discount(cents: int, percent: int) -> int:\n    return cents * percent // 100\n"
STARTER = "def discount(cents: int, percent: int) -> int:\n    # TODO: the discount in cents\n    ...\n"

CHECKS = '''

@task("1.3", points=1)
def test_ruff_is_content(project: ProjectFiles) -> None:
    """Ruff finds nothing in the discounts."""
    said = project.ruff("check", "--select=F", "app/orders/discounts.py")
    if not said.passed:
        fail(f"ruff says: {said.output}")


@task("1.3", points=1)
def test_mypy_is_content(project: ProjectFiles) -> None:
    """The discounts are typed."""
    said = project.mypy("--strict", "app/orders/discounts.py")
    if not said.passed:
        fail(f"mypy says: {said.output}")


@task("1.3", points=1)
def test_the_contract_is_kept(project: ProjectFiles) -> None:
    """Orders do not import users."""
    said = project.contracts(
        """
        [tool.importlinter]
        root_package = "app"
        [[tool.importlinter.contracts]]
        name = "Discounts stand alone"
        type = "forbidden"
        source_modules = ["app.orders.discounts"]
        forbidden_modules = ["app.users"]
        """
    )
    if not said.passed:
        fail(f"import-linter says: {said.output}")
'''

_SOURCE = """
## 1.3 Discounts

```{code-cell} ipython3
:nbgrader: {grade: false, grade_id: answer-1-3, locked: false, schema_version: 3, solution: true, task: false}

%%write app/orders/discounts.py
def discount(cents: int, percent: int) -> int:
    # TODO: the discount in cents
    ### BEGIN SOLUTION
    return cents * percent // 100
    ### END SOLUTION
```

```{code-cell} ipython3
:nbgrader: {grade: true, grade_id: check-1-3, locked: true, points: 3, schema_version: 3, solution: false, task: false}

await course.check("1.3")
```
"""


def make_course(root: Path) -> None:
    """Put the course at `root`, with sources, solutions and releases."""
    shutil.copytree(FIXTURE_COURSE, root, ignore=shutil.ignore_patterns("__pycache__"))
    sources = root / "chapters/01-shop"
    with (sources / "exercise.md").open("a", encoding="utf-8") as file:
        file.write(_SOURCE)
    with (sources / "checks.py").open("a", encoding="utf-8") as file:
        file.write(CHECKS)
    shutil.copyfile(sources / "checks.py", root / "exercises/01-shop/checks.py")
    begin, end = "    ### BEGIN SOLUTION\n", "    ### END SOLUTION\n"
    answered = STARTER.replace("    ...\n", f"{begin}    return cents * percent // 100\n{end}")
    for notebook, text in (("solutions", answered), ("exercises", STARTER)):
        path = root / notebook / "01-shop/01-shop.ipynb"
        data = json.loads(path.read_text(encoding="utf-8"))
        data["cells"] += [
            {"cell_type": "markdown", "id": "cell-8", "metadata": {}, "source": "## 1.3 Discounts"},
            _code("answer-1-3", f"%%write {DISCOUNTS}\n{text}", grade=False),
            _code("check-1-3", 'await course.check("1.3")', grade=True),
        ]
        path.write_text(json.dumps(data), encoding="utf-8")


def _code(grade_id: str, source: str, *, grade: bool) -> dict[str, Any]:
    nbgrader: dict[str, Any] = {
        "grade": grade,
        "grade_id": grade_id,
        "locked": grade,
        "schema_version": 3,
        "solution": not grade,
        "task": False,
    }
    if grade:
        nbgrader["points"] = 3
    return {
        "cell_type": "code",
        "id": grade_id,
        "metadata": {"nbgrader": nbgrader},
        "source": source.rstrip(),
        "outputs": [],
        "execution_count": None,
    }
