"""Import a module of a project as if for the first time: in an interpreter of its own, watched by `-X importtime`."""

import subprocess
import sys
from pathlib import Path

from course.errors import CourseError

TIMEOUT_SECONDS = 120


def import_afresh(project: Path, module: str, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script whose arguments are the project's folder and the module that it is to import; return what it said.

    Neither the caller's environment nor its folder change what is loaded (`-I`), and nothing is written into the
    project (`-B`). Raises CourseError for what cannot be a module, and after two minutes.
    """
    if not all(part.isidentifier() for part in module.split(".")):
        raise CourseError(f"{module!r} is no module: write it with dots, such as app.users.service.")
    command = [sys.executable, "-I", "-B", "-X", "importtime", "-c", script, str(project), module]
    try:
        return subprocess.run(  # noqa: S603 - our own interpreter; the project's code runs as in its own tests
            command,
            cwd=project,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        raise CourseError(f"`import {module}` took longer than {TIMEOUT_SECONDS} seconds.") from error
