"""How the tests are spread over pytest-xdist's workers: the slow ones first, so that no processor idles at the end."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parent
SLOW_FIRST = (
    "tests/browser",
    "tests/authoring/test_real_course.py",
    "notebooks",
    "tests/batch",
    "tests/hostile",
    "tests/project/test_checkpoints.py",
    "tests/sandbox",
    "tests/test_binder.py",
)
# Tests that share nothing: they may run on several workers.
INDEPENDENT = ("tests/authoring/test_real_course.py",)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file on one worker (they share servers and kernels), and start with the slow files."""
    items.sort(key=_turn)  # stable: inside a file the order stays
    for item in items:
        if _path(item) not in INDEPENDENT:
            item.add_marker(pytest.mark.xdist_group(_path(item)))


def _path(item: pytest.Item) -> str:
    return item.path.relative_to(ROOT).as_posix()


def _turn(item: pytest.Item) -> int:
    path = _path(item)
    return next((turn for turn, slow in enumerate(SLOW_FIRST) if path.startswith(slow)), len(SLOW_FIRST))
