"""What check files say about themselves, read without running them."""

import ast
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PLAYED = "PLAYED"
"""A tuple of paths in checks.py: files of the ground whose functions the grader plays."""

EACH_TASK_ALONE = "EACH_TASK_ALONE"
"""True in checks.py: each task is judged with the course's own version of the other tasks' files."""


@dataclass(frozen=True)
class HeldOut:
    """How many held-out checks a task has, and what they are worth. All a learner is told of them."""

    count: int = 0
    points: float = 0.0


@dataclass(frozen=True)
class Declared:
    """What a check file declares: its checks by task, and how they are graded."""

    counts: dict[str, HeldOut] = field(default_factory=dict)
    played: tuple[str, ...] = ()
    each_task_alone: bool = False
    names: frozenset[str] = frozenset()
    """Every argument of a check: the fixtures that it asks for."""


def declared_in(file: Path) -> Declared:
    """Read a check file; nothing for one that cannot be read: the run itself will say what is wrong with it."""
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return Declared()
    counts: dict[str, HeldOut] = {}
    constants: dict[str, object] = {}
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for task, points in filter(None, map(_mark, node.decorator_list)):
                old = counts.get(task, HeldOut())
                counts[task] = HeldOut(old.count + 1, old.points + points)
                names |= {argument.arg for argument in node.args.args}
        else:
            constants.update(_constants(node))
    played = constants.get(PLAYED, ())
    paths = tuple(str(path) for path in played) if isinstance(played, tuple) else ()
    return Declared(counts, paths, constants.get(EACH_TASK_ALONE) is True, frozenset(names))


def _constants(node: ast.stmt) -> Iterator[tuple[str, object]]:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]) if name in (PLAYED, EACH_TASK_ALONE):
            with contextlib.suppress(ValueError):
                yield name, ast.literal_eval(node.value)


def _mark(decorator: ast.expr) -> tuple[str, float] | None:
    if not isinstance(decorator, ast.Call) or not decorator.args:
        return None
    name = (
        decorator.func.attr
        if isinstance(decorator.func, ast.Attribute)
        else getattr(decorator.func, "id", "")
    )
    points = next((word.value for word in decorator.keywords if word.arg == "points"), None)
    if name != "task" or not isinstance(decorator.args[0], ast.Constant):
        return None
    return str(decorator.args[0].value), float(ast.literal_eval(points)) if points is not None else 0.0
