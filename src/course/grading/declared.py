"""Checks as their file declares them, read without running it."""

import ast
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """A check as its file declares it: a test function marked with its task and points."""

    name: str
    task: str
    points: float
    docstring: str
    line: int


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
        checks.append(Check(node.name, *mark, docstring, node.lineno))
    return checks, wrong


def _task_mark(node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, float] | None:
    for decorator in node.decorator_list:
        if (
            isinstance(decorator, ast.Call)
            and isinstance(decorator.func, ast.Name)
            and decorator.func.id == "task"
        ):
            values = [*decorator.args, *(keyword.value for keyword in decorator.keywords)]
            match [value.value for value in values if isinstance(value, ast.Constant)]:
                case [str(task), int() | float() as points]:
                    return task, float(points)
    return None
