"""Real tools over a submission's files: ruff, mypy, import-linter, grimp.

They run in a clean child that never imports the submission, over a copy of it that the learner's app cannot write to,
and are confined all the same.
"""

import contextlib
import importlib
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

from course.grading.channel import Channel, ChannelClosedError, ChannelTimeoutError, channel_pair
from course.grading.database import query
from course.grading.isolation import Limits, Terms, confine
from course.grading.place import Place
from course.grading.processes import describe_exit, exit_status, fork, point_streams_at
from course.project.files import PACKAGE_ROOTS
from course.project.tools import mypy_standard
from course.project.tools.imports import keeps_contracts, read_imports
from course.project.tools.launch import run_and_wait
from course.project.type_cache import mypy_cache
from course.sandbox import IsolationError, end_descendants

MAX_OUTPUT = 200_000

type Message = dict[str, Any]
type Work = Callable[[Message, Path, Path], Message]


def run(channel: Channel, place: Place, terms: Terms, output: int) -> None:
    """Run tools for the grader until it hangs up, each in a fork of its own."""
    point_streams_at(output)
    with contextlib.suppress(ChannelClosedError):
        channel.receive()  # nothing is confined for checks that use no tool
        try:
            isolation = confine(
                terms,
                work=place.tools,
                here=place.files,
                readable=(place.files,),
                keep_fds=(channel.fileno(),),
            )
        except IsolationError as error:
            channel.send({"refused": str(error)})
            return
        channel.send(isolation.to_json())
        sys.meta_path.insert(0, ProjectFinder(place.files))
        while True:
            message = channel.receive()
            if _is_mypy_without_settings(message):
                # Here, so that the forks have it: importing mypy takes longer than what they do with it.
                importlib.import_module("mypy.api")
            channel.send(_in_child(message, place.files, place.tools, terms.limits))


class ProjectFinder(MetaPathFinder):
    """Finds the project's packages, and nothing else of it: a submitted `rich.py` is not what a tool means by rich."""

    def __init__(self, project: Path) -> None:
        self._places = [str(project)]

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find `app` and `tests`. Nothing imports them: whoever looks for `app.users` would run `app` for it."""
        spec = PathFinder.find_spec(fullname, self._places) if fullname in PACKAGE_ROOTS else None
        if spec is not None and spec.loader is not None:
            spec.loader = _NeverLoads()
        return spec


class _NeverLoads(Loader):
    """Stands where Python's loader does, for code that is looked at and never run."""

    def exec_module(self, module: ModuleType) -> None:
        raise ImportError(f"a root package has no dot in its name: write {module.__name__}")


def _in_child(message: Message, project: Path, home: Path, limits: Limits) -> Message:
    ours, theirs = channel_pair()
    work = _WORK[message["do"]]
    pid = fork(lambda: theirs.send(_careful(work, message, project, home)), keep=(theirs.fileno(),))
    theirs.close()
    try:
        answer: Message = ours.receive(message["seconds"])
    except ChannelTimeoutError:
        answer = {"ended": f"did not finish within {limits.tool_seconds:g} s"}
    except ChannelClosedError:
        answer = {"ended": describe_exit(exit_status(pid, seconds=1.0))}
    finally:
        ours.close()
        end_descendants([pid])
    return answer


def _careful(work: Work, message: Message, project: Path, home: Path) -> Message:
    try:
        return work(message, project, home)
    except Exception as error:
        text = " ".join(str(error).replace(f"{project}{os.sep}", "").split())
        return {"ended": f"cannot read it ({type(error).__name__}: {text[:300]})"}


def _command(message: Message, project: Path, home: Path) -> Message:
    """Run `python -m TOOL ARGUMENTS` in the project; what it printed and whether it was content."""
    if _is_mypy_without_settings(message):
        return _mypy_here(message["command"][1:], project, home)
    tool, *options = message["command"]
    environment = {**os.environ, "RUFF_NO_CACHE": "true"}
    if tool == "mypy":
        environment["MYPY_CACHE_DIR"] = str(mypy_cache(home, mypy_standard(project)))
    ran = run_and_wait(tool, *options, project=project, environment=environment)
    if ran.status is not None and ran.status < 0:
        return {"ended": describe_exit(ran.status)}
    return _said(ran.said, passed=ran.status == 0)


def _is_mypy_without_settings(message: Message) -> bool:
    """Whether mypy is asked to read no settings of the project's: they may name plugins, which are code that mypy runs."""
    tool, *options = message.get("command", ("",))
    return tool == "mypy" and "--config-file=" in options


def _mypy_here(options: list[str], project: Path, home: Path) -> Message:
    """Run mypy in this process, which is a fork that has it imported already; it reads code and runs none of it."""
    import mypy.api

    os.chdir(project)
    os.environ["MYPY_CACHE_DIR"] = str(mypy_cache(home, "mypy.ini"))  # the libraries are known already
    printed, errors, status = mypy.api.run(options)
    return _said(f"{printed}{errors}".replace(f"{project}{os.sep}", ""), passed=status == 0)


def _contracts(message: Message, project: Path, home: Path) -> Message:
    """Hold the project's imports to import-linter contracts written in TOML."""
    handle, name = tempfile.mkstemp(suffix=".toml", dir=home)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(message["toml"])
    with tempfile.TemporaryFile() as printed:
        os.dup2(printed.fileno(), 1)
        passed = keeps_contracts(Path(name))
        printed.seek(0)
        text = printed.read().decode(errors="replace").replace(f"{project}{os.sep}", "")
        return _said(text, passed=passed)


def _imports(message: Message, project: Path, home: Path) -> Message:
    """Which module of the project imports what, and where."""
    return {"passed": True} | read_imports(message["package"], others=True)


def _said(text: str, *, passed: bool) -> Message:
    """What a tool said, all of it: a check that looks for errors would find none in a part without them."""
    if len(text) > MAX_OUTPUT:
        return {"ended": f"said more than {MAX_OUTPUT // 1000} kB: look at its output yourself"}
    return {"passed": passed, "output": text.strip()}


def _rows(message: Message, project: Path, home: Path) -> Message:
    """What is in a database of the app's."""
    return query(message, home)


_WORK: dict[str, Work] = {
    "rows": _rows,
    "command": _command,
    "contracts": _contracts,
    "imports": _imports,
}
