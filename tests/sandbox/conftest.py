"""Sandboxes for tests. They need Linux; without root the cases that start as root are left out."""

import sys
from collections.abc import Iterable
from pathlib import Path

import pytest


class NeedsLinux(pytest.Module):
    """A file of tests that is not even imported where there is nothing to test."""

    def collect(self) -> Iterable[pytest.Item]:
        pytest.skip(
            f"the sandbox is made of what Linux has, and this is {sys.platform}", allow_module_level=True
        )


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Leave out these files outside Linux, and say so."""
    return None if sys.platform == "linux" else NeedsLinux.from_parent(parent, path=module_path)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Under pytest-xdist a worker has a second thread while it forks: the child runs only code that needs no lock."""
    for item in items:
        if "sandbox" in item.path.parts:
            item.add_marker(pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"))
