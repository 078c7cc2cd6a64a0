"""What one module defines, and which part of the API each definition serves. Read from its text, never run."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from course.errors import CourseError
from course.project.import_graph import ImportGraph

VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "trace"})
MACHINERY = frozenset({"FastAPI", "APIRouter", "Starlette"})
_VERSION = re.compile(r"^(?:/api)?(?:/v\d+)?(?=/|$)")


@dataclass(frozen=True)
class Definition:
    """One name that a module defines: a route function, another function, a class or a value.

    `areas` are the parts of the API whose routes need it, directly or not; a route serves its own.
    """

    name: str
    kind: str
    line: int
    areas: tuple[str, ...] = ()
    route: str = ""


@dataclass(frozen=True)
class Outline:
    """One module: its definitions, the areas of the API in order, and names that are bound more than once."""

    path: str
    lines: int
    areas: tuple[str, ...]
    definitions: tuple[Definition, ...]
    clashes: tuple[tuple[str, tuple[int, ...]], ...]

    def own(self, area: str) -> tuple[Definition, ...]:
        """What serves this area and no other."""
        return tuple(d for d in self.definitions if d.areas == (area,))

    @property
    def shared(self) -> tuple[Definition, ...]:
        """What serves several areas: a change for one of them can break another."""
        return tuple(d for d in self.definitions if len(d.areas) > 1)


def only_module(project: Path, graph: ImportGraph) -> Outline | None:
    """Return the outline of a package's only module; None when it has more. CourseError when it does not parse."""
    files = [name for name in graph.modules if name not in graph.packages]
    if len(files) != 1:
        return None
    path = project.resolve().joinpath(*files[0].split(".")).with_suffix(".py")
    shown = path.relative_to(project.resolve()).as_posix()
    try:
        return read_outline(path.read_text(encoding="utf-8"), shown)
    except (SyntaxError, ValueError) as error:
        raise CourseError(f"{shown} does not parse: fix it, then draw the imports again.") from error


def read_outline(source: str, path: str) -> Outline:
    """Return the outline of a module's text; SyntaxError when it does not parse."""
    tree = ast.parse(source)
    bindings = list(_bindings(tree.body))
    nodes: dict[str, ast.stmt] = {}
    lines: dict[str, list[int]] = {}
    for name, node in bindings:
        lines.setdefault(name, []).append(node.lineno)
        if not isinstance(node, ast.Import | ast.ImportFrom):
            nodes[name] = node
    nodes = {name: node for name, node in nodes.items() if not _is_machinery(node)}
    routes = {name: route for name, node in nodes.items() if (route := _route(node))}
    needs = {name: _names(node) & nodes.keys() for name, node in nodes.items()}

    areas = list(dict.fromkeys(_area(route) for route in routes.values()))
    served: dict[str, set[str]] = {name: set() for name in nodes}
    for name, route in routes.items():
        for needed in _reached(name, needs):
            served[needed].add(_area(route))
    definitions = (
        Definition(
            name,
            _kind(node),
            node.lineno,
            tuple(area for area in areas if area in served[name]),
            _shorter(routes[name]) if name in routes else "",
        )
        for name, node in nodes.items()
    )
    clashes = tuple((name, tuple(at)) for name, at in lines.items() if len(at) > 1)
    return Outline(path, len(source.splitlines()), tuple(areas), tuple(definitions), clashes)


def _bindings(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.stmt]]:
    """Every name that a module's own statements bind, in order (`if TYPE_CHECKING` and try blocks are not looked into:
    they bind one name in two ways on purpose)."""
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name, node
            case ast.Import() | ast.ImportFrom():
                for alias in node.names:
                    yield alias.asname or alias.name.partition(".")[0], node
            case ast.Assign():
                for target in node.targets:
                    for leaf in ast.walk(target):
                        if isinstance(leaf, ast.Name) and isinstance(leaf.ctx, ast.Store):
                            yield leaf.id, node
            case ast.AnnAssign(target=ast.Name(id=name)) if node.value is not None:
                yield name, node
            case _:
                pass


def _is_machinery(node: ast.stmt) -> bool:
    value = getattr(node, "value", None)
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in MACHINERY


def _route(node: ast.stmt) -> str:
    """`POST /api/v1/users` when this is a route function."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return ""
    for decorator in node.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(attr=verb), args=[ast.Constant(value=str(path)), *_]) if (
                verb in VERBS
            ):
                return f"{verb.upper()} {path}"
            case _:
                pass
    return ""


def _area(route: str) -> str:
    """`users` for `POST /api/v1/users/{user_id}`."""
    path = _shorter(route).partition(" ")[2]
    return path.strip("/").partition("/")[0] or "/"


def _shorter(route: str) -> str:
    verb, _, path = route.partition(" ")
    return f"{verb} {_VERSION.sub('', path, count=1) or '/'}"


def _names(node: ast.stmt) -> set[str]:
    return {leaf.id for leaf in ast.walk(node) if isinstance(leaf, ast.Name)}


def _reached(start: str, needs: dict[str, set[str]]) -> set[str]:
    seen, todo = {start}, [start]
    while todo:
        for needed in needs[todo.pop()] - seen:
            seen.add(needed)
            todo.append(needed)
    return seen


def _kind(node: ast.stmt) -> str:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return "function"
    return "class" if isinstance(node, ast.ClassDef) else "value"
