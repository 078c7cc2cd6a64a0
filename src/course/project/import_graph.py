"""Who imports whom in a project: read with grimp, in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.errors import CourseError
from course.project.tools import imports

TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class ImportEdge:
    """`importer` imports `imported` on these lines."""

    importer: str
    imported: str
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class ImportGraph:
    """The modules of one package and the imports between them; `packages` are those of the modules that are folders."""

    package: str
    modules: tuple[str, ...]
    edges: tuple[ImportEdge, ...]
    packages: frozenset[str] = frozenset()


def read_import_graph(project_root: Path, package: str = "app") -> ImportGraph:
    """Read the import graph as the files are now; CourseError when there is no such package or a file does not parse.

    None of the project's code is imported or run, and nothing is written.
    """
    root = project_root.resolve()
    if not (root / package).is_dir():
        raise CourseError(f"{root.name} has no package {package}/ yet: write its first file with %%write.")
    found = _ask_grimp(root, package)
    if "unreadable" in found:
        path = Path(found["unreadable"]).resolve()
        shown = path.relative_to(root) if path.is_relative_to(root) else path.name
        raise CourseError(
            f"{shown} does not parse at line {found['line']}: fix it, then draw the imports again."
        )
    modules = tuple(found["modules"])
    packages = frozenset(name for name in modules if root.joinpath(*name.split(".")).is_dir())
    lines: dict[tuple[str, str], set[int]] = {}
    for importer, imported, line, _ in found["edges"]:
        lines.setdefault((importer, imported), set()).add(line)
    edges = tuple(ImportEdge(*names, tuple(sorted(found))) for names, found in lines.items())
    return ImportGraph(package, modules, edges, packages)


def _ask_grimp(root: Path, package: str) -> dict[str, Any]:
    # By its path: it needs nothing of the course, and takes a tenth of a second.
    command = [sys.executable, "-I", imports.__file__, str(root), package]
    try:
        answer = subprocess.run(  # noqa: S603 - our own program, in our own interpreter
            command,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        found: dict[str, Any] = json.loads(answer.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise CourseError(
            f"The imports of {package}/ could not be read: check that its files are plain Python."
        ) from error
    return found


def cycles(edges: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """Return one way round for each knot of names that import each other, in alphabetical order.

    `(("a", "b"),)` says that a imports b and b imports a.
    """
    after: dict[str, set[str]] = {}
    for source, target in edges:
        if source != target:
            after.setdefault(source, set()).add(target)
    found: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for start in sorted(after):
        if start in seen:
            continue
        way = _way_back(start, after)
        if way:
            found.append(way)
            seen.update(way)
    return tuple(found)


def _way_back(start: str, after: dict[str, set[str]]) -> tuple[str, ...]:
    """The shortest way from a name back to itself, empty when there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for way in ways:
        for following in sorted(after.get(way[-1], ())):
            if following == start:
                return way
            if following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return ()
