"""Starting a tool: the same command and the same quiet environment, wherever it runs."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TIMEOUT_SECONDS = 120
QUIET = {
    "COLUMNS": "100",
    "NO_COLOR": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    # pytest would import every plugin of the course's environment, which takes longer than the tests
    "PYTEST_ADDOPTS": "",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
}
_IMPORT_LINTER = "from importlinter.cli import lint_imports_command as run; run()"


@dataclass(frozen=True)
class Ran:
    """How a tool ended, and what it said. Its status is None when it had no answer in time."""

    status: int | None
    output: str
    errors: str = ""

    @property
    def said(self) -> str:
        """All that it said, the errors last."""
        return "\n".join(filter(None, (self.output.strip(), self.errors.strip())))


def command(tool: str, *arguments: str) -> list[str]:
    """The command that starts a tool of this environment: `ruff`, `mypy`, `pytest` or `importlinter`."""
    start = ["-c", _IMPORT_LINTER] if tool == "importlinter" else ["-m", tool]
    return [sys.executable, "-P", *start, *arguments]


async def run(
    tool: str,
    *arguments: str,
    project: Path,
    more: Mapping[str, str] | None = None,
    seconds: float = TIMEOUT_SECONDS,
) -> Ran:
    """Run a tool in a project, whose folder is on its path; `more` is added to the environment."""
    process = await asyncio.create_subprocess_exec(
        *command(tool, *arguments),
        cwd=project,
        env={**os.environ, **QUIET, "PYTHONPATH": str(project), **(more or {})},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), seconds)
    except TimeoutError:
        process.kill()
        await process.wait()
        return Ran(None, "", f"no answer within {seconds:g} seconds")
    return Ran(process.returncode, _text(out, project), _text(err, project))


def run_and_wait(tool: str, *arguments: str, project: Path, environment: Mapping[str, str]) -> Ran:
    """The same without an event loop, in exactly this environment and without a limit."""
    done = subprocess.run(  # noqa: S603 - our own command; its arguments are a check author's
        command(tool, *arguments),
        cwd=project,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return Ran(done.returncode, _text(done.stdout, project), _text(done.stderr, project))


def _text(data: bytes, project: Path) -> str:
    """What was said, with the project's paths as the learner knows them."""
    return data.decode(errors="replace").replace(f"{project}{os.sep}", "")
