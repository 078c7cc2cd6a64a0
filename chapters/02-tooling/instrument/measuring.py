"""Runs the tools, and reads from what they say which bug each of them caught."""

import asyncio
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from course.errors import CourseError
from course.notebook.session import my_api
from course.pictures.view import View
from course.project.tools.findings import MYPY, PYTEST, RUFF, TestRun, read_mypy, read_ruff, read_tests
from course.project.tools.launch import run

from .drawing import Bug, Cell, Finding, ToolColumn, bug_table_view

_LINES_OF_COMPLAINT = 3
_WIDE = {"COLUMNS": "300"}


@dataclass(frozen=True)
class _Said:
    """What a tool said: findings with their lines, or tests with their outcomes."""

    findings: tuple[Finding, ...] = ()
    tests: tuple[TestRun, ...] = ()


@dataclass(frozen=True)
class _Tool:
    options: tuple[str, ...]
    takes_script: bool
    read: Callable[[str], _Said]


async def bug_table(
    script: str, bugs: Mapping[str, tuple[str, ...]], tools: Mapping[str, str], *, title: str = ""
) -> View:
    """Run tools over a script of `my-api` and show which of its known bugs each one catches.

    `bugs`: what a bug does → a piece of the line it is in, a piece of the names of the tests that are about it ("" for
    none) and, where the line stays when the bug is gone, a piece of the line that cures it. `tools`: a column's name → a command that starts with ruff, mypy or pytest; the script is added to
    it. A finding catches the bug whose line it names; a test, when it fails. Raises CourseError for a script that is
    not there, another tool, and a tool that cannot do its work.
    """
    project = my_api()
    file = project / script
    if not file.is_file():
        raise CourseError(f"There is no {script} in my-api.")
    lines = file.read_text(encoding="utf-8").splitlines()
    known = [Bug(name, _line_of(piece, lines, *cure)) for name, (piece, _, *cure) in bugs.items()]
    about = [test for _, test, *_ in bugs.values()]
    said = await asyncio.gather(*(_run(project, command, script) for command in tools.values()))
    columns = [
        _column(name, command, known, about, what)
        for (name, command), what in zip(tools.items(), said, strict=True)
    ]
    return bug_table_view(known, columns, title or script)


def _line_of(piece: str, lines: Sequence[str], *cures: str) -> int | None:
    if any(cure in line for cure in cures for line in lines):
        return None
    return next((number for number, line in enumerate(lines, 1) if piece in line), None)


def _column(name: str, command: str, bugs: Sequence[Bug], about: Sequence[str], said: _Said) -> ToolColumn:
    cells = [_cell(bug, test, said) for bug, test in zip(bugs, about, strict=True)]
    lines = {bug.line for bug in bugs}
    elsewhere = tuple(finding for finding in said.findings if finding.line not in lines)
    return ToolColumn(name, command, _is_pytest(command), tuple(cells), elsewhere)


def _cell(bug: Bug, about: str, said: _Said) -> Cell:
    found = [finding for finding in said.findings if bug.line is not None and finding.line == bug.line]
    tests = [test for test in said.tests if about and about in test.name]
    found += [Finding("test fails", f"{t.name}: {t.message}") for t in tests if not t.passed]
    if found:
        return Cell("caught", tuple(found))
    return Cell(
        "passes" if tests and bug.line is None else "missed"
    )  # a test that passes over a bug is blind to it


def _is_pytest(command: str) -> bool:
    return command.split()[:1] == ["pytest"]


async def _run(project: Path, command: str, script: str) -> _Said:
    name, *arguments = shlex.split(command) or [""]
    tool = _TOOLS.get(name)
    if tool is None:
        raise CourseError(f"{command!r} starts with none of {', '.join(_TOOLS)}.")
    if _is_pytest(command) and "asyncio_mode" in _settings(project):
        arguments += ["-p", "pytest_asyncio.plugin"]
    scripts = [script] if tool.takes_script else []
    ran = await run(name, *arguments, *tool.options, *scripts, project=project, more=_WIDE)
    if ran.status not in (0, 1):
        raise CourseError(f"`{command}` could not do its work: {_last_words(ran.errors or ran.output)}")
    return tool.read(ran.output)


def _settings(project: Path) -> str:
    file = project / "pyproject.toml"
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _last_words(text: str) -> str:
    return " ".join(" ".join(text.strip().splitlines()[-_LINES_OF_COMPLAINT:]).split())


def _read_ruff(text: str) -> _Said:
    return _Said(tuple(Finding(one.code, one.message, one.line) for one in read_ruff(text)))


def _read_mypy(text: str) -> _Said:
    errors = [one for one in read_mypy(text) if not one.is_note]
    return _Said(tuple(Finding(one.code or "syntax", one.message, one.line) for one in errors))


def _read_pytest(text: str) -> _Said:
    return _Said(tests=tuple(read_tests(text)))


_TOOLS = {
    "ruff": _Tool((*RUFF, "--no-cache"), True, _read_ruff),
    "mypy": _Tool(MYPY, True, _read_mypy),
    "pytest": _Tool(PYTEST, False, _read_pytest),
}
