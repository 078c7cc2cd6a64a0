"""Writing a learner's files: never outside the project, never half, never something that does not parse."""

import difflib
import json
import os
import posixpath
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from course.errors import CourseError

IGNORED_FOLDERS = frozenset(
    {
        "__pycache__",
        ".git",
        ".venv",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".import_linter_cache",
        ".ipynb_checkpoints",
    }
)
MAX_FILE_BYTES = 1_000_000
MAX_PATH = 240
"""Characters (bytes, where they are more) of a path: resolving one costs the square of its parts."""
MAX_PARTS = 16
PACKAGE_ROOTS = ("app", "tests")
GAP = "..."  # what a starter has where an answer belongs; Python reads it, TOML and JSON do not


@dataclass(frozen=True)
class WriteReport:
    """What a write did: `diff` is a unified diff against the old text, empty for a new or unchanged file."""

    path: str
    created: bool
    changed: bool
    diff: str
    lines: int


def write_file(project: Path, path: str, content: str) -> WriteReport:
    """Write a text file of the project, atomically, with the `__init__.py` files its package needs.

    Raises CourseError, leaving the old file as it was, when `path` leaves the project or when Python, TOML or
    JSON does not parse.
    """
    target = inside(project, path)
    _parse(path, content)
    old = target.read_text(encoding="utf-8", errors="replace") if target.is_file() else None
    if old != content:
        write_atomically(target, content)
    for package in package_files([path]):
        marker = project / package
        if not marker.exists():
            write_atomically(marker, "")
    return WriteReport(
        path=path,
        created=old is None,
        changed=old != content,
        diff="" if old is None else _diff(path, old, content),
        lines=len(content.splitlines()),
    )


def inside(project: Path, path: str) -> Path:
    """Return the absolute place of a project file; CourseError when the path is absolute, goes up, or leaves by a link."""
    if len(path.encode("utf-8", "surrogatepass")) > MAX_PATH or path.count("/") >= MAX_PARTS:
        raise CourseError(
            f"A path in my-api has at most {MAX_PATH} characters and {MAX_PARTS} parts; this one has more: {path[:40]!r}…"
        )
    pure = PurePosixPath(path)
    if (
        not path
        or pure.is_absolute()
        or "\\" in path
        or "\0" in path
        or ".." in pure.parts
        or pure.name == ""
    ):
        raise CourseError(f"{path!r} is not a path inside my-api: write something like app/users/service.py.")
    target = project / pure
    try:
        parent = target.parent.resolve()
        is_folder = target.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        raise CourseError(f"{path} cannot be written: {error}.") from error
    if not parent.is_relative_to(project.resolve()):
        raise CourseError(f"{path} leaves my-api through a link: nothing was written.")
    if is_folder:
        raise CourseError(f"{path} is a folder: name the file that the cell should write.")
    return target


def write_atomically(target: Path, content: str) -> None:
    """Write a whole text file or nothing; CourseError when the place cannot be written to."""
    _put(target, content.encode("utf-8"))


def copy_atomically(source: Path, target: Path) -> None:
    """Copy a whole file or nothing; CourseError when it cannot be read, or the place cannot be written to."""
    try:
        content = source.read_bytes()
    except OSError as error:
        raise CourseError(f"{source} cannot be read: {error.strerror or error}.") from error
    _put(target, content)


def _put(target: Path, content: bytes) -> None:
    temporary = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)  # mkstemp's 0600 is not what a source file has
        os.replace(temporary, target)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise CourseError(f"{target.name} could not be written: {error.strerror or error}.") from error


def package_files(paths: list[str]) -> set[str]:
    """The `__init__.py` files that make the folders of these Python files packages, below `app/` and `tests/`."""
    markers = set()
    for path in paths:
        folders = posixpath.normpath(path).split("/")[:-1]
        if path.endswith(".py") and folders and folders[0] in PACKAGE_ROOTS:
            markers |= {"/".join([*folders[:depth], "__init__.py"]) for depth in range(1, len(folders) + 1)}
    return markers


def read_tree(project: Path) -> dict[str, str]:
    """Return the project's text files by path. Caches, links, large and binary files are left out."""
    found: dict[str, str] = {}
    for folder, folders, names in os.walk(project):
        folders[:] = sorted(name for name in folders if name not in IGNORED_FOLDERS)
        for name in sorted(names):
            file = Path(folder, name)
            text = None if file.is_symlink() else text_of(file)
            if text is not None:
                found[file.relative_to(project).as_posix()] = text
    return found


def text_of(file: Path) -> str | None:
    """Return a file's text; None when it is no file, too large, or not UTF-8."""
    try:
        if not file.is_file() or file.stat().st_size > MAX_FILE_BYTES:
            return None
        return file.read_text(encoding="utf-8")
    except (UnicodeDecodeError, OSError):
        return None


def _parse(path: str, content: str) -> None:
    parsers: dict[str, Callable[[str], object]] = {
        ".py": lambda text: compile(text, path, "exec", dont_inherit=True),
        ".toml": tomllib.loads,
        ".json": json.loads,
    }
    parser = parsers.get(PurePosixPath(path).suffix)
    if parser is None:
        return
    try:
        parser(content)
    except SyntaxError as error:
        line = (error.text or "").rstrip("\n")
        pointer = " " * max((error.offset or 1) - 1, 0) + "^"
        raise CourseError(
            f"{path} was not written, the old file stays: line {error.lineno} is not Python: {error.msg}.\n"
            f"    {line}\n    {pointer}"
        ) from error
    except ValueError as error:
        gaps = [number for number, line in enumerate(content.splitlines(), start=1) if line.strip() == GAP]
        why = f"it does not parse: {error}"
        if gaps:
            where = f"line{'s' if len(gaps) > 1 else ''} {', '.join(map(str, gaps))}"
            why = f"`{GAP}` in {where} is a gap: put your answer there"
        raise CourseError(f"{path} was not written, the old file stays: {why}.") from error


def _diff(path: str, old: str, new: str) -> str:
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), f"{path} (before)", f"{path} (now)", lineterm="", n=2
    )
    return "\n".join(lines)
