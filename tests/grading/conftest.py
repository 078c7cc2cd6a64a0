"""A small course of its own, so that these tests do not depend on what the real one teaches."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from course.grading.exercise import Exercise

FIXTURE_COURSE = Path(__file__).parent / "fixture_course"


@pytest.fixture(autouse=True, scope="module")
def course_content() -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("COURSE_CONTENT", str(FIXTURE_COURSE))
        yield FIXTURE_COURSE


@pytest.fixture
def exercise() -> Exercise:
    return Exercise.load(1)


@pytest.fixture
def own_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the course that a test may change."""
    clone = tmp_path / "clone"
    shutil.copytree(FIXTURE_COURSE, clone, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setenv("COURSE_CONTENT", str(clone))
    return clone


@pytest.fixture
def released() -> dict[str, Any]:
    """The released notebook, as a learner gets it."""
    text = (FIXTURE_COURSE / "exercises/01-shop/01-shop.ipynb").read_text(encoding="utf-8")
    notebook: dict[str, Any] = json.loads(text)
    return notebook
