"""`await course.signature("GET /api/v1/users")`: what FastAPI makes of each piece of a route's annotations."""

import inspect
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Any, TypeAliasType, get_args, get_origin

import httpx2
from fastapi import FastAPI, params
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from course.errors import CourseError
from course.notebook.session import current
from course.pictures.view import View
from course.project.client import current_app

from .signature_view import Parameter, Piece, signature_view

type Json = Any
"""What a JSON document holds."""

# A constraint's name in Python and in JSON Schema.
SCHEMA_NAMES = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "min_length": "minLength",
    "max_length": "maxLength",
    "multiple_of": "multipleOf",
    "pattern": "pattern",
}
DOCUMENTATION = ("title", "description", "examples", "deprecated")
LONGEST_SENT = 200
PATH_NAME = re.compile(r"{(\w+)}")


async def signature(operation: str, parameter: str | None = None) -> View:
    """Take the signature of a route apart: type, constraints, where each goes in OpenAPI, the 422 that it causes.

    `operation` is a method and a path as OpenAPI writes them, such as `GET /api/v1/users/{user_id}`. The requests are
    real, and sent to the app as it is on disk. Raises CourseError when there is no such operation or parameter.
    """
    session = current()
    if session is None:
        raise CourseError("Run the cell with `course.begin` first: it gives this notebook its app.")
    app = await current_app(session.client)
    method, _, path = operation.strip().partition(" ")
    endpoint = _endpoint(app, method.upper(), path)
    declared = inspect.signature(endpoint).parameters
    if parameter is not None and parameter not in declared:
        raise CourseError(
            f"{endpoint.__name__} has no parameter {parameter!r}: it has {', '.join(declared)}."
        )
    asked = _Operation(session.client, method.upper(), path, app.openapi()["paths"][path][method.lower()])
    shown = [await _parameter(one, asked) for name, one in declared.items() if parameter in (None, name)]
    return signature_view(f"{method.upper()} {path}", endpoint.__name__, shown)


@dataclass(frozen=True)
class _Operation:
    """An operation of the live app: what OpenAPI says of it, and how to send it something wrong."""

    client: httpx2.AsyncClient
    method: str
    path: str
    document: Mapping[str, Json]

    def parameter(self, name: str) -> Mapping[str, Json]:
        found = (one for one in self.document.get("parameters", ()) if one["name"] == name)
        return next(found, {})

    async def answer_to(self, name: str, value: str | None) -> tuple[str, str, str]:
        """Send a value for one parameter (None: leave it out): the request, the answer, the message in it."""
        place = self.parameter(name)["in"]
        sent = {name: value} if value is not None else {}
        path = PATH_NAME.sub(lambda match: sent.get(match[1], "1") if place == "path" else "1", self.path)
        response = await self.client.request(self.method, path, params=sent if place == "query" else {})
        request = f"{name}={_short(value)}" if value is not None else f"without {name}"
        if response.status_code != 422:
            return request, str(response.status_code), ""
        error: Mapping[str, Json] = next((e for e in response.json()["detail"] if e["loc"][-1] == name), {})
        return request, f"422 {error.get('type', '')}".strip(), str(error.get("msg", ""))


def _endpoint(app: FastAPI, method: str, path: str) -> Any:  # noqa: ANN401 - any callable can be a route
    routes = [route for route in iter_route_contexts(app.routes) if getattr(route, "methods", None)]
    for route in routes:
        if route.path == path and method in (route.methods or ()):
            return route.endpoint
    raise CourseError(
        f"The app has no {method} {path}. Write it as OpenAPI does, such as `GET /api/v1/users`."
    )


async def _parameter(parameter: inspect.Parameter, asked: _Operation) -> Parameter:
    written = _written(parameter.annotation)
    default = "" if parameter.default is inspect.Parameter.empty else f" = {parameter.default!r}"
    base, metadata, names = _taken_apart(parameter.annotation)
    documented = asked.parameter(parameter.name)
    place = _place(base, metadata, documented)
    pieces = [await _of_type(base, names, parameter.name, place, asked)]
    for extra in metadata:
        pieces += [piece async for piece in _of_metadata(extra, parameter.name, documented, asked)]
    if documented:
        pieces.append(await _of_default(parameter, documented, asked))
    return Parameter(f"{parameter.name}: {written}{default}", place, tuple(pieces))


def _taken_apart(annotation: Any) -> tuple[Any, list[Any], list[str]]:  # noqa: ANN401 - annotations are anything
    """The plain type, what `Annotated` adds to it, and the aliases on the way there."""
    metadata: list[Any] = []
    names: list[str] = []
    while True:
        if isinstance(annotation, TypeAliasType):
            names.append(annotation.__name__)
            annotation = annotation.__value__
        elif get_origin(annotation) is Annotated:
            annotation, *inner = get_args(annotation)
            metadata = [*inner, *metadata]
        else:
            return annotation, metadata, names


def _place(base: object, metadata: list[Any], documented: Mapping[str, Json]) -> str:
    if any(isinstance(extra, params.Depends) for extra in metadata):
        return "from FastAPI itself"
    if documented:
        return f"from the {documented['in']}"
    return "from the body" if isinstance(base, type) and issubclass(base, BaseModel) else "not documented"


async def _of_type(base: object, names: list[str], name: str, place: str, asked: _Operation) -> Piece:
    documented = asked.parameter(name)
    code = _written(base)
    if not documented:
        if place == "from the body":
            return Piece(
                code, f'"$ref": "#/components/schemas/{code}"', note="a JSON body: 422 with its fields"
            )
        return Piece(code, note="for your editor and mypy; no client can send one")
    schema = documented["schema"]
    shown = f'"type": "{schema["type"]}"' if "type" in schema else _json_key(schema)
    wrong = {int: "many", float: "much", bool: "perhaps"}.get(base) if isinstance(base, type) else None
    if wrong is None:
        return Piece(code, shown, note="any text will do" if base is str else "")
    return Piece(code, shown, *await asked.answer_to(name, wrong))


async def _of_metadata(
    extra: object, name: str, documented: Mapping[str, Json], asked: _Operation
) -> AsyncIterator[Piece]:
    if isinstance(extra, params.Depends):
        called = getattr(extra.dependency, "__name__", repr(extra.dependency))
        yield Piece(f"Depends({called})", note=f"FastAPI calls {called}() for each request")
        return
    schema = documented.get("schema", {})
    for constraint, limit in _constraints(extra):
        key = SCHEMA_NAMES.get(constraint, constraint)
        shown = f'"{key}": {limit!r}' if key in schema else ""
        wrong = _beyond(constraint, limit)
        if wrong is None or not documented:
            yield Piece(f"{constraint}={limit!r}", shown)
        else:
            yield Piece(f"{constraint}={limit!r}", shown, *await asked.answer_to(name, wrong))
    for key in DOCUMENTATION:
        if isinstance(extra, FieldInfo) and (value := getattr(extra, key, None)):
            shown = f'"{key}": {_json(value)}' if key in schema or key in documented else ""
            yield Piece(
                f"{key}=…" if len(str(value)) > 12 else f"{key}={value!r}",
                shown,
                note="for people: it refuses nothing",
            )


async def _of_default(
    parameter: inspect.Parameter, documented: Mapping[str, Json], asked: _Operation
) -> Piece:
    if parameter.default is inspect.Parameter.empty:
        return Piece("no default", '"required": true', *await _left_out(parameter.name, documented, asked))
    shown = f'"default": {_json(documented["schema"].get("default"))}'
    return Piece(f"= {parameter.default!r}", shown, note="may be left out")


async def _left_out(name: str, documented: Mapping[str, Json], asked: _Operation) -> tuple[str, ...]:
    if documented["in"] == "path":
        return ("", "", "", "without it, this is another path")
    return await asked.answer_to(name, None)


def _constraints(extra: object) -> Iterator[tuple[str, Any]]:
    """`("ge", 1)` for each constraint in a `Field`, a `Query` or a bare `annotated_types` object."""
    for one in extra.metadata if isinstance(extra, FieldInfo) else (extra,):
        if is_dataclass(one) and not isinstance(one, type):
            found = ((field.name, getattr(one, field.name)) for field in fields(one))
            yield from ((key, value) for key, value in found if key in SCHEMA_NAMES and value is not None)
        elif getattr(one, "pattern", None):
            yield "pattern", getattr(one, "pattern")  # noqa: B009 - not every object has it


def _beyond(constraint: str, limit: Any) -> str | None:  # noqa: ANN401 - limits are numbers of any kind
    """The nearest value that breaks a constraint; None when there is no obvious one."""
    match constraint:
        case "ge":
            return f"{limit - 1}"
        case "le" | "multiple_of":
            return f"{limit + 1}"
        case "gt" | "lt":
            return str(limit)
        case "min_length" if limit > 0:
            return "".ljust(limit - 1, "x")
        case "max_length" if limit < LONGEST_SENT:
            return "".ljust(limit + 1, "x")
        case _:
            return None


def _written(annotation: Any) -> str:  # noqa: ANN401 - annotations are anything
    if isinstance(annotation, TypeAliasType) or (isinstance(annotation, type) and not get_args(annotation)):
        return annotation.__name__
    if get_origin(annotation) is Annotated:
        return f"Annotated[{_written(get_args(annotation)[0])}, …]"
    return re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", str(annotation))


def _json_key(schema: Mapping[str, Json]) -> str:
    """The keyword that says what a value is, where it is not a plain `type`."""
    key = next((key for key in ("enum", "const", "anyOf", "$ref") if key in schema), "")
    return f'"{key}": {_json(schema[key])}' if key else ""


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _short(value: str) -> str:
    return value if len(value) <= 16 else f"{value[:6]}… ({len(value)} characters)"
