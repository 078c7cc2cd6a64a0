"""Who imports whom in a project: read with grimp, in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.errors import CourseError

TIMEOUT_SECONDS = 60

# grimp finds a package where Python would import it from. In the notebook's own process that may be an `app` that was
# imported from another folder, and changing sys.path there would be seen by every other task. A fresh process has
# neither problem, and takes a tenth of a second. grimp reads source text only: none of the learner's code runs.
# No cache: its folder would land in the project, and it trusts modification times, which a quick rewrite can repeat.
CHILD = """
import json, sys
root, package = sys.argv[1:]
sys.path.insert(0, root)
import grimp
from grimp.exceptions import SourceSyntaxError
try:
    graph = grimp.build_graph(package, cache_dir=None)
except SourceSyntaxError as error:
    print(json.dumps({"unreadable": error.filename, "line": error.lineno}))
    raise SystemExit
edges = [
    (importer, imported, sorted({detail["line_number"] for detail in details}))
    for importer in sorted(graph.modules)
    for imported in sorted(graph.find_modules_directly_imported_by(importer))
    for details in [graph.get_import_details(importer=importer, imported=imported)]
]
print(json.dumps({"modules": sorted(graph.modules), "edges": edges}))
"""


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
    edges = tuple(
        ImportEdge(importer, imported, tuple(lines)) for importer, imported, lines in found["edges"]
    )
    return ImportGraph(package, modules, edges, packages)


def _ask_grimp(root: Path, package: str) -> dict[str, Any]:
    command = [sys.executable, "-I", "-c", CHILD, str(root), package]
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
