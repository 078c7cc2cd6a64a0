"""What mypy knows of the libraries, read once for an environment instead of once for each learner's project.

Without it the first mypy of a project takes ten times as long as those after it. A project's own cache begins as a
copy of what is kept here, and here nothing is kept of any project: mypy trusts what it remembers of a file by the
file's size and second, which is safe for installed libraries only.
"""

import ast
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from course.catalog import catalog, content
from course.errors import CourseError
from course.project.checkpoints import files_after

STANDARD = Path(__file__).parent / "standard"
CONFIGURATIONS = ("mypy.ini", "mypy-pydantic.ini")  # what mypy remembers under one is no use under the other
PACKAGES = ("app", "tests", "scripts")  # the top-level packages that my-api may have
ABANDONED_AFTER_SECONDS = 600
_readers: "list[subprocess.Popen[bytes]]" = []  # at most one, kept so that its end is noticed


def home() -> Path:
    """Return where this environment keeps what is read once; it goes when the environment goes."""
    return Path(sys.prefix) / "var" / "course"


def mypy_cache(cache: Path, configuration: str) -> Path:
    """Return the folder for mypy's cache inside a project's cache, filled with what is known of the libraries.

    Where nothing is known yet, or the disk is full, mypy starts with an empty one.
    """
    own = cache / Path(configuration).stem
    known = _kept(configuration)
    if not own.exists() and known.is_dir():
        with suppress(OSError):
            cache.mkdir(exist_ok=True)
            with tempfile.TemporaryDirectory(dir=cache) as folder:
                copied = shutil.copytree(known, Path(folder) / own.name)
                copied.rename(own)
    return own


def read_libraries_meanwhile() -> None:
    """Start to read the libraries in a process of its own that gets out of everybody's way, unless they are read."""
    if all(_kept(configuration).is_dir() for configuration in CONFIGURATIONS):
        return
    _readers[:] = [reader for reader in _readers if reader.poll() is None]
    if _readers:
        return
    with suppress(OSError):
        reader = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", __name__],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _readers.append(reader)


def read_libraries() -> None:
    """Let mypy read every library that the course's project imports, and keep what it then knows.

    Somebody else who is at it is left alone. Raises OSError where the environment cannot be written.
    """
    for configuration in CONFIGURATIONS:
        kept = _kept(configuration)
        building = kept.with_suffix(".building")
        with suppress(FileNotFoundError):
            if time.time() - building.stat().st_mtime > ABANDONED_AFTER_SECONDS:
                shutil.rmtree(building)
        kept.parent.mkdir(parents=True, exist_ok=True)
        try:
            building.mkdir()
        except FileExistsError:
            return
        try:
            if not kept.exists() and _read(building / "cache", configuration):
                (building / "cache").rename(kept)
        finally:
            shutil.rmtree(building, ignore_errors=True)


def _read(cache: Path, configuration: str) -> bool:
    from course.project.tools.launch import run_and_wait  # the tools use this cache

    options = ["--strict", "--config-file", str(STANDARD / configuration), "--cache-dir", str(cache)]
    code = "\n".join(f"import {name}" for name in _libraries())
    with tempfile.TemporaryDirectory() as empty:
        ran = run_and_wait(
            "mypy", *options, "-c", code, project=Path(empty), environment=os.environ | {"PYTHONPATH": ""}
        )
    return ran.status in (0, 1) and cache.is_dir()  # 1: a library without type information


def _kept(configuration: str) -> Path:
    settings = (STANDARD / configuration).read_bytes()
    python = "{}.{}.{}".format(*sys.version_info)
    key = hashlib.sha256(f"{python} {version('mypy')} ".encode() + settings).hexdigest()[:12]
    return home() / f"{Path(configuration).stem}-{key}"


def _libraries() -> list[str]:
    """The modules of others that any chapter's project imports."""
    written = [chapter.number for chapter in catalog().chapters if content().is_written(chapter)]
    texts = (text for number in written for path, text in files_after(number).items() if path.endswith(".py"))
    found = {name for text in texts for name in _imported(text)}
    return sorted(name for name in found if name.partition(".")[0] not in PACKAGES)


def _imported(text: str) -> Iterator[str]:
    with suppress(SyntaxError):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module


if __name__ == "__main__":
    os.nice(19)
    with suppress(OSError, CourseError):
        read_libraries()
