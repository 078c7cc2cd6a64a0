"""A course root of its own for every test, and a cohort that plain nbgrader has graded, once."""

from pathlib import Path

import pytest
from batch_helpers import LATE, SLUG, cohort, hand_in, make_course, nbgrader, newest_revision
from nbgrader import api


@pytest.fixture(autouse=True)
def one_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new gradebook starts a process that asks alembic for nbgrader's newest revision: once is enough."""
    monkeypatch.setattr(api, "get_alembic_version", newest_revision)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course root without submissions."""
    root = make_course(tmp_path / "course", LATE)
    monkeypatch.setenv("COURSE_CONTENT", str(root))
    return root


@pytest.fixture
def handed_in(root: Path) -> Path:
    """The same with the whole cohort's submissions."""
    for student, notebook in cohort().items():
        hand_in(root, student, notebook)
    return root


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course root whose cohort `nbgrader autograde` has graded."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        root = make_course(tmp_path_factory.mktemp("stock") / "course", LATE)
        monkeypatch.setenv("COURSE_CONTENT", str(root))
        for student, notebook in cohort().items():
            hand_in(root, student, notebook)
        nbgrader(root, "generate_assignment", "--force", SLUG)
        nbgrader(root, "autograde", SLUG)
    return root  # outside: a session lasts, and other tests have other courses
