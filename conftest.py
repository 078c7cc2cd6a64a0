"""The order of the tests, and how much is proved: `--prove-all`, `--day`.

Files are spread over pytest-xdist's workers whole (`--dist loadfile`): the tests of a file share servers and kernels.
"""

import os
from datetime import date

import pytest

from course.authoring import turns

SLOW_FIRST = (
    "tests/workshop",
    "tests/containers",
    "tests/browser",
    "tests/authoring/test_real_course.py",
    "tests/batch/test_batch_kill.py",
    "notebooks",
    "tests/hostile",
    "tests/batch",
    "tests/test_repository.py",
    "tests/grading",
    "tests/sandbox",
    "tests/test_binder.py",
)
"""The slow ones start first, so that no processor idles at the end."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say how much is proved."""
    group = parser.getgroup("course")
    group.addoption("--prove-all", action="store_true", help="prove every chapter and play it in the browser")
    group.addoption(
        "--day",
        type=date.fromisoformat,
        default=os.environ.setdefault("COURSE_TEST_DAY", str(turns.today())),  # workers have it from here
        metavar="YYYY-MM-DD",
        help="the day whose turn it is, to repeat its run",
    )


def pytest_report_header(config: pytest.Config) -> str:
    """Name what a repetition of this run needs."""
    return (
        "proves all"
        if config.option.prove_all
        else f"proves what changed and --day {config.option.day}'s turn"
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the slow files; inside a file the order stays."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    return next(
        (turn for turn, slow in enumerate(SLOW_FIRST) if item.nodeid.startswith(slow)), len(SLOW_FIRST)
    )
