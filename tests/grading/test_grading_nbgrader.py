"""nbgrader's own commands, with this course's executor."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from grading_helpers import answer, cell_of
from traitlets.config import Config

from course.batch.nbgrader_bridge import configure
from course.grading.exercise import Exercise

CONFIG = """\
from pathlib import Path
from course.batch.nbgrader_bridge import configure
configure(get_config(), Path(__file__).parent)
"""
TOTALS = "app/orders/totals.py"


def nbgrader(root: Path, *arguments: str) -> str:
    env = {**os.environ, "COURSE_CONTENT": str(root)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # four starts of nbgrader: let the later ones be quick
    done = subprocess.run(
        [sys.executable, "-P", "-m", "nbgrader", *arguments],
        cwd=root,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def hand_in(root: Path, student: str, notebook: dict[str, Any] | str) -> None:
    place = root / ".course/submitted" / student / "01-shop"
    place.mkdir(parents=True)
    text = notebook if isinstance(notebook, str) else json.dumps(notebook)
    (place / "01-shop.ipynb").write_text(text)


def submissions(released: dict[str, Any], exercise: Exercise) -> dict[str, dict[str, Any] | str]:
    def filled(but: dict[str, str] | None = None) -> dict[str, Any]:
        notebook: dict[str, Any] = json.loads(json.dumps(released))
        answer(notebook, exercise, but=but)
        return notebook

    logs = "import logging\nlogging.warning('from a right answer')\n"
    stripped = filled()
    for cell in stripped["cells"]:
        cell["metadata"] = {}
    regraded = filled()
    cell_of(regraded, "check-1-1")["metadata"]["nbgrader"] |= {"points": 100, "grade": False}
    runs = filled()
    runs["cells"].insert(
        0,
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "id": "x",
         "source": "open('../../../../ran.txt', 'w').write('submitted code ran')"},
    )  # fmt: skip
    return {
        "right": filled(),
        "logs": filled({"app/orders/router.py": logs + exercise.reference["app/orders/router.py"]}),
        "partial": filled({TOTALS: "def total(prices: list[int]) -> int:\n    return max(prices)\n"}),
        "exits": filled({"app/main.py": "import os\nos._exit(0)\n"}),
        "untouched": released,
        "stripped": stripped,
        "regraded": regraded,
        "runs": runs,
        "broken": "this is not JSON",
        "empty": {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5},
    }


EXPECTED = {
    "right": 6.5,
    "logs": 6.5,
    "partial": 4.0,
    "exits": 3.5,  # the check that reads files only, and the other task
    "untouched": 0.0,
    "stripped": 6.5,
    "regraded": 6.5,
    "runs": 6.5,
    "broken": 0.0,
    "empty": 0.0,
}


def test_the_whole_cycle_from_the_command_line(
    own_course: Path, released: dict[str, Any], exercise: Exercise
) -> None:
    root = own_course
    (root / "nbgrader_config.py").write_text(CONFIG)
    shutil.rmtree(root / "exercises")

    nbgrader(root, "generate_assignment", "01-shop")
    assert sorted(file.name for file in (root / "exercises/01-shop").iterdir()) == [
        "01-shop.ipynb",
        "checks.py",
        "hints.toml",
    ]
    remade = json.loads((root / "exercises/01-shop/01-shop.ipynb").read_text())
    assert remade == released  # the fixture's release is what nbgrader makes

    for student, notebook in submissions(released, exercise).items():
        hand_in(root, student, notebook)
    (root / ".course/submitted/right/01-shop/held_out.py").write_text("# the learner's own")
    (root / ".course/submitted/right/01-shop/notes.txt").symlink_to(root / "nbgrader_config.py")
    nbgrader(root, "autograde", "01-shop")
    nbgrader(root, "generate_feedback", "01-shop")
    nbgrader(root, "export")

    with (root / "grades.csv").open() as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores == EXPECTED
    assert not (root / "ran.txt").exists()

    autograded = root / ".course/autograded"
    assert not list(autograded.rglob("held_out.py"))
    assert not list(autograded.rglob("notes.txt"))  # what a link leads to is nobody's answer
    assert not list(autograded.rglob("*.md"))
    pages = {
        page.parent.parent.name: page.read_text() for page in (root / ".course/feedback").rglob("*.html")
    }
    assert pages.keys() == EXPECTED.keys()
    for page in pages.values():
        assert "SECRET" not in page
    assert "1 of 1 held-out check passed" in pages["right"]
    assert "0 of 1 held-out check passed" not in pages["right"]
    assert "Look at app/orders/totals.py." not in pages["right"]
    assert "process exited with code 0" in pages["exits"]
    assert "it is not valid JSON" in pages["broken"]

    verdict = json.loads((root / ".course/verdicts/partial/01-shop.json").read_text())
    assert "SECRET-TITLE" in json.dumps(verdict)  # instructors see everything
    assert verdict["tasks"][1]["results"][0]["outcome"] in ("PASS", "FAIL")


def test_a_copy_never_writes_over_its_exercises(course_content: Path, tmp_path: Path) -> None:
    c = Config()
    configure(c, tmp_path)
    assert (tmp_path / ".course").is_dir()
    assert c.CourseDirectory.source_directory == str(course_content / "solutions")
    assert c.CourseDirectory.release_directory == ".course/release"
    assert c.CourseDirectory.db_url == f"sqlite:///{tmp_path.resolve()}/.course/gradebook.db"


def test_the_clone_releases_to_exercises(own_course: Path) -> None:
    c = Config()
    configure(c, own_course)
    assert c.CourseDirectory.source_directory == "solutions"
    assert c.CourseDirectory.release_directory == "exercises"
