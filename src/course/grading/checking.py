"""What the authors of checks import.

A check is a test function with a docstring, marked with its task and points:

    @task("1.1", points=1)
    async def test_placing_an_order(api: Api, rng: random.Random) -> None:
        \"\"\"Placing an order answers 201 with the customer's name.\"\"\"
        order = await api.post("/api/v1/orders", json={...})
        expect(order, 201, why="the route has no status code of its own", look_at="app/orders/router.py")
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, NoReturn, Protocol, TypeVar

from httpx2 import AsyncClient, Request, Response

from course.grading.channel import Json
from course.project.crash import CRASH_HEADER, Crash

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
]

_MAX_DATA = 90
_MAX_BODY = 600
_MAX_BRIEF = 240
_MARK = "__course_check__"
_F = TypeVar("_F", bound=Callable[..., Any])

type Tool = Callable[[dict[str, Any]], dict[str, Any]]


class CheckFailed(Exception):  # noqa: N818 - the name that check authors know
    """A check found the answer wanting. Its text is what the learner reads; `detail` is shown on request."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


class AppCrashed(CheckFailed):
    """The learner's code crashed, hung or ended: ERROR rather than FAIL."""


@dataclass(frozen=True)
class CheckMark:
    """Which task a check belongs to, and what it is worth."""

    task: str
    points: float


def task(task: str, *, points: float) -> Callable[[_F], _F]:
    """Mark a test function as a check of this task, worth so many points."""

    def mark(function: _F) -> _F:
        setattr(function, _MARK, CheckMark(task, float(points)))
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
    """`await probe(source)` runs Python beside the app, in the learner's process, and returns what the snippet
    assigns to `result` (JSON). Raises AppCrashed when code of theirs raises, CheckFailed when the snippet does."""

    async def __call__(self, source: str) -> Json: ...


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


def expect(response: Response, status: int, *, why: str, look_at: str) -> Response:
    """Return the response when it has this status.

    Otherwise CheckFailed: what was sent, what came back, what was expected, `why`, and where to look. A 500 that
    hides a crash is AppCrashed, and names the crash.
    """
    if response.status_code == status:
        return response
    request = describe_request(response.request)
    if crash := crash_behind(response):
        raise AppCrashed(
            f"{request} crashed; expected {_status(status)}. {sentence(crash)}", body_of(response)
        )
    came = _status(response.status_code)
    raise CheckFailed(
        f"{request} came back {came}; expected {status}: {why.rstrip('.')}. Look at {look_at.rstrip('.')}.",
        body_of(response),
    )


def as_before(response: Response, wanted: Json, *, look_at: str) -> None:
    """Fail unless the response has the body that it had before the exercise; name the first key that differs."""
    came = response.json()
    if came == wanted:
        return
    request = f"{response.request.method} {response.request.url.raw_path.decode()}"
    if isinstance(came, dict) and isinstance(wanted, dict):
        key = next(key for key in {**wanted, **came} if came.get(key) != wanted.get(key) or key not in came)
        came, wanted = {key: came.get(key)}, {key: wanted.get(key)}
    fail(
        f"{request} came back with {brief(came)}; expected {brief(wanted)}, as before this exercise. Look at what you "
        f"changed around the gaps in {look_at}."
    )


def brief(data: Json) -> str:
    """JSON for a sentence: its beginning, where it is long."""
    text = json.dumps(data, ensure_ascii=False)
    return text if len(text) <= _MAX_BRIEF else f"{text[: _MAX_BRIEF - 1]}…"


def fail(message: str) -> NoReturn:
    """Fail the check with exactly this sentence."""
    raise CheckFailed(message)


def crash_behind(response: Response) -> Crash | None:
    """The exception that a 500 hides, if it does."""
    header = response.headers.get(CRASH_HEADER)
    return Crash.from_header(header) if header and response.status_code == 500 else None


def sentence(crash: Crash) -> str:
    """Name a crash and the last line of the learner's own."""
    if not crash.line:
        return f"It raised {crash.error}."
    code = f", `{crash.code}`" if crash.code else ""
    return f"It raised {crash.error} in {crash.path}, line {crash.line}{code}."


def describe_request(request: Request) -> str:
    """Name a request: `POST /api/v1/orders with quantity=0`."""
    path = request.url.raw_path.decode("ascii", errors="replace")
    data = _sent(request)
    return f"{request.method} {path} with {data}" if data else f"{request.method} {path}"


def body_of(response: Response) -> str:
    """The start of a response's body."""
    text = response.text
    return text if len(text) <= _MAX_BODY else text[:_MAX_BODY] + "…"


def _sent(request: Request) -> str:
    try:
        data = json.loads(request.content)
    except (ValueError, RuntimeError):  # no body, not JSON, or a stream
        return ""
    text = ", ".join(f"{key}={_value(item)}" for key, item in data.items()) if isinstance(data, dict) else ""
    text = text or _value(data)
    return text if len(text) <= _MAX_DATA else text[: _MAX_DATA - 1] + "…"


def _value(data: object) -> str:
    if isinstance(data, dict):
        return "{" + ", ".join(f"{key}={_value(item)}" for key, item in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(_value(item) for item in data) + "]"
    return json.dumps(data, ensure_ascii=False)


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
