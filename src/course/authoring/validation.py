"""A pytest plugin (`-p course.authoring.validation`): lessons are validated as they are built.

It turns on nbval's strict comparison with the course's list of times and ports, in the environment that the build
uses, so that plain `pytest` validates every lesson it collects.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from unittest.mock import patch

import pytest

from course.authoring.execute import CELL_TIMEOUT, kernel_environment
from course.project.sanitize import SANITIZE_FILE

_TEMPORARY = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Set nbval's options; with pytest-xdist keep the cells of a notebook on one worker."""
    if not config.pluginmanager.has_plugin("nbval"):
        return
    config.stash[_TEMPORARY] = Path(tempfile.mkdtemp(prefix="course-nbval-"))
    config.option.nbval = True
    config.option.nbval_current_env = True
    config.option.nbval_sanitize_with = str(SANITIZE_FILE)
    config.option.nbval_cell_timeout = CELL_TIMEOUT
    if getattr(config.option, "dist", "no") == "load":
        config.option.dist = "loadfile"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what the kernels left: nbval ends them without asking."""
    if folder := config.stash.get(_TEMPORARY, None):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Give the kernel that a notebook's first cell starts an empty workspace of its own."""
    if item.path.suffix != ".ipynb":
        return (yield)
    environment = kernel_environment(item.config.stash[_TEMPORARY])
    with patch.dict(os.environ, environment, clear=True):
        return (yield)
