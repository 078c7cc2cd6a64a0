"""A course of one small exercise, written by each test: its ground, its checks, and what somebody answered."""

import shutil
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from course.grading.answers import Answers
from course.grading.exercise import Exercise
from course.grading.runner import grade
from course.grading.verdict import CheckResult

SMALL_COURSE = Path(__file__).parents[1] / "grading" / "fixture_course"

HEAD = """\
import random

from course.checks import *
from course.checks import Api, Probe, World, Json

"""


@dataclass
class SmallExercise:
    """Tasks 1.1 (app/orders/router.py, app/main.py) and 1.2 (app/orders/totals.py)."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / "chapters" / "01-shop"

    def write(self, files: Mapping[str, str]) -> None:
        """Write files of the chapter, such as checks.py and given-exercise/app/mail.py."""
        for path, text in files.items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            head = HEAD if path in ("checks.py", "held_out.py") else ""
            file.write_text(head + textwrap.dedent(text), encoding="utf-8")

    def reference(self, path: str) -> str:
        """The reference's text of a file."""
        return Exercise.load(1).reference[path]

    def results(
        self, answers: Mapping[str, str], *, held_out: bool = False, seed: int = 1
    ) -> dict[str, CheckResult]:
        """Grade the reference with these files over it; each check's result by its name."""
        exercise = Exercise.load(1)
        files = dict(exercise.reference) | {path: textwrap.dedent(text) for path, text in answers.items()}
        verdict = grade(exercise, Answers(files), held_out=held_out, seed=seed)
        return {result.name: result for task in verdict.tasks for result in task.results}


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallExercise:
    root = tmp_path / "clone"
    shutil.copytree(SMALL_COURSE, root, ignore=shutil.ignore_patterns("__pycache__", "held_out.py"))
    monkeypatch.setenv("COURSE_CONTENT", str(root))
    return SmallExercise(root)
