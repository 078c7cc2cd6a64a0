"""`await course.types("app/users/service.py")`: mypy's messages, under the lines they are about."""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from course.errors import CourseError
from course.notebook.session import workspace
from course.pictures.view import View
from course.project.files import inside
from course.project.tools import mypy_standard
from course.project.type_cache import STANDARD, mypy_cache

from .findings_view import TypedFile, TypeFinding, type_findings_view

TIMEOUT_SECONDS = 120
PIECE = "<string>"  # what mypy calls code that is in no file


async def types(*what: str) -> View:
    """Run `mypy --strict` over `my-api` and return what it says, line by line.

    Without an argument: all of `app`. A path such as `app/users/service.py` shows that file (all of `app` is checked
    all the same). Several lines of code are checked as they are, and not run. Raises CourseError when a path is not
    there or mypy gives no answer.
    """
    project = workspace().project
    if not (project / "app").is_dir():
        raise CourseError("my-api has no app/ yet: run the cell with `course.begin` first.")
    pieces = [item for item in what if "\n" in item]
    if pieces:
        if len(what) > 1:
            raise CourseError("Ask about one piece of code at a time, or about files.")
        piece = pieces[0].strip("\n") + "\n"
        said = await _mypy(project, "-c", piece)
        return type_findings_view([TypedFile("this code", piece, _of(said, PIECE))])
    for path in what:
        if not inside(project, path).is_file():
            raise CourseError(f"There is no {path} in my-api.")
    said = await _mypy(project, "app")
    paths = what or sorted(file.relative_to(project).as_posix() for file in (project / "app").rglob("*.py"))
    files = [TypedFile(path, (project / path).read_text(encoding="utf-8"), _of(said, path)) for path in paths]
    if not what and any(file.findings for file in files):
        files = [file for file in files if file.findings]
    elsewhere = sum(row["severity"] == "error" for row in said) - sum(file.errors for file in files)
    return type_findings_view(files, elsewhere=elsewhere, whole=not what)


def _of(said: Sequence[dict[str, object]], path: str) -> tuple[TypeFinding, ...]:
    return tuple(_finding(row) for row in said if row["file"] == path)


def _finding(row: dict[str, object]) -> TypeFinding:
    one_line = row["end_line"] == row["line"]
    hint = f" ({' '.join(str(row['hint']).split())})" if row["hint"] else ""
    return TypeFinding(
        line=int(str(row["line"])),
        start=int(str(row["column"])),
        end=int(str(row["end_column"])) if one_line else None,
        message=f"{row['message']}{hint}",
        code=str(row["code"] or ""),
        is_note=row["severity"] == "note",
    )


async def _mypy(project: Path, *target: str) -> list[dict[str, object]]:
    """What mypy says, one dictionary a message. Its cache is the checkpoint's, outside the project."""
    # The standard and the cache of the checkpoint: what mypy knows of the libraries is read once.
    standard = mypy_standard(project)
    config, cache = STANDARD / standard, mypy_cache(project.parent / ".course" / "cache", standard)
    options = ["--strict", "--output", "json", "--config-file", str(config), "--cache-dir", str(cache)]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "mypy", *options, *target),
        cwd=project,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), TIMEOUT_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise CourseError(f"mypy had no answer within {TIMEOUT_SECONDS} seconds.") from None
    lines = out.decode(errors="replace").splitlines()
    try:
        said = [json.loads(line) for line in lines if line.strip()]
    except ValueError:
        said = []
    if process.returncode not in (0, 1) and not said:
        reason = (err or out).decode(errors="replace").strip().splitlines()
        raise CourseError(f"mypy could not run: {reason[-1] if reason else 'it said nothing'}")
    return said
