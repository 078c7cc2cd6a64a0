"""A pytest plugin (`-p course.authoring.validation`): lessons are validated as they are built.

It turns on nbval's strict comparison with the course's list of times and ports, in the environment that the build
uses, so that plain `pytest` validates every lesson it collects. A lesson begins where a learner comes from: in the
exercise before it, left in a way whose turn it is today (`walk.ways`). Only what `begin` says of that is not compared.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from functools import lru_cache
from pathlib import Path
from unittest.mock import patch

import pytest

from course.authoring import turns, walk
from course.authoring.execute import CELL_TIMEOUT, kernel_environment, needs_postgresql
from course.catalog import Chapter, catalog, content
from course.postgresql import why_missing
from course.project import myst
from course.project.sanitize import SANITIZE_FILE

_TEMPORARY = pytest.StashKey[Path]()
_WORKSPACES = pytest.StashKey[dict[Path, str]]()
_WAYS = pytest.StashKey[dict[Path, str]]()
_BEGIN = "await course.begin("


def pytest_configure(config: pytest.Config) -> None:
    """Set nbval's options; with pytest-xdist keep the cells of a notebook on one worker."""
    if not config.pluginmanager.has_plugin("nbval"):
        return
    config.stash[_TEMPORARY] = Path(tempfile.mkdtemp(prefix="course-nbval-"))
    config.stash[_WORKSPACES] = {}
    config.stash[_WAYS] = {}
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
    if cell is None or (chapter := _lesson_of(item.path)) is None:
        return
    source = content().lesson_source(chapter)
    if _BEGIN in cell.source or (needs_postgresql(cell) and why_missing()):
        item.options["check"] = False  # type: ignore[attr-defined] # nbval's: where one comes from differs, or what there is
    if (filled := _gaps(source, source.stat().st_mtime_ns).get(cell.get("id", ""))) is not None:
        cell.source = filled
        item.options["check"] = False  # type: ignore[attr-defined] # nbval's: the gap itself shows nothing


def _lesson_of(notebook: Path) -> Chapter | None:
    """The chapter whose built lesson this is; None for any other notebook."""
    where = content()
    return next((one for one in catalog().chapters if where.lesson_notebook(one) == notebook), None)


@lru_cache(maxsize=32)
def _gaps(source: Path, _mtime: int) -> dict[str, str]:
    """What the gaps of a lesson are filled with, read once for all its cells."""
    return myst.turns(source)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Give the kernel that a notebook's first cell starts a workspace of its own."""
    if item.path.suffix != ".ipynb":
        return (yield)
    environment = kernel_environment(item.config.stash[_TEMPORARY])
    known = item.config.stash[_WORKSPACES]
    if item.path not in known:
        known[item.path] = _workspace(item) or environment["COURSE_WORKSPACE"]
    environment["COURSE_WORKSPACE"] = known[item.path]
    with patch.dict(os.environ, environment, clear=True):
        return (yield)


def _workspace(item: pytest.Item) -> str | None:
    """Make the workspace of a learner who comes from the exercise before this lesson; None where there is none."""
    lesson = _lesson_of(item.path)
    before = next((one for one in catalog().chapters if lesson and one.number == lesson.number - 1), None)
    if before is None or not (found := walk.ways(before, content())):
        return None
    (way,) = turns.on(getattr(item.config.option, "day", None) or turns.today(), found)
    root = item.config.stash[_TEMPORARY] / item.path.stem
    walk.arrive(root, before, way, content())
    item.config.stash[_WAYS][item.path] = way
    return str(root)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say of a cell that fails where the learner came from."""
    report = yield
    if way := item.config.stash.get(_WAYS, {}).get(item.path):
        report.sections.append(("Where this run of the lesson comes from", f"the exercise before it: {way}"))
    return report
