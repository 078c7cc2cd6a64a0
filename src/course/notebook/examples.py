"""A first request for an operation, read from its OpenAPI description: something to send, then to change."""

import json
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

type Schema = Mapping[str, Any]

DEPTH = 5  # a schema may contain itself
FORMATS = {
    "email": "ada@example.com",
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "uuid": "00000000-0000-4000-8000-000000000001",
    "uri": "https://example.com",
}


def example_path(
    openapi: Schema, method: str, path: str, known: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Return the path with its parameters filled in, and the query parameters that are required or have a default.

    `known` has values for path parameters, quoted as they stand in a path.
    """
    query = []
    for parameter in _parameters(openapi, method, path):
        name, place, schema = parameter.get("name", ""), parameter.get("in"), parameter.get("schema", {})
        example = _example(openapi, _own_example(parameter) | schema, name)
        value = quote(str(example).lower() if isinstance(example, bool) else str(example), safe="")
        if place == "path":
            path = path.replace(f"{{{name}}}", known.get(name, value))
        elif place == "query" and (parameter.get("required") or schema.get("default") is not None):
            query.append(f"{quote(name)}={value}")
    return f"{path}?{'&'.join(query)}" if query else path


def seen_values(path: str, seen: Iterable[str]) -> dict[str, str]:
    """Return the values that the parameters of a path had in the latest of these requests (path and query) that fits."""
    pattern = re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/?]+)", re.escape(path)) + r"(?:\?.*)?")
    fitting = (pattern.fullmatch(target) for target in reversed(tuple(seen)))
    return next((match.groupdict() for match in fitting if match), {})


def example_body(openapi: Schema, method: str, path: str) -> str:
    """Return an indented JSON body that fits the operation; empty when it takes none."""
    operation = openapi.get("paths", {}).get(path, {}).get(method.lower(), {})
    content = _resolve(openapi, operation.get("requestBody", {})).get("content", {})
    media = next((content[kind] for kind in content if kind.partition(";")[0].endswith("json")), None)
    if media is None:
        return ""
    schema = _own_example(media) | media.get("schema", {})
    return json.dumps(_example(openapi, schema, ""), indent=2, ensure_ascii=False)


def unfilled(path: str) -> list[str]:
    """Return the parameters that still stand in braces in a path."""
    return re.findall(r"\{(\w+)\}", path)


def _parameters(openapi: Schema, method: str, path: str) -> list[Schema]:
    item = openapi.get("paths", {}).get(path, {})
    named = [*item.get("parameters", []), *item.get(method.lower(), {}).get("parameters", [])]
    return [_resolve(openapi, parameter) for parameter in named]


def _own_example(described: Schema) -> dict[str, Any]:
    """The example that a parameter or a media type brings itself, as a schema would."""
    if "example" in described:
        return {"example": described["example"]}
    for named in described.get("examples", {}).values():
        return {"example": named.get("value")}
    return {}


def _resolve(openapi: Schema, schema: Schema) -> Schema:
    reference = schema.get("$ref", "")
    if not reference.startswith("#/"):
        return schema
    found: Any = openapi
    for key in reference[2:].split("/"):
        found = found.get(key, {})
    return _resolve(openapi, found)


def _example(openapi: Schema, schema: Schema, name: str, depth: int = DEPTH) -> Any:  # noqa: ANN401 - any JSON value
    schema = _resolve(openapi, schema)
    for given in ("example", "const", "default"):
        if given in schema:
            return schema[given]
    for choices in (schema.get("examples"), schema.get("enum")):
        if choices:
            return choices[0]
    for combined in ("allOf", "anyOf", "oneOf"):
        if schema.get(combined):
            return _example(openapi, schema[combined][0], name, depth)
    match schema.get("type"):
        case "object" if depth:
            return _object(openapi, schema, depth)
        case "array" if depth:
            return [_example(openapi, schema.get("items", {}), name, depth - 1)]
        case "integer" | "number":
            return _number(schema)
        case "boolean":
            return True
        case "string":
            return _text(schema, name)
    return None


def _object(openapi: Schema, schema: Schema, depth: int) -> dict[str, Any]:
    properties, required = schema.get("properties", {}), schema.get("required", [])
    return {
        name: _example(openapi, described, name, depth - 1)
        for name, described in properties.items()
        if name in required or depth == DEPTH
    }


def _number(schema: Schema) -> float:
    if "exclusiveMinimum" in schema:
        return int(schema["exclusiveMinimum"]) + 1
    return schema.get("minimum", min(1, schema.get("maximum", 1)))  # type: ignore[no-any-return]  # JSON


def _text(schema: Schema, name: str) -> str:
    text = FORMATS.get(schema.get("format", ""), name.replace("_", " ") or "text")
    return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength", len(text) + DEPTH**3)]
