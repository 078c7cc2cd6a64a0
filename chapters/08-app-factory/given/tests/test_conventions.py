"""The names of the API, read from the API itself. Deprecated operations keep their old names."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI

SEGMENT = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*|\{[a-z][a-z0-9_]*\}")
SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
VERBS = {"add", "cancel", "create", "delete", "get", "list", "login", "place", "replace", "update"}
SCHEMA = re.compile(r"([A-Z][a-z0-9]*)+(Create|Update|Request|Response|Summary)")
SETTING = re.compile(r"""(?:getenv|environ\.get|environ)[(\[]\s*(?:"|')([^"']+)""")


def operations(app: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            if not operation.get("deprecated"):
                yield path, method, operation


def test_paths_are_kebab_case_nouns(app: FastAPI) -> None:
    for path, _, _ in operations(app):
        segments = path.removeprefix("/api/v1").strip("/").split("/")
        assert all(SEGMENT.fullmatch(segment) for segment in segments), path
        assert not VERBS & {word for s in segments[:1] for word in s.split("-")}, path


def test_collections_are_plural(app: FastAPI) -> None:
    for path, _, _ in operations(app):
        for collection in re.findall(r"([^/{}]+)/\{", path):
            assert collection.endswith("s"), f"{collection} in {path}"


def test_parameters_are_snake_case(app: FastAPI) -> None:
    for path, method, operation in operations(app):
        for parameter in operation.get("parameters", []):
            if parameter["in"] != "header":
                assert SNAKE.fullmatch(parameter["name"]), f"{parameter['name']}: {method} {path}"


def test_operations_start_with_a_verb_and_are_unique(app: FastAPI) -> None:
    names = [operation["operationId"] for _, _, operation in operations(app)]
    assert [name for name in names if name.split("_")[0] not in VERBS] == []
    assert len(names) == len(set(names))


def test_schemas_say_what_they_are_for(app: FastAPI) -> None:
    for name, schema in app.openapi()["components"]["schemas"].items():
        bare = re.sub(r"^Page_(\w+)_$", r"\1", name)
        if schema.get("type") == "object" and not bare.endswith("ValidationError"):
            assert SCHEMA.fullmatch(bare), name


def test_settings_are_prefixed_upper_snake_case() -> None:
    for file in Path("app").rglob("*.py"):
        for name in SETTING.findall(file.read_text(encoding="utf-8")):
            assert re.fullmatch(r"APP(_[A-Z0-9]+)+", name), f"{name} in {file}"
