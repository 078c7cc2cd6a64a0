"""The names of an API, and what its own test of names says of each.

The conventions live in one place, `tests/test_conventions.py` of `my-api`. Nothing here knows one of them: each name
is put alone into an OpenAPI document, and the functions of that test are run over it.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any

from course.errors import CourseError

RULES_FILE = "tests/test_conventions.py"

type Document = Mapping[str, Any]
type Operation = tuple[str, str, dict[str, Any]]
"""Path, method and what the document says of it."""


class Kind(StrEnum):
    """Where a name stands; the value is what a heading calls it."""

    PATH = "Paths"
    PARAMETER = "Parameters"
    SCHEMA = "Schemas"
    OPERATION = "Operation ids"
    SETTING = "Settings"


class Verdict(Enum):
    """What the rules say of a name. OLD breaks one, but everything that bears it is deprecated."""

    FINE = "fine"
    OLD = "old"
    BROKEN = "broken"


@dataclass(frozen=True)
class Name:
    """A name and the places that bear it: operations (`GET /users`), or files for a setting."""

    kind: Kind
    text: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class JudgedName:
    """A name, its verdict, the rules that it breaks (or would, were it not deprecated), and a better one."""

    name: Name
    verdict: Verdict
    rules: tuple[str, ...] = ()
    proposal: str = ""
    proposal_exists: bool = False


@dataclass(frozen=True)
class Surface:
    """What is judged: the OpenAPI document, and the app's files for the names of its settings."""

    document: Document
    files: Mapping[str, str] = field(default_factory=dict)

    def operations(self) -> Iterator[Operation]:
        """All operations in the document's order."""
        for path, methods in self.document.get("paths", {}).items():
            for method, operation in methods.items():
                if isinstance(operation, dict):
                    yield path, method, operation

    def schemas(self) -> dict[str, Any]:
        """The named schemas."""
        found: dict[str, Any] = self.document.get("components", {}).get("schemas", {})
        return found


class Rules:
    """The test functions of a `test_conventions.py`, run over any document instead of the live one."""

    def __init__(self, source: str) -> None:
        """Read the rules; CourseError when the file does not parse, or fails before any rule runs."""
        self._now = _StandIn()
        self._names: dict[str, Any] = {"__name__": "conventions", "app": self._now}
        try:
            tree = ast.parse(source)
            tree.body = [node for node in tree.body if not _imports_the_app(node)]
            exec(compile(tree, RULES_FILE, "exec"), self._names)  # noqa: S102 - the learner's own test, as pytest would
        except Exception as error:
            raise CourseError(
                f"{RULES_FILE} cannot be read: {type(error).__name__}: {error}. Fix it, or write it again with the "
                "cell of lesson 4."
            ) from error
        self._names["Path"] = self._now.folder
        self.functions: dict[str, Callable[[], None]] = {
            name: thing for name, thing in self._names.items() if name.startswith("test_") and callable(thing)
        }

    def broken(self, surface: Surface, kind: Kind | None = None) -> tuple[str, ...]:
        """Return the rules that fail over a surface, as sentences; with a kind, only those about such names."""
        self._now.surface = surface
        return tuple(
            sentence(name)
            for name, rule in self.functions.items()
            if (kind is None or kind_of(name) is kind) and not self._passes(name, rule)
        )

    def settings(self, files: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        """Return the names of settings that the files read, with those files; none when the test looks for none."""
        pattern = self._names.get("SETTING")
        found: dict[str, list[str]] = {}
        if isinstance(pattern, re.Pattern):
            for path, text in sorted(files.items()):
                for name in dict.fromkeys(pattern.findall(text)):
                    found.setdefault(name, []).append(path)
        return {name: tuple(places) for name, places in found.items()}

    def _passes(self, name: str, rule: Callable[[], None]) -> bool:
        try:
            rule()
        except AssertionError:
            return False
        except Exception as error:
            raise CourseError(
                f"{name} in {RULES_FILE} crashed with {type(error).__name__}: {error}. A rule asserts; fix this one."
            ) from error
        return True


def sentence(function: str) -> str:
    """Return a test function's name as a sentence: `paths are kebab case nouns`."""
    return function.removeprefix("test_").replace("_", " ")


def kind_of(function: str) -> Kind | None:
    """Return what names a rule is about, by the words in its own name; None when it does not say."""
    words = {
        "path": Kind.PATH,
        "collection": Kind.PATH,
        "parameter": Kind.PARAMETER,
        "schema": Kind.SCHEMA,
        "operation": Kind.OPERATION,
        "setting": Kind.SETTING,
    }
    return next((kind for word, kind in words.items() if word in function), None)


def names_of(surface: Surface, rules: Rules) -> tuple[Name, ...]:
    """Return every name of an API: paths, parameters, schemas, operation ids, settings."""
    paths: dict[str, list[str]] = {}
    parameters: dict[str, list[str]] = {}
    ids: dict[str, list[str]] = {}
    for path, method, operation in surface.operations():
        place = f"{method.upper()} {path}"
        paths.setdefault(path, []).append(method.upper())
        ids.setdefault(operation.get("operationId", ""), []).append(place)
        for parameter in operation.get("parameters", []):
            parameters.setdefault(parameter["name"], []).append(place)
    found: Sequence[tuple[Kind, Mapping[str, Iterable[str]]]] = (
        (Kind.PATH, paths),
        (Kind.PARAMETER, parameters),
        (Kind.SCHEMA, dict.fromkeys(surface.schemas(), ())),
        (Kind.OPERATION, ids),
        (Kind.SETTING, rules.settings(surface.files)),
    )
    return tuple(
        Name(kind, text, tuple(dict.fromkeys(places)))
        for kind, names in found
        for text, places in names.items()
    )


def alone(surface: Surface, name: Name, called: str | None = None) -> Surface:
    """Return a surface that has nothing but this name, under another one if `called` says so."""
    text = name.text if called is None else called
    if name.kind is Kind.SETTING:
        return Surface(
            {"paths": {}, "components": {"schemas": {}}}, {"app/settings.py": f'os.getenv("{text}")\n'}
        )
    paths: dict[str, dict[str, Any]] = {}
    for path, method, operation in surface.operations():
        if name.kind is Kind.PATH and path == name.text:
            paths.setdefault(text, {})[method] = operation
        elif name.kind is Kind.OPERATION and operation.get("operationId", "") == name.text:
            paths.setdefault(path, {})[method] = operation | {"operationId": text}
        elif name.kind is Kind.PARAMETER:
            same = [p | {"name": text} for p in operation.get("parameters", []) if p["name"] == name.text]
            if same:
                paths.setdefault(path, {})[method] = operation | {"parameters": same}
    schemas = {text: surface.schemas()[name.text]} if name.kind is Kind.SCHEMA else {}
    return Surface({"paths": paths, "components": {"schemas": schemas}})


def undeprecated(surface: Surface) -> Surface:
    """Return the same surface with nothing marked as deprecated."""
    paths: dict[str, dict[str, Any]] = {}
    for path, method, operation in surface.operations():
        paths.setdefault(path, {})[method] = operation | {"deprecated": False}
    return Surface({**surface.document, "paths": paths}, surface.files)


def _imports_the_app(node: ast.stmt) -> bool:
    """Whether a statement brings in the live app, whose place the stand-in takes."""
    return isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "app"


class _StandIn:
    """What a rule sees in place of the app, and of the folder with its files."""

    def __init__(self) -> None:
        self.surface = Surface({})

    def openapi(self) -> Document:
        return self.surface.document

    def folder(self, *_: str) -> "_Folder":
        return _Folder(self.surface.files)


class _Folder:
    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def rglob(self, _: str) -> Iterator["_File"]:
        return (_File(path, text) for path, text in sorted(self._files.items()))


@dataclass(frozen=True)
class _File:
    path: str
    text: str

    def read_text(self, encoding: str = "utf-8") -> str:
        return self.text

    def __str__(self) -> str:
        return self.path
