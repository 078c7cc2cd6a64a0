"""Probes: functions of a check's author that run in the learner's process, beside their code.

The grader reads a probe and the probes that it imports, and sends their text: on the learner's side no file of them
exists, and a probe knows of no other.
"""

import ast
import asyncio
import inspect
import json
import random
import sys
from collections.abc import Collection, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

from course.project.crash import describe
from course.project.tools.own_tests import run_copied_tests

PACKAGE = "probes"
MAX_ANSWER_BYTES = 1024 * 1024

type Message = dict[str, Any]


def read_probe(name: str, folders: Collection[Path]) -> dict[str, str]:
    """Read `probes/NAME.py` of one of these folders, and the probes that it imports: name to text.

    FileNotFoundError when there is none.
    """
    return _with_imports([name], _files(folders))


def probes_named(text: str, folder: Path) -> dict[str, str]:
    """The probes of a folder that a check file mentions by their name, with what they import: name to text."""
    files = _files([folder])
    try:
        constants = {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)}
    except SyntaxError:
        constants = set()
    return _with_imports(sorted(name for name in files if name in constants), files)


def _files(folders: Collection[Path]) -> dict[str, Path]:
    return {file.stem: file for folder in folders for file in sorted(folder.glob("*.py"))}


def _with_imports(names: Sequence[str], files: Mapping[str, Path]) -> dict[str, str]:
    found: dict[str, str] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        if name not in files:
            raise FileNotFoundError(f"there is no {PACKAGE}/{name}.py")
        found[name] = files[name].read_text(encoding="utf-8")
        waiting += _imported(found[name])
    return found


def _imported(text: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.ImportFrom(module=str(module)) if module.startswith(f"{PACKAGE}."):
                found.append(module.split(".")[1])
            case ast.ImportFrom(module="probes", names=aliases):
                found += [alias.name for alias in aliases]
            case ast.Import(names=aliases):
                found += [
                    alias.name.split(".")[1] for alias in aliases if alias.name.startswith(f"{PACKAGE}.")
                ]
    return found


def run_probe(message: Message, project: Path) -> Message:
    """Run a probe in this process, a fork of the learner's: `{"result": …}`, or how it went wrong."""
    random.seed()
    try:
        match message:
            case {"name": _}:
                result = _call(message)
            case {"tests": tests}:
                result = run_copied_tests(**tests)
            case _:
                result = _run_source(message["source"])
        if len(json.dumps(result)) > MAX_ANSWER_BYTES:
            return {"ended": "answered with more than 1 MB"}
    except BaseException as error:
        return {"crash": describe(error, project).to_json()}
    return {"result": result}


def _call(message: Message) -> Any:  # noqa: ANN401 - JSON, as its author likes
    sys.meta_path.insert(0, _Sent(message["sources"]))
    module = __import__(f"{PACKAGE}.{message['name']}", fromlist=["*"])
    public = [
        member
        for name, member in inspect.getmembers(module, inspect.isfunction)
        if member.__module__ == module.__name__ and not name.startswith("_")
    ]
    if len(public) != 1:
        raise LookupError(f"{PACKAGE}/{message['name']}.py has {len(public)} public functions, not one")
    result = public[0](**message["arguments"])
    return asyncio.run(result) if inspect.iscoroutine(result) else result


def _run_source(source: str) -> Any:  # noqa: ANN401 - whatever it gives
    namespace: dict[str, Any] = {"__name__": "__probe__"}
    code = compile(source, "<probe>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    # The snippet is the check author's; the code it calls is the learner's. Both belong in this process.
    pending = eval(code, namespace)  # noqa: S307 - the check author's own
    if inspect.iscoroutine(pending):
        asyncio.run(pending)
    return namespace.get("result")


class _Sent(MetaPathFinder, Loader):
    """Finds the probes that the grader sent."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = {f"{PACKAGE}.{name}": text for name, text in sources.items()} | {PACKAGE: ""}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a probe."""
        if fullname not in self._sources:
            return None
        return spec_from_loader(fullname, self, is_package=fullname == PACKAGE)

    def exec_module(self, module: ModuleType) -> None:
        """Run its text."""
        code = compile(self._sources[module.__name__], f"<{module.__name__}>", "exec", dont_inherit=True)
        exec(code, module.__dict__)  # noqa: S102 - the check author's own
