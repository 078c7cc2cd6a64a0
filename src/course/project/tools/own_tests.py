"""A project's own tests, run by pytest in this process, over a copy of the project with more files in it.

Tests and conftest.py are code: whoever calls this is a process that may be lost.
"""

import contextlib
import importlib.util
import io
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

from course.project.files import PACKAGE_ROOTS

MAX_OUTPUT = 4000
CRASHED = 3  # pytest's exit code for an internal error
OPTIONS = ("-q", "-rfEp", "--tb=line", "-p", "no:cacheprovider", "-p", "pytest_cov.plugin", "--color=no")


def run_copied_tests(files: Mapping[str, str], target: str) -> tuple[int, str]:
    """Run pytest on a path of the project that is on the path; return its exit code and the end of its output.

    Text for a file that is there goes to its end. The process stays in the copy, and has forgotten the project.
    """
    copy = _copy_with(files)
    for name in [name for name in sys.modules if name.split(".")[0] in (*PACKAGE_ROOTS, "scripts")]:
        del sys.modules[name]
    sys.dont_write_bytecode = True
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.chdir(copy)
    code, output = _pytest(target)
    return code, output[-MAX_OUTPUT:].replace(f"{copy}{os.sep}", "")


def _copy_with(files: Mapping[str, str]) -> Path:
    found = importlib.util.find_spec("app")
    if found is None or not found.submodule_search_locations:
        raise LookupError("there is no app/ to test")
    home = Path(next(iter(found.submodule_search_locations))).parent
    copy = Path(tempfile.mkdtemp()) / "my-api"
    shutil.copytree(home, copy, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    for path, text in files.items():
        file = copy / path
        file.write_text((file.read_text() if file.exists() else "") + text)
    sys.path[:] = [entry for entry in sys.path if entry and Path(entry) != home]
    return copy


def _pytest(target: str) -> tuple[int, str]:
    import pytest
    import pytest_asyncio.plugin

    printed = io.StringIO()
    codes: list[int] = []

    def run() -> None:
        codes.append(int(pytest.main([*OPTIONS, target], plugins=[pytest_asyncio.plugin])))

    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        work = threading.Thread(target=run)  # a thread has no event loop yet, whatever runs in this one
        work.start()
        work.join()
    return codes[0] if codes else CRASHED, printed.getvalue()
