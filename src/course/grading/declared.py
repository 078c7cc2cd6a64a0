"""What check files declare, read without running them: their checks, and how these are graded."""

import ast
import contextlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

PLAYED = "PLAYED"
"""A tuple of paths in checks.py: files of the ground whose functions the grader plays."""

EACH_TASK_ALONE = "EACH_TASK_ALONE"
"""True in checks.py: each task is judged with the course's own version of the other tasks' files."""

ALSO_OF = "ALSO_OF"
"""A dict in checks.py: for a task, files that its answers go into besides those that its own cells write."""


@dataclass(frozen=True)
class Check:
    """A check as its file declares it: a test function marked with its task and points."""

    name: str
    task: str
    points: float
    docstring: str
    line: int
    promise: str = ""
    fixtures: tuple[str, ...] = ()
    """What it asks the grader for."""


@dataclass(frozen=True)
class Settings:
    """How the checks of a file are graded."""

    played: tuple[str, ...] = ()
    each_task_alone: bool = False
    fixtures: frozenset[str] = frozenset()
    """Every argument of a check: what it asks the grader for."""
    whole: frozenset[str] = frozenset()
    """The checks whose promise is about all files, whichever task writes them."""
    also_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Files that a task's answers go into besides those that its own cells write."""


def read_settings(text: str) -> Settings:
    """Read how the checks of a file are graded; as always for one that does not parse: the run will say so."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return Settings()
    constants: dict[str, object] = {}
    fixtures: set[str] = set()
    whole: set[str] = set()
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() if node.name.startswith("test"):
                fixtures |= {argument.arg for argument in node.args.args}
                whole |= {node.name} if _is_whole(node) else set()
            case ast.Assign(targets=[ast.Name(id=name)]) if name in (PLAYED, EACH_TASK_ALONE, ALSO_OF):
                with contextlib.suppress(ValueError):
                    constants[name] = ast.literal_eval(node.value)
    played = constants.get(PLAYED, ())
    paths = tuple(str(path) for path in played) if isinstance(played, tuple) else ()
    also = constants.get(ALSO_OF, {})
    also_of = {str(task): tuple(files) for task, files in also.items()} if isinstance(also, dict) else {}
    return Settings(
        paths, constants.get(EACH_TASK_ALONE) is True, frozenset(fixtures), frozenset(whole), also_of
    )


def read_checks(text: str) -> tuple[list[Check], list[tuple[int, str]]]:
    """Return the checks that a file declares, and what is wrong with it as (line, sentence)."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        return [], [(error.lineno or 1, f"it does not parse: {error.msg}.")]
    checks: list[Check] = []
    wrong: list[tuple[int, str]] = []
    names: Counter[str] = Counter()
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or not node.name.startswith("test"):
            continue
        names[node.name] += 1
        docstring = (ast.get_docstring(node) or "").strip()
        mark = _task_mark(node)
        if mark is None:
            wrong.append((node.lineno, f'{node.name} has no mark such as @task("1.1", points=1).'))
            continue
        if not docstring:
            wrong.append(
                (node.lineno, f"{node.name} has no docstring: it is the sentence that learners read.")
            )
        if names[node.name] > 1:
            wrong.append((node.lineno, f"{node.name} is there twice: the first one never runs."))
        task, points, promise = mark
        asked = tuple(argument.arg for argument in node.args.args)
        checks.append(Check(node.name, task, points, docstring, node.lineno, promise, asked))
    return checks, wrong


def _is_whole(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    keywords = [one for call in node.decorator_list if isinstance(call, ast.Call) for one in call.keywords]
    return any(one.arg == "whole" and ast.unparse(one.value) == "True" for one in keywords)


def _task_mark(node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, float, str] | None:
    for decorator in node.decorator_list:
        if (
            isinstance(decorator, ast.Call)
            and isinstance(decorator.func, ast.Name)
            and decorator.func.id == "task"
        ):
            named = [one.value for one in decorator.keywords if one.arg != "whole"]
            values = [*decorator.args, *named]
            match [value.value for value in values if isinstance(value, ast.Constant)]:
                case [str(task), int() | float() as points]:
                    return task, float(points), ""
                case [str(task), int() | float() as points, str(promise)]:
                    return task, float(points), promise
    return None
