"""The checks of exercise 1 inside a notebook's own kernel: what stock nbgrader and otter-grader grade with.

This file lies beside the submitted notebook, with checks.py, held_out.py and the project. It gives the very same check
functions what they ask for, in the fastest way that such a kernel has: the app is imported afresh for every check, its
client speaks ASGI to it, import-linter runs in the process. Nothing is isolated.
"""

import ast
import asyncio
import contextlib
import importlib
import inspect
import io
import random
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import checks  # type: ignore[import-not-found] # lies beside the notebook
import grimp
import held_out  # type: ignore[import-not-found] # lies beside the notebook
from httpx2 import ASGITransport
from importlinter import cli  # noqa: F401 - configures import-linter
from importlinter.application import output, use_cases

from course.grading.channel import Json
from course.grading.checking import Api, ProjectFiles

sys.dont_write_bytecode = True  # a file that is written twice in a second would keep its old bytecode
output.console.is_jupyter = False  # or import-linter's words become pictures in the notebook
output.console.width = 200
HERE = Path.cwd()


async def check(name: str) -> None:
    """Run one check of this name; whatever it raises is its failure."""
    function = getattr(checks, name, None) or getattr(held_out, name)
    with contextlib.suppress(ValueError):
        sys.path.remove(str(HERE))
    sys.path.insert(0, str(HERE))
    _forget_the_app()
    async with _fixtures(function) as fixtures:
        outcome = function(**fixtures)
        if inspect.isawaitable(outcome):
            await outcome


def check_in_thread(name: str) -> None:
    """The same for a caller that cannot await, in a kernel whose event loop is running."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(check(name))
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if errors:
        raise Exception(str(errors[0]))  # noqa: TRY002 - otter-grader catches no BaseException


@asynccontextmanager
async def _fixtures(function: Callable[..., Any]) -> AsyncIterator[dict[str, Any]]:
    wanted = inspect.signature(function).parameters
    found: dict[str, Any] = {}
    if "rng" in wanted:
        found["rng"] = random.Random()  # noqa: S311 - test data, not secrets
    if "project" in wanted:
        found["project"] = ProjectFiles(HERE, _tool)
    if "probe" in wanted:
        found["probe"] = _probe
    if "api" not in wanted:
        yield found
        return
    app = importlib.import_module("app.main").app
    async with Api(transport=ASGITransport(app, raise_app_exceptions=False), base_url="http://api") as api:
        yield found | {"api": api}


def _forget_the_app() -> None:
    importlib.invalidate_caches()
    for name in [name for name in sys.modules if name == "app" or name.startswith("app.")]:
        del sys.modules[name]


async def _probe(source: str) -> Json:
    namespace: dict[str, Any] = {"__name__": "__probe__"}
    code = compile(source, "<probe>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    pending = eval(code, namespace)  # noqa: S307 - a check's own source
    if inspect.iscoroutine(pending):
        await pending
    return namespace.get("result")


def _tool(message: dict[str, Any]) -> dict[str, Any]:
    if message["do"] == "imports":
        return _imports(message["package"])
    if message["do"] == "contracts":
        return _contracts(message["toml"])
    raise LookupError(f"no check of exercise 1 asks for {message}")


def _imports(package: str) -> dict[str, Any]:
    graph = grimp.build_graph(package, include_external_packages=True, cache_dir=None)
    edges = [
        [importer, imported, detail["line_number"], detail["line_contents"]]
        for importer in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
        for detail in graph.get_import_details(importer=importer, imported=imported)
    ]
    return {"passed": True, "edges": edges}


def _contracts(toml: str) -> dict[str, Any]:
    with tempfile.NamedTemporaryFile("w", suffix=".toml", encoding="utf-8") as file:
        file.write(toml)
        file.flush()
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            passed = use_cases.lint_imports(config_filename=file.name, cache_dir=None, no_logo=True)
    return {"passed": bool(passed), "output": printed.getvalue().strip()}
