"""The handbook's tools, run over a project: the same standard at every checkpoint, whatever the project configures."""

import asyncio
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.project import hashes
from course.project.tools.launch import run
from course.project.type_cache import PACKAGES, STANDARD, mypy_cache


@dataclass(frozen=True)
class ToolResult:
    """What one tool said of a project: a one-line summary and, where it complains, its output."""

    tool: str
    passed: bool
    summary: str
    output: str = ""


async def run_tools(project: Path, *, cache: Path | None = None) -> tuple[ToolResult, ...]:
    """Run ruff, mypy --strict, the import contracts and pytest over a project, at the same time.

    A tool that has nothing to look at yet (no contracts, no tests) is left out. `cache` keeps mypy's cache between
    runs (default: `.course/cache` beside the project). Nothing is written into the project.
    """
    cache = cache or project.parent / ".course" / "cache"
    runs = [_run(project, name, tool, arguments) for name, (tool, *arguments) in _commands(project, cache)]
    return tuple(await asyncio.gather(*runs))


def _commands(project: Path, cache: Path) -> Iterator[tuple[str, list[str]]]:
    folders = [name for name in PACKAGES if (project / name).is_dir()]
    ruff = str(STANDARD / "ruff.toml")
    yield "ruff check", ["ruff", "check", "--no-cache", "--output-format=concise", "--config", ruff, *folders]
    yield "ruff format", ["ruff", "format", "--check", "--no-cache", "--config", ruff, *folders]
    standard = mypy_standard(project)
    mypy = ["--config-file", str(STANDARD / standard), "--cache-dir", str(mypy_cache(cache, standard))]
    yield "mypy --strict", ["mypy", "--strict", "--no-error-summary", "--no-color-output", *mypy, *folders]
    if _has_contracts(project):
        yield "import contracts", ["importlinter", "--no-logo", "--no-cache", "pyproject.toml"]
    if any((project / "tests").rglob("test_*.py")):
        plugins = [option for module in _pytest_plugins(project) for option in ("-p", module)]
        yield (
            "pytest",
            [
                "pytest",
                "-q",
                "--no-header",
                "-p",
                "no:cacheprovider",
                "-p",
                hashes.__name__,
                *plugins,
                "tests",
            ],
        )


def _tool_tables(project: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    tables: dict[str, Any] = data.get("tool", {})
    return tables


def mypy_standard(project: Path) -> str:
    """Return the name of the configuration that the checkpoint gives mypy.

    Pydantic's plugin reads models as Pydantic does; it is in force once the project says so itself.
    """
    plugins = _tool_tables(project).get("mypy", {}).get("plugins", [])
    return "mypy-pydantic.ini" if "pydantic.mypy" in plugins else "mypy.ini"


def _has_contracts(project: Path) -> bool:
    return bool(_tool_tables(project).get("importlinter", {}).get("contracts"))


def _pytest_plugins(project: Path) -> Iterator[str]:
    """The plugins that the project's own configuration speaks of.

    Only these are loaded: pytest would import every plugin of the course's environment, which takes three times
    as long as the tests.
    """
    settings = _tool_tables(project).get("pytest", {})
    settings = settings | settings.get("ini_options", {})
    if "asyncio_mode" in settings:
        yield "pytest_asyncio.plugin"
    if "--cov" in str(settings.get("addopts", "")):
        yield "pytest_cov.plugin"


async def _run(project: Path, name: str, tool: str, arguments: list[str]) -> ToolResult:
    ran = await run(tool, *arguments, project=project)
    if ran.status is None:
        return ToolResult(name, False, ran.errors)
    passed = ran.status == 0
    return ToolResult(name, passed, _summary(name, ran.said, passed), "" if passed else ran.said)


def _summary(tool: str, text: str, passed: bool) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    if tool == "pytest":
        counted = [line for line in lines if "passed" in line or "failed" in line or "error" in line]
        return counted[-1].split(" in ")[0].strip("= ") if counted else "no test ran"
    if tool == "import contracts":
        kept = [line for line in lines if line.startswith("Contracts:")]
        return kept[-1].removeprefix("Contracts: ").rstrip(".") if kept else "the contracts could not be read"
    if passed:
        return "clean"
    findings = [line for line in lines if ": " in line]
    return f"{len(findings)} finding{'s' if len(findings) != 1 else ''}"
