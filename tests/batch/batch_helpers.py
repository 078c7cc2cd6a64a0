"""Cohorts of the small course in tests/grading, and what its gradebook says of them."""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from nbgrader import api
from nbgrader.api import Gradebook
from sqlalchemy import create_engine, text

from course.grading.exercise import Exercise

FIXTURE_COURSE = Path(__file__).parents[1] / "grading" / "fixture_course"
SLUG = "01-shop"
TOTALS = "app/orders/totals.py"
CONFIG = """\
from pathlib import Path
from course.batch.nbgrader_bridge import configure
c = get_config()
configure(c, Path(__file__).parent)
"""
LATE = """
c.AssignLatePenalties.plugin_class = "nbgrader.plugins.LateSubmissionPlugin"
c.LateSubmissionPlugin.penalty_method = "zero"
"""
NO_COLUMNS = {"id", "assignment_id", "notebook_id", "cell_id", "comment_id"}
"""Random names of rows, different in every gradebook."""

_ask_for_revision = api.get_alembic_version  # before a test puts the function below in its place
_NUMBER = re.compile(r"\d+(, \d+)*")


@cache
def newest_revision() -> str:
    """nbgrader's answer, which takes a process."""
    return str(_ask_for_revision())


def make_course(root: Path, config: str = "") -> Path:
    """A course root of its own, with this added to its nbgrader_config.py."""
    shutil.copytree(FIXTURE_COURSE, root, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "nbgrader_config.py").write_text(CONFIG + config)
    return root


def released() -> dict[str, Any]:
    """The released notebook."""
    notebook: dict[str, Any] = json.loads((FIXTURE_COURSE / f"exercises/{SLUG}/{SLUG}.ipynb").read_text())
    return notebook


def filled(but: dict[str, str] | None = None) -> dict[str, Any]:
    """The released notebook with the reference solution in it, except for the paths in `but`."""
    exercise = Exercise.load(1)
    notebook = released()
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id in exercise.starters:
            path = exercise.starters[grade_id][0]
            cell["source"] = f"%%write {path}\n{(but or {}).get(path, exercise.reference[path])}"
    return notebook


def cohort() -> dict[str, dict[str, Any] | str]:
    """Eight submissions of all kinds, in the order of their names."""
    return {
        "ada": filled(),
        "ben": filled({TOTALS: "def total(prices: list[int]) -> int:\n    return max(prices)\n"}),
        "cleo": released(),
        "dan": "this is not JSON",
        "eve": filled({"app/main.py": "import os\nos._exit(0)\n"}),
        "fay": filled({TOTALS: "def total(prices: list[int]) -> int:\n    return 0\n"}),
        "gus o'neil": filled(),
        "héctor": filled({TOTALS: "def total(prices: list[int]) -> int:\n    raise ValueError\n"}),
    }


def hand_in(root: Path, student: str, notebook: dict[str, Any] | str, *, hour: int = 9) -> Path:
    """Put a submission into nbgrader's submitted folder, handed in on 1 March 2026 at this hour."""
    folder = root / ".course/submitted" / student / SLUG
    folder.mkdir(parents=True, exist_ok=True)
    content = notebook if isinstance(notebook, str) else json.dumps(notebook)
    (folder / f"{SLUG}.ipynb").write_text(content)
    at = datetime(2026, 3, 1, hour, tzinfo=UTC)
    (folder / "timestamp.txt").write_text(f"{at:%Y-%m-%d %H:%M:%S} UTC\n")
    return folder


def db_url(root: Path) -> str:
    """The gradebook of a course root that names no other."""
    return f"sqlite:///{root}/.course/gradebook.db"


def rows(url: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of a gradebook, by table, without what is random; foreign keys as what they point to."""
    engine = create_engine(url)
    tables: dict[str, list[dict[str, Any]]] = {}
    queries = {
        "course": "SELECT id AS name FROM course",
        "version": "SELECT version_num FROM alembic_version",
        "assignment": "SELECT * FROM assignment",
        "student": "SELECT id AS name, first_name, last_name, email FROM student",
        "cell": "SELECT b.name, b.type, g.max_score, g.cell_type FROM base_cell b LEFT JOIN grade_cells g ON g.id = b.id",
        "source": "SELECT name, cell_type, source, checksum, locked FROM source_cell",
        "submission": "SELECT student_id AS student, timestamp, extension FROM submitted_assignment",
        "notebook": "SELECT s.student_id AS student, n.flagged, n.late_submission_penalty FROM submitted_notebook n"
        " JOIN submitted_assignment s ON n.assignment_id = s.id",
        "grade": "SELECT s.student_id AS student, b.name AS cell, g.auto_score, g.manual_score, g.extra_credit,"
        " g.needs_manual_grade FROM grade g JOIN base_cell b ON g.cell_id = b.id"
        " JOIN submitted_notebook n ON g.notebook_id = n.id JOIN submitted_assignment s ON n.assignment_id = s.id",
        "comment": "SELECT s.student_id AS student, b.name AS cell, k.auto_comment, k.manual_comment FROM comment k"
        " JOIN base_cell b ON k.cell_id = b.id JOIN submitted_notebook n ON k.notebook_id = n.id"
        " JOIN submitted_assignment s ON n.assignment_id = s.id",
    }
    with engine.connect() as connection:
        for table, query in queries.items():
            found = [
                {name: value for name, value in row._mapping.items() if name not in NO_COLUMNS}
                for row in connection.execute(text(query))
            ]
            tables[table] = sorted(found, key=repr)
    engine.dispose()
    return tables


def scores(url: str) -> dict[str, float]:
    """What each student has, after penalties, as nbgrader's export counts."""
    with Gradebook(url, "small-course") as gradebook:
        return {
            submission.student.id: float(
                submission.score
                - sum(notebook.late_submission_penalty or 0 for notebook in submission.notebooks)
            )
            for submission in gradebook.assignment_submissions(SLUG)
        }


def autograded(root: Path) -> dict[str, Any]:
    """The autograded notebooks, without the numbers in messages: the checks' inputs are random."""
    return {
        path.parent.parent.name: json.loads(_NUMBER.sub("0", path.read_text()))
        for path in (root / ".course/autograded").glob(f"*/*/{SLUG}.ipynb")
    }


def nbgrader(root: Path, *arguments: str) -> str:
    """Run an nbgrader command in a course root; the test fails when it does."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "nbgrader", *arguments],
        cwd=root,
        env={**os.environ, "COURSE_CONTENT": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
