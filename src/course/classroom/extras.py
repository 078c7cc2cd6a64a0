"""What a learner may add to the course's environment."""

import subprocess
import sys
from collections.abc import Callable

from course.catalog import content
from course.errors import CourseError
from course.postgresql import is_installed


def install(extra: str, *, say: Callable[[str], None]) -> None:
    """Install the packages of the extra `postgresql` into this environment, unless they are there.

    CourseError, with what uv said last, when that fails.
    """
    if is_installed():
        return
    say("Installing PostgreSQL into the course's environment, once.")
    here = ["uv", "pip", "install", "--quiet", "--python", sys.executable]
    command = [sys.executable, str(content().root / "run.py"), *here, f"{content().root}[{extra}]"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if done.returncode or not is_installed():
        said = (done.stderr.strip().splitlines() or ["uv said nothing"])[-1]
        raise CourseError(
            f"PostgreSQL could not be installed: {said}. Without --postgresql, lessons run on SQLite."
        )
