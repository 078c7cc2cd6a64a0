"""What a notebook shares with a terminal at a desk: the project's folder, its imports, and tools that start fast."""

import os
import sys
import sysconfig
from importlib.metadata import entry_points
from pathlib import Path

from IPython.core.getipython import get_ipython

from course.notebook.session import current
from course.project.tools import mypy_standard
from course.project.type_cache import mypy_cache
from course.static_page import IN_BROWSER

PROJECT_PLUGINS = {"anyio", "asyncio", "pytest_cov"}  # of pytest: those that my-api comes to declare


def work_in(project: Path, cache: Path) -> None:
    """Make the project the working directory, first on the path of imports, with the course's own tools in reach.

    `cache` is the folder for what tools remember between runs; it is outside the project.
    """
    project.mkdir(parents=True, exist_ok=True)
    os.chdir(project)
    here = str(project)
    sys.path[:] = [here, *(entry for entry in sys.path if entry != here)]
    scripts = sysconfig.get_path("scripts")
    path = os.environ.get("PATH", "").split(os.pathsep)
    if path[0] != scripts:  # so that `!ruff` is the ruff of this kernel
        os.environ["PATH"] = os.pathsep.join([scripts, *(entry for entry in path if entry != scripts)])
    os.environ |= {
        "PYTEST_ADDOPTS": _without_foreign_plugins(),
        "NO_COLOR": "1",
        "TERM": "dumb",
    }  # a notebook is no terminal: tools print words, not animations
    _give_mypy_its_cache(project, cache)
    if (shell := get_ipython()) is not None:
        shell.events.register("pre_run_cell", _before_each_cell)  # a second time changes nothing


def _give_mypy_its_cache(project: Path, cache: Path) -> None:
    """Let a notebook's own `!mypy` use the checkpoint's cache, the one for what the project configures now.

    What mypy remembers under another configuration is not only useless to it: it is thrown away.
    """
    if not IN_BROWSER:
        os.environ["MYPY_CACHE_DIR"] = str(mypy_cache(cache, mypy_standard(project)))


def _before_each_cell(*_: object) -> None:
    """The learner, or the last cell, may have changed pyproject.toml."""
    if (session := current()) is not None:
        place = session.workspace
        _give_mypy_its_cache(place.project, place.state / "cache")


def _without_foreign_plugins() -> str:
    """Options with which `!pytest` loads the plugins that the project declares, and none of the course's: a third of the time."""
    names = {plugin.name for plugin in entry_points(group="pytest11")} - PROJECT_PLUGINS
    return " ".join(f"-p no:{name}" for name in sorted(names))
