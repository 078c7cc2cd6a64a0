"""`await course.types("app/users/service.py")`: mypy's messages, under the lines they are about."""

from collections.abc import Sequence
from pathlib import Path

from course.errors import CourseError
from course.notebook.session import my_api
from course.pictures.view import View
from course.project.files import inside
from course.project.tools import mypy_standard
from course.project.tools.findings import MYPY, Finding, read_mypy
from course.project.tools.launch import run
from course.project.type_cache import STANDARD, mypy_cache

from .findings_view import TypedFile, TypeFinding, type_findings_view

PIECE = "<string>"  # what mypy calls code that is in no file


async def types(*what: str) -> View:
    """Run `mypy --strict` over `my-api` and return what it says, line by line.

    Without an argument: all of `app`. A path such as `app/users/service.py` shows that file (all of `app` is checked
    all the same). Several lines of code are checked as they are, and not run. Raises CourseError when a path is not
    there or mypy gives no answer.
    """
    project = my_api()
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
    elsewhere = sum(not one.is_note for one in said) - sum(file.errors for file in files)
    return type_findings_view(files, elsewhere=elsewhere, whole=not what)


def _of(said: Sequence[Finding], path: str) -> tuple[TypeFinding, ...]:
    return tuple(_finding(one) for one in said if one.path == path)


def _finding(found: Finding) -> TypeFinding:
    hint = f" ({' '.join(found.hint.split())})" if found.hint else ""
    return TypeFinding(
        line=found.line,
        start=found.column,
        end=found.end_column if found.end_line == found.line else None,
        message=f"{found.message}{hint}",
        code=found.code,
        is_note=found.is_note,
    )


async def _mypy(project: Path, *target: str) -> list[Finding]:
    """What mypy says. Its cache is the checkpoint's, outside the project."""
    # The standard and the cache of the checkpoint: what mypy knows of the libraries is read once.
    standard = mypy_standard(project)
    config, cache = STANDARD / standard, mypy_cache(project.parent / ".course" / "cache", standard)
    options = ["--strict", "--config-file", str(config), "--cache-dir", str(cache)]
    ran = await run("mypy", *options, *MYPY, *target, project=project)
    said = read_mypy(ran.output)
    if ran.status not in (0, 1) and not said:
        reason = ran.said.splitlines()
        raise CourseError(f"mypy could not run: {reason[-1] if reason else 'it said nothing'}")
    return said
