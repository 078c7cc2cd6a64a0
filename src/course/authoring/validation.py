"""A pytest plugin (`-p course.authoring.validation`): lessons are validated as they are built.

It turns on nbval's strict comparison with the course's list of times and ports, in the environment that the build
uses, so that plain `pytest` validates every lesson it collects.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from functools import lru_cache
from pathlib import Path
from unittest.mock import patch

import pytest

from course.authoring.execute import CELL_TIMEOUT, kernel_environment
from course.catalog import catalog, content
from course.project.myst import turns
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


def pytest_itemcollected(item: pytest.Item) -> None:
    """Fill the gaps of a lesson, as the build does: the outputs below them are those of a right answer."""
    cell = getattr(item, "cell", None)
    if cell is None or (source := _source_of(item.path)) is None:
        return
    if (filled := turns_of(source, source.stat().st_mtime_ns).get(cell.get("id", ""))) is not None:
        cell.source = filled
        item.options["check"] = False  # type: ignore[attr-defined] # nbval's: the gap itself shows nothing


def _source_of(notebook: Path) -> Path | None:
    """The lesson that a built notebook is derived from; None for any other notebook."""
    where = content()
    chapter = next((one for one in catalog().chapters if where.lesson_notebook(one) == notebook), None)
    return where.lesson_source(chapter) if chapter else None


@lru_cache(maxsize=32)
def turns_of(source: Path, _mtime: int) -> dict[str, str]:
    """What the gaps of a lesson are filled with, read once for all its cells."""
    return turns(source)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Give the kernel that a notebook's first cell starts an empty workspace of its own."""
    if item.path.suffix != ".ipynb":
        return (yield)
    environment = kernel_environment(item.config.stash[_TEMPORARY])
    with patch.dict(os.environ, environment, clear=True):
        return (yield)
