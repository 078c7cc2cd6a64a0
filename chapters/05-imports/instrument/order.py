"""In which order a project's modules are imported, and the circle that stops them: asked of Python itself."""

import ast
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from course.errors import CourseError
from course.project.import_graph import ImportEdge, cycles, read_import_graph

from .afresh import import_afresh

_ATTRIBUTE = re.compile(r"module '(\S+)' has no attribute '(\w+)'")

# What an import does cannot be read from the files alone: it depends on who comes first. So it is done, in a process
# of its own, and the traceback tells who waited for whom.
CHILD = """
import json, sys, traceback
sys.path.insert(0, sys.argv[1])
try:
    exec(f"import {sys.argv[2]}")
    said = {}
except BaseException as error:
    frames = [[f.filename, f.lineno] for f in traceback.extract_tb(error.__traceback__) if f.name == "<module>"]
    said = {"error": type(error).__name__, "text": str(error), "frames": frames,
            "asked": getattr(error, "name", None), "wanted": getattr(error, "name_from", None)}
print()
print(json.dumps(said))
"""


@dataclass(frozen=True)
class Step:
    """A module that asks for another in this line of so many; in a circle that fails it waits there, half imported.

    `late` says why Python does not follow this import while it imports: "" when it does.
    """

    module: str
    line: int
    lines: int
    code: str
    late: str = ""


@dataclass(frozen=True)
class Circle:
    """The circle that stopped an import: the way to it, those who wait for each other, and the name asked for.

    `defined_at` is the line of the circle's first module that defines the name; None when none does.
    """

    way: tuple[Step, ...]
    round: tuple[Step, ...]
    wanted: str = ""
    defined_at: int | None = None


@dataclass(frozen=True)
class ImportOrder:
    """What happened when `target` was imported: the modules in the order in which they finished, or the circle.

    `hidden` are circles among the files that did not stop the import; an import that is not followed comes last.
    """

    target: str
    finished: tuple[str, ...] = ()
    circle: Circle | None = None
    hidden: tuple[tuple[Step, ...], ...] = ()


def read_import_order(project_root: Path, target: str = "app.main") -> ImportOrder:
    """Import a module of a project in a fresh interpreter and tell what happened.

    Raises CourseError when it fails for another reason than a circle, or takes longer than two minutes.
    """
    root = project_root.resolve()
    ran = import_afresh(root, target, CHILD)
    try:
        said: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    except (ValueError, IndexError) as error:
        raise CourseError(f"`import {target}` ended Python itself, so there is nothing to draw.") from error
    if said:
        return ImportOrder(target, circle=_circle(root, target, said))
    package = target.partition(".")[0]
    graph = read_import_graph(root, package)
    finished = [line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()]
    files = set(graph.modules) - graph.packages
    hidden = tuple(
        _round(root, way, graph.edges)
        for way in cycles((edge.importer, edge.imported) for edge in graph.edges)
    )
    return ImportOrder(target, tuple(name for name in finished if name in files), hidden=hidden)


def _round(root: Path, way: tuple[str, ...], edges: Sequence[ImportEdge]) -> tuple[Step, ...]:
    """The steps of a circle among the files, turned so that the import that is not followed comes last."""
    lines = {(edge.importer, edge.imported): edge.lines for edge in edges}
    steps = []
    for importer, imported in zip(way, (*way[1:], way[0]), strict=True):
        file = root / _path(importer)
        file = file if file.is_file() else file.with_suffix("") / "__init__.py"
        step = _step(root, file, min(lines[importer, imported], default=1))
        steps.append(replace(step, late=_late(file, step.line)))
    turn = next((at + 1 for at, step in enumerate(steps) if step.late), 0) % len(steps)
    return (*steps[turn:], *steps[:turn])


def _late(file: Path, line: int) -> str:
    """Why an import in this line is not followed while the module is imported; "" when it is."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        inside = isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or line)
        if inside and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return "only when the function runs"
        if inside and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            return "only for the type checker"
    return ""


def _circle(root: Path, target: str, said: dict[str, Any]) -> Circle:
    steps = [
        _step(root, Path(file), line) for file, line in said["frames"] if Path(file).is_relative_to(root)
    ]
    asked, wanted = said["asked"], said["wanted"] or ""
    if found := _ATTRIBUTE.search(said["text"]):
        asked, wanted = found[1], found[2]
    start = next((number for number, step in enumerate(steps) if step.module == asked), None)
    if start is None:
        text = said["text"].replace(str(root), "").partition(" (/")[0]
        where = f" ({steps[-1].module}, line {steps[-1].line})" if steps else ""
        raise CourseError(f"`import {target}` fails, and not in a circle: {said['error']}: {text}{where}.")
    defined = _defined_at(root / _path(steps[start].module), wanted)
    return Circle(tuple(steps[:start]), tuple(steps[start:]), wanted, defined)


def _step(root: Path, file: Path, line: int) -> Step:
    parts = file.relative_to(root).with_suffix("").parts
    text = file.read_text(encoding="utf-8").splitlines()
    module = ".".join(parts).removesuffix(".__init__")
    return Step(module, line, len(text), text[line - 1].strip() if line <= len(text) else "")


def _path(module: str) -> Path:
    return Path(*module.split(".")).with_suffix(".py")


def _defined_at(file: Path, name: str) -> int | None:
    if not file.is_file():
        return None
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        names = {getattr(node, "name", None)}
        if isinstance(node, ast.Assign):
            names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names = {node.target.id}
        if name in names and name:
            return node.lineno
    return None
