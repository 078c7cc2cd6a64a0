"""Checks of the handbook's layout, for check authors: every file is looked at, whatever it is called.

A domain is a package such as `app.orders`: its router asks its service, others ask its service too, and `app/main.py`
only wires.
"""

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from course.checks.structure import package_of
from course.grading.checking import Import, ProjectFiles
from course.grading.failures import wrong

INSIDE: Final = ("schemas", "repository", "models")
"""What a domain keeps to itself."""

ABOVE: Final = {
    "models": ("repository", "schemas", "service", "router"),
    "repository": ("schemas", "service", "router"),
    "schemas": ("repository", "service", "router"),
    "service": ("router",),
}
"""What each layer of a domain may not import, of its own domain."""

_WEB: Final = frozenset({"fastapi", "starlette", "http", "uvicorn", "httpx", "httpx2"})
_STATUSES: Final = frozenset({401, 403, 404, 409, 422})
_VERBS: Final = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "route", "websocket"})
_OF_A_TUPLE: Final = frozenset({"_asdict", "_replace", "_fields", "_make"})


@dataclass(frozen=True)
class Module:
    """A file of the app: its path, what it says, and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    def at(self, line: int) -> str:
        """The beginning of a sentence about a line."""
        return f"{self.path}, line {line},"


def modules(project: ProjectFiles) -> dict[str, Module]:
    """Every module of the app that parses, by its dotted name."""
    found = {}
    for path in project.paths("app/**/*.py"):
        text = project.read(path)
        try:
            name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            found[name] = Module(path, text, ast.parse(text))
        except SyntaxError:
            continue  # whoever reads the imports says so
    return found


def layer_of(module: str) -> str:
    """`service` of `app.orders.service`; empty for what is in no package."""
    return [*module.split("."), "", ""][2]


def upward(package: str) -> list[tuple[str, str]]:
    """The imports inside a domain that point up: importer and imported."""
    return [(f"{package}.{low}", f"{package}.{high}") for low, highs in ABOVE.items() for high in highs]


def keep_apart(project: ProjectFiles, names: Collection[str], domains: Collection[str]) -> None:
    """Fail when one of these modules imports what is not for it, or reaches into what is not its own."""
    known = modules(project)
    for found in project.imports():
        if found.importer in names and (rule := rule_of(found, domains)):
            _blame(known, found, rule)
    no_hidden_imports(project, names)
    for name in sorted(known.keys() & set(names)):
        for node in ast.walk(known[name].tree):
            if reached := _reached(node):
                expected = "methods of the service: what starts with an underscore belongs to its class"
                wrong(known[name].at(reached[0]), f"reaches into `{reached[1]}`", expected, known[name].path)


def keep_below(project: ProjectFiles, names: Collection[str], domains: Collection[str]) -> None:
    """Fail when one of these modules imports a domain: they are below all of them."""
    for found in project.imports():
        if found.importer in names and package_of(found.imported) in domains:
            _blame(modules(project), found, "no domain there: what core needs is below every domain")


def rule_of(found: Import, domains: Collection[str]) -> str:
    """What should be instead of an import; empty when it may be."""
    start, end = package_of(found.importer), package_of(found.imported)
    layer, target = layer_of(found.importer), layer_of(found.imported)
    if end == "app.main" != start:
        return "nothing of main.py: it wires the app and nobody imports it"
    if start == "app.core" and end in domains:
        return "core to know no domain: it is below every one of them"
    if start == end:
        if start in domains and target in ABOVE.get(layer, ()):
            return "imports to point down: router, service, repository or schemas, models"
        skips = start in domains and (layer, target) == ("router", "repository")
        return "the service only: let it do what needs the repository" if skips else ""
    if end not in domains:
        return ""
    if start in domains and layer in INSIDE:
        return f"no other domain: what is in {layer}.py knows none"
    if target in INSIDE or (start in domains and target == "router"):
        return f"other packages to see the service of {end[4:]} and nothing else"
    return ""


def no_hidden_imports(project: ProjectFiles, names: Collection[str] | None = None) -> None:
    """Fail when a module (one of these, or any) names a module of another package in a text: no contract sees that."""
    known = modules(project)
    for name in sorted(known if names is None else known.keys() & set(names)):
        for node in ast.walk(known[name].tree):
            target = node.value if isinstance(node, ast.Constant) else None
            if target in known and package_of(str(target)) not in ("app", package_of(name)):
                expected = "an `import`, which contracts see: a circle that is hidden is still there"
                wrong(known[name].at(node.lineno), f"imports {target} by a call", expected, known[name].path)  # type: ignore[attr-defined]  # an import has a line


def no_http(known: Iterable[Module]) -> None:
    """Fail when one of these modules imports a web framework or speaks of status codes."""
    expected = "no HTTP below the router: raise an error of your own, the router makes a status code of it"
    for module in known:
        for node in ast.walk(module.tree):
            named = {getattr(node, name, "") for name in ("attr", "id", "arg")} & {
                "status_code",
                "HTTPStatus",
            }
            status = isinstance(node, ast.Constant) and type(node.value) is int and node.value in _STATUSES
            if named or status or {name.split(".")[0] for name in _imported(node)} & _WEB:
                came = f"has `{ast.unparse(node).splitlines()[0][:80]}`"
                wrong(module.at(getattr(node, "lineno", 1)), came, expected, module.path)


def makes_routes(module: Module) -> bool:
    """Whether a module makes a router."""
    return any(
        isinstance(node, ast.Call) and ast.unparse(node.func).endswith("APIRouter")
        for node in ast.walk(module.tree)
    )


def catches_all(module: Module) -> list[int]:
    """The lines of a module that catch whatever is raised."""
    handlers = [node for node in ast.walk(module.tree) if isinstance(node, ast.ExceptHandler)]
    named = [
        (node.lineno, ast.walk(node.type) if node.type else [ast.Name("Exception")]) for node in handlers
    ]
    every = ("Exception", "BaseException")
    return [
        line for line, names in named if any(isinstance(one, ast.Name) and one.id in every for one in names)
    ]


def beside_wiring(module: Module) -> Iterator[tuple[int, str]]:
    """What a main.py has that wires nothing, routes, classes and data: line, and the thing in words."""
    for node in ast.walk(module.tree):
        match node:
            case ast.ClassDef():
                yield node.lineno, f"the class {node.name}"
            case ast.FunctionDef(decorator_list=marks) | ast.AsyncFunctionDef(decorator_list=marks):
                yield from ((node.lineno, f"the route `@{ast.unparse(m)}`") for m in marks if _is_route(m))
            case ast.Call(func=ast.Attribute(attr="add_api_route" | "add_route")):
                yield node.lineno, f"the route `{ast.unparse(node)}`"
            case ast.Call(func=ast.Call() as inner) if _is_route(inner):
                yield node.lineno, f"the route `{ast.unparse(node)}`"
    for node in module.tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and _is_data(node.value):
            yield node.lineno, f"data (`{ast.unparse(node)[:60]}`)"


def _blame(known: dict[str, Module], found: Import, rule: str) -> None:
    module = known[found.importer]
    wrong(module.at(found.line), f"imports {found.imported} (`{found.code}`)", rule, module.path)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def _reached(node: ast.AST) -> tuple[int, str] | None:
    """`service._orders`, `self._users._users`, `service.repository`: its line and text; not `self._users`."""
    match node:
        case ast.Attribute(value=ast.Name(id="self" | "cls") | ast.Call(func=ast.Name(id="super"))):
            return None
        case ast.Attribute(value=ast.Name(id=owner)) if owner[:1].isupper():
            return None
        case ast.Attribute(attr=name) if _is_private(name) or name in ("repo", "repository"):
            return node.lineno, ast.unparse(node)
        case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=str(name)), *_]) if (
            _is_private(name)
        ):
            return node.lineno, ast.unparse(node)
        case ast.ImportFrom(module=str(module), names=aliases) if module.startswith("app."):
            private = [alias.name for alias in aliases if _is_private(alias.name)]
            return (node.lineno, f"{module}.{private[0]}") if private else None
    return None


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in _OF_A_TUPLE


def _is_route(mark: ast.expr) -> bool:
    return (
        isinstance(mark, ast.Call)
        and isinstance(mark.func, ast.Attribute)
        and mark.func.attr.rpartition("_")[2] in _VERBS
    )


def _is_data(value: ast.expr) -> bool:
    """Whether a value keeps something: a collection of more than names and texts, or an empty one to be filled."""
    match value:
        case ast.Dict(keys=[]) | ast.List(elts=[]) | ast.DictComp() | ast.ListComp():
            return True
        case ast.Call(func=ast.Name(id="dict" | "list" | "set" | "defaultdict")):
            return True
        case ast.Dict() | ast.List() | ast.Tuple() | ast.Set():
            leaves = [leaf.value for leaf in ast.walk(value) if isinstance(leaf, ast.Constant)]
            return any(isinstance(leaf, int | float) for leaf in leaves)
    return False
