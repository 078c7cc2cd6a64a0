"""Whether a file knows HTTP, by its syntax tree: imports of what speaks it, and status numbers."""

import ast
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from course.grading.checking import ProjectFiles, fail

SPEAKS_HTTP: Final = ("fastapi", "starlette", "http", "httpx", "httpx2", "requests", "urllib", "aiohttp")
_ERRORS: Final = frozenset(int(status) for status in HTTPStatus if status >= 400)


def knows_no_http(project: ProjectFiles, paths: Iterable[str]) -> None:
    """Fail when one of these files imports what speaks HTTP, or has the status of an error in it."""
    for path in sorted(set(paths) & set(project.paths("app/**/*.py"))):
        for node in ast.walk(ast.parse(project.read(path))):
            if what := _of_http(node):
                fail(
                    f"{path}, line {getattr(node, 'lineno', 1)}, has {what}; expected nothing of HTTP there. Raise an error "
                    "with a parent from app/exceptions.py: app/problems.py knows its status."
                )


def _of_http(node: ast.AST) -> str:
    """What in this node is HTTP, in words; empty when nothing is."""
    match node:
        case ast.Import(names=names):
            return next((f"`import {alias.name}`" for alias in names if _speaks(alias.name)), "")
        case ast.ImportFrom(module=str(module)) if _speaks(module):
            return f"`from {module} import …`"
        case ast.Call(args=[ast.Constant(value=str(name)), *_], func=function) if _speaks(name):
            called = getattr(function, "attr", getattr(function, "id", ""))
            return f"an import of {name}" if called in ("__import__", "import_module") else ""
        case ast.Constant(value=int(number)) if number in _ERRORS and not isinstance(number, bool):
            return f"the status {number}"
        case ast.Name(id="status_code") | ast.Attribute(attr="status_code") | ast.keyword(arg="status_code"):
            return "`status_code`"
    return ""


def _speaks(module: str) -> bool:
    return module.partition(".")[0] in SPEAKS_HTTP or module == "app.problems"
