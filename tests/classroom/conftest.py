"""Fixtures of the classroom's tests."""

from pathlib import Path

import pytest
from toy_course import ToyCourse


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ToyCourse:
    """A small clone of its own, which `course` takes for the course."""
    clone = ToyCourse(tmp_path / "clone")
    monkeypatch.setenv("COURSE_CONTENT", str(clone.root))
    return clone
