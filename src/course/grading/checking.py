"""What the grader gives to checks: their mark, the client, probes, and the project's files with the real tools.

Authors import all of it from `course.checks`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from httpx2 import AsyncClient, Response

from course.grading.channel import Json
from course.grading.failures import (
    AppCrashed,
    CheckFailed,
    as_before,
    brief,
    expect,
    fail,
    wrong,
)

__all__ = [
    "Api",
    "AppCrashed",
    "CheckFailed",
    "Import",
    "Probe",
    "ProjectFiles",
    "ToolOutput",
    "as_before",
    "brief",
    "expect",
    "fail",
    "task",
    "wrong",
]

_MARK = "__course_check__"
_F = TypeVar("_F", bound=Callable[..., Any])

type Tool = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class CheckMark:
    """Which task a check belongs to, what it is worth, and which promise of the task's text it holds to."""

    task: str
    points: float
    promise: str = ""
    whole: bool = False


def task(task: str, *, points: float, promise: str = "", whole: bool = False) -> Callable[[_F], _F]:
    """Mark a test function as a check of this task, worth so many points, that holds to this promise of its text.

    A check that fails is read once more with the reference's version of the other tasks' files, and passes if it passes
    then: one fault costs one task. `whole` says that its promise is about all files, whichever task writes them.
    """

    def mark(function: _F) -> _F:
        setattr(function, _MARK, CheckMark(task, float(points), promise, whole))
        return function

    return mark


def mark_of(function: object) -> CheckMark | None:
    """The mark that `task` left on a test function."""
    found = getattr(function, _MARK, None)
    return found if isinstance(found, CheckMark) else None


class Api(AsyncClient):
    """An httpx2 client of a fresh server of the learner's app.

    A request that finds no answer (the app crashed, hung, or floods) raises AppCrashed with a readable sentence.
    """

    last: Response | None = None
    """The last answer, for messages about checks that stumble over it."""


class Probe(Protocol):
    """`await probe("name", user_id=3)` calls the public function of `probes/name.py` in the learner's process.

    Arguments and result are JSON. The function may be async, and may import the learner's code and other files of
    `probes/`. Raises AppCrashed when code of theirs raises, CheckFailed when the probe itself does. Given Python
    instead of a name, it runs that and returns what it assigns to `result`.
    """

    async def __call__(self, probe: str, /, **arguments: Json) -> Json: ...

    async def run_tests(self, files: Mapping[str, str], target: str) -> tuple[int, str]:
        """Run pytest on a path in a copy of the project with these files; its exit code and output."""


@dataclass(frozen=True)
class ToolOutput:
    """What a tool said of the project."""

    passed: bool
    output: str


@dataclass(frozen=True)
class Import:
    """One import statement of the project: `importer` imports `imported`, as dotted module names."""

    importer: str
    imported: str
    line: int
    code: str


class ProjectFiles:
    """The learner's files, as they are on disk, and the real tools over them."""

    def __init__(self, root: Path, tool: Tool) -> None:
        self.root = root
        self._tool = tool

    def read(self, path: str) -> str:
        """Return a file's text; fails the check when it is not there."""
        file = self.root / path
        if not file.is_file():
            fail(f"There is no {path} in the project. Create it.")
        return file.read_text(encoding="utf-8", errors="replace")

    def paths(self, pattern: str) -> tuple[str, ...]:
        """Return the files that match a glob such as `app/**/*.py`, sorted."""
        found = (file.relative_to(self.root) for file in self.root.glob(pattern) if file.is_file())
        return tuple(sorted(file.as_posix() for file in found))

    def ruff(self, *arguments: str) -> ToolOutput:
        """Run ruff in the project, such as `project.ruff("check", "app")`."""
        return self._run({"do": "command", "command": ["ruff", *arguments]})

    def mypy(self, *arguments: str) -> ToolOutput:
        """Run mypy in the project, such as `project.mypy("--strict", "app")`."""
        return self._run({"do": "command", "command": ["mypy", *arguments]})

    def contracts(self, toml_text: str) -> ToolOutput:
        """Hold the project to import-linter contracts, written as in pyproject.toml (`[tool.importlinter]`)."""
        return self._run({"do": "contracts", "toml": toml_text})

    def imports(self, package: str = "app") -> tuple[Import, ...]:
        """Return every import inside a package of the project, those of other packages included (`fastapi`)."""
        answer = self._ask({"do": "imports", "package": package})
        return tuple(Import(*edge) for edge in answer.get("edges", ()))

    def _run(self, message: dict[str, Any]) -> ToolOutput:
        answer = self._ask(message)
        return ToolOutput(bool(answer.get("passed")), str(answer.get("output", "")))

    def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        answer = self._tool(message)
        if "ended" in answer:
            name = message["command"][0] if "command" in message else "import-linter"
            raise AppCrashed(f"{name} was run over your project and {answer['ended']}.")
        return answer
