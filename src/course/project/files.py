"""Writing a learner's files: never outside the project, never half, never something that does not parse."""

import difflib
import json
import os
import posixpath
import re
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from course.errors import CourseError
from course.project.workspace import PROJECT

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
_NAME = re.compile(r"[\w.@+-]+")  # what a file or folder of a project is called
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
    """Return the absolute place of a project file.

    Raises CourseError when the path is absolute, goes up, leaves by a link, or can only be a slip.
    """
    pure = PurePosixPath(path)
    if slip := _slip(path, pure):
        raise CourseError(slip)
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


def is_too_long(path: str) -> bool:
    """Whether a path has more characters or parts than any file of a project: asked before the disk is."""
    return len(path.encode("utf-8", "surrogatepass")) > MAX_PATH or path.count("/") >= MAX_PARTS


def _slip(path: str, pure: PurePosixPath) -> str:
    """Say what is wrong with a path that nobody can mean; empty when nothing is."""
    if is_too_long(path):
        return f"A path in my-api has at most {MAX_PATH} characters and {MAX_PARTS} parts; this one has more: {path[:40]!r}…"
    bare = path.strip("\"'`")
    if bare != path and not _slip(bare, PurePosixPath(bare)):
        return f"Write the path without quotes: %%write {bare}."
    if pure.parts[:1] == (PROJECT,) and len(pure.parts) > 1:
        return f"Leave {PROJECT}/ out, paths start inside it: %%write {PurePosixPath(*pure.parts[1:])}."
    if path.endswith((",", ":", ";")) and not _slip(path[:-1], PurePosixPath(path[:-1])):
        return f"The path ends in {path[-1]!r}: %%write {path[:-1]}."
    dotted = path.split(".")
    if "/" not in path and dotted[0] in PACKAGE_ROOTS and len(dotted) > 1:
        words = dotted[:-1] if dotted[-1] == "py" else dotted
        return f"Write the path with slashes: %%write {'/'.join(words)}.py."
    if (
        pure.is_absolute()
        or ".." in pure.parts
        or not pure.name
        or not all(_NAME.fullmatch(part) for part in pure.parts)
    ):
        return f"{path!r} is not a path inside my-api: write something like app/users/service.py."
    return ""


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
        return file.read_text(encoding="utf-8").removeprefix("\ufeff")  # a mark that some editors write
    except (UnicodeDecodeError, OSError):
        return None


def why_unreadable(file: Path) -> str:
    """Say why `text_of` is None for a file that is there; empty when it is not there, or is a text."""
    if file.is_symlink():
        return "is a link"
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    if len(data) > MAX_FILE_BYTES:
        return "is larger than 1 MB"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return f"is not saved as UTF-8 (byte 0x{data[error.start]:02x} in line {line})"
    return ""


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
        raise CourseError(
            f"{path} was not written, the old file stays: {_not_python(error, content)}"
        ) from error
    except ValueError as error:
        gaps = [number for number, line in enumerate(content.splitlines(), start=1) if line.strip() == GAP]
        why = f"it does not parse: {error}"
        if gaps:
            where = f"line{'s' if len(gaps) > 1 else ''} {', '.join(map(str, gaps))}"
            why = f"`{GAP}` in {where} is a gap: put your answer there"
        raise CourseError(f"{path} was not written, the old file stays: {why}.") from error


def _not_python(error: SyntaxError, content: str) -> str:
    """Say where Python stumbled: in the learner's own line, which the error does not always have."""
    lines = content.splitlines()
    number = error.lineno or 1
    if isinstance(error, TabError):
        with_tabs = [
            at for at, line in enumerate(lines, start=1) if "\t" in line[: len(line) - len(line.lstrip())]
        ]
        at = with_tabs[0] if with_tabs else number
        return f"line {at} is indented with a tab, other lines with spaces. Use four spaces everywhere."
    line = (error.text or "").rstrip("\n") or (lines[number - 1] if number <= len(lines) else "")
    where = f"line {number} is not Python: {error.msg}."
    if not line.strip():
        return where
    pointer = " " * max((error.offset or 1) - 1, 0) + "^"
    return f"{where}\n    {line}\n    {pointer}"


def _diff(path: str, old: str, new: str) -> str:
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), f"{path} (before)", f"{path} (now)", lineterm="", n=2
    )
    return "\n".join(lines)
