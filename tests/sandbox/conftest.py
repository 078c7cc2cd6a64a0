"""Sandboxes for tests. They need Linux; without root the cases that start as root are left out."""

import sys

import pytest

collect_ignore_glob = [] if sys.platform == "linux" else ["test_*.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Under pytest-xdist a worker has a second thread while it forks: the child runs only code that needs no lock."""
    for item in items:
        if "sandbox" in item.path.parts:
            item.add_marker(pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"))
