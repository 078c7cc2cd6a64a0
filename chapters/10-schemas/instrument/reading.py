"""What a route takes and returns, and what JSON Schema says of a field, in few words."""

import inspect
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, TypeAliasType, get_args, get_origin

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel

from course.errors import CourseError

type Json = Any
"""What a JSON document holds."""

LONGEST = 30
_KEYWORDS = (
    "format",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minItems",
    "uniqueItems",
)


@dataclass(frozen=True)
class Models:
    """The model of a route's body and the one of what it returns (`many` of them?); None where there is none."""

    taken: type[BaseModel] | None
    made: type[BaseModel] | None
    many: bool = False


def models_of(app: FastAPI, method: str, path: str) -> Models:
    """Return the models of the route that a request meets; CourseError when there is none."""
    path = path.partition("?")[0]
    for route in iter_route_contexts(app.routes):
        pattern = re.sub(r"\\{\w+(?::\w+)?\\}", r"[^/]+", re.escape(str(route.path)))
        takes = method in (getattr(route, "methods", None) or ()) and re.fullmatch(pattern, path)
        if takes and route.endpoint:
            signature = inspect.signature(route.endpoint, eval_str=True)
            bodies = (_model(parameter.annotation) for parameter in signature.parameters.values())
            declared = getattr(route, "response_model", None) or signature.return_annotation
            made, many = _item(declared)
            return Models(next((model for model in bodies if model), None), made, many)
    raise CourseError(f"The app has no route for {method} {path}.")


def _plain(annotation: Any) -> Any:  # noqa: ANN401 - annotations are anything
    """The type behind aliases and `Annotated`."""
    while True:
        if isinstance(annotation, TypeAliasType):
            annotation = annotation.__value__
        elif get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        else:
            return annotation


def _model(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - annotations are anything
    plain = _plain(annotation)
    return plain if inspect.isclass(plain) and issubclass(plain, BaseModel) else None


def _item(annotation: Any) -> tuple[type[BaseModel] | None, bool]:  # noqa: ANN401 - annotations are anything
    """The model of what is returned: of one item, when it is a list or a page."""
    plain = _plain(annotation)
    if get_origin(plain) is list:
        return _model(get_args(plain)[0]), True
    model = _model(plain)
    inner = model.__pydantic_generic_metadata__["args"] if model else ()
    return (_model(inner[0]), True) if inner else (model, False)


def schemas_of(model: type[BaseModel], mode: Literal["validation", "serialization"]) -> dict[str, str]:
    """Return what a model's JSON Schema says of each field, in few words; of any other field under ``""``."""
    whole = model.model_json_schema(mode=mode)
    required = whole.get("required", ()) if mode == "validation" else ()
    said = {
        name: ", ".join([*(["required"] if name in required else []), _words(schema, whole.get("$defs", {}))])
        for name, schema in whole.get("properties", {}).items()
    }
    return said | {"": "additionalProperties: false" if whole.get("additionalProperties") is False else ""}


def _words(schema: Mapping[str, Json], defs: Mapping[str, Json]) -> str:
    if reference := schema.get("$ref"):
        return _words(defs[reference.rpartition("/")[2]], defs)
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(_words(choice, defs) for choice in choices)
    if "enum" in schema or "const" in schema:
        return " | ".join(json.dumps(value) for value in schema.get("enum", [schema.get("const")]))
    kind = str(schema.get("type", "anything"))
    if kind == "array" and "items" in schema:
        kind = f"array of {_words(schema['items'], defs)}"
    rules = [key if key == "pattern" else f"{key} {_bare(schema[key])}" for key in _KEYWORDS if key in schema]
    return ", ".join([kind, *rules, *(["readOnly"] if schema.get("readOnly") else [])])


def _bare(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def shown(value: object, name: str = "", *, as_json: bool = True) -> str:
    """Return a value as it can be shown: short, and the same in each run (no moments, nothing of secrets but length).

    As JSON, or as Python writes it.
    """
    if isinstance(value, datetime) or (isinstance(value, str) and _is_moment(value)):
        return "(a moment)"
    if isinstance(value, str) and "hash" in name and value:
        return f"({len(value)} characters)"
    text = json.dumps(value, ensure_ascii=False, default=str) if as_json else repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _is_moment(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)", text) is not None
