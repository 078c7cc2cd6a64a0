"""Passwords: the room's two, one to write on the board and one for the instructor; and how one is made and kept."""

import json
import os
import secrets
import stat
import tempfile
from pathlib import Path

from course.errors import CourseError

SHORTEST, SHORTEST_FOR_THE_INSTRUCTOR = 8, 32
"""What JupyterHub's shared-password authenticator asks for."""
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"


def passwords(given: Path | None, kept: Path) -> tuple[str, str]:
    """Return the learners' password and the instructor's: from a file of two lines, or those made at the first start.

    Raises CourseError when the file cannot be read, has other lines, or others may read it.
    """
    if given is None:
        if not kept.is_file():
            write_secret(kept, json.dumps((spoken(), secrets.token_urlsafe(24))))
        learners, instructor = json.loads(kept.read_text(encoding="utf-8"))
        return str(learners), str(instructor)
    try:
        if given.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            raise CourseError(f"{given} can be read by others: `chmod 600 {given}` first.")
        lines = given.read_text(encoding="utf-8").split()
    except OSError as error:
        raise CourseError(f"{given} cannot be read: {error.strerror}.") from error
    if len(lines) != 2 or len(lines[0]) < SHORTEST or len(lines[1]) < SHORTEST_FOR_THE_INSTRUCTOR:
        raise CourseError(
            f"{given} must have two lines: the learners' password ({SHORTEST} characters or more) and the instructor's "
            f"({SHORTEST_FOR_THE_INSTRUCTOR} or more), which JupyterHub asks for."
        )
    write_secret(kept, json.dumps(lines))
    return lines[0], lines[1]


def spoken() -> str:
    """Return a new password that can be read to a room and typed once: some 45 bits."""
    words = [
        "".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(2)) for _ in range(3)
    ]
    return "-".join([*words, str(secrets.randbelow(9_000) + 1_000)])


def write_secret(path: Path, text: str, *, owner: tuple[int, int] | None = None) -> None:
    """Write a file that others can never read, not even for a moment; never half of it. `owner` has user and group."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # 0600
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            if owner is not None and os.geteuid() == 0:
                os.fchown(file.fileno(), *owner)
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
