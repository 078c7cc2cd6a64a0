"""`course.in_and_out`: a real request, its body followed from JSON to JSON."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import httpx2
from pydantic import BaseModel, ValidationError

from course.errors import CourseError
from course.pictures.response import laid_out
from course.pictures.view import View
from course.project.client import EXCEPTION, current_app

from .data import Fate, FieldIn, FieldOut, Passage
from .drawing import passage_view
from .reading import Json, Models, models_of, schemas_of, shown


async def in_and_out(
    api: httpx2.AsyncClient,
    method: str,
    path: str,
    *,
    json: Json = ...,
    content: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> View:
    """Send a request and show its body on its way: parse, validate, serialize.

    `api` is the client that `course.begin` returned. The body is `json`, or `content` as it is; without either it is a
    request without a body. Raises CourseError when no route takes the request, or the app does not start.
    """
    return passage_view(await passage(api, method, path, _text(json, content), headers))


def _text(body: Json, content: str | None) -> str:
    if content is not None:
        return content
    return "" if body is ... else json.dumps(body, ensure_ascii=False)


async def passage(
    api: httpx2.AsyncClient, method: str, path: str, body: str, headers: Mapping[str, str] | None = None
) -> Passage:
    """Send the request and note what became of its body; raises like `in_and_out`."""
    models = models_of(await current_app(api), method, path)
    before: dict[str, Json] = {}
    if method in ("PATCH", "PUT"):
        seen = await api.get(path, headers=headers)
        before = _object(seen) if seen.is_success else {}
    parsed, unparsed = _parsed(body)
    with _watched(models.made) as made:
        kind = {"content-type": "application/json"} if body else {}
        answer = await api.request(method, path, content=body, headers={**kind, **(headers or {})})
    found = answer.json() if answer.is_success and answer.content else None
    items = _items(found) if models.many else None
    one = items[0] if items else found
    return Passage(
        request=f"{method} {path}",
        status=answer.status_code,
        reason=answer.reason_phrase,
        body=laid_out(parsed) if body and not unparsed else body,
        unparsed=unparsed,
        taken=models.taken.__name__ if models.taken else "",
        made=models.made.__name__ if models.made else "",
        ins=tuple(_ins(models, parsed)) if body and not unparsed else (),
        outs=tuple(_outs(models, made, one, before, parsed)) if isinstance(one, dict) else (),
        misfits=_misfits(made, answer),
        items=None if items is None else len(items),
    )


def _parsed(body: str) -> tuple[Json, str]:
    try:
        return json.loads(body) if body else None, ""
    except ValueError as error:
        return None, str(error)


def _object(answer: httpx2.Response) -> dict[str, Json]:
    found = answer.json()
    return found if isinstance(found, dict) else {}


def _items(found: Json) -> list[Json] | None:
    items = found.get("items") if isinstance(found, dict) else found
    return items if isinstance(items, list) else None


def _ins(models: Models, parsed: Json) -> Iterator[FieldIn]:
    """The fields of the body, validated as FastAPI does it: from parsed JSON, by the model of the route."""
    if models.taken is None or not isinstance(parsed, dict):
        return
    errors: dict[str, list[str]] = {}
    got: BaseModel | None = None
    try:
        got = models.taken.model_validate(parsed)
    except ValidationError as error:
        for found in error.errors():
            where = ".".join(str(place) for place in found["loc"][1:])
            said = f"{found['type']}: {f'{where}: ' if where else ''}{found['msg']}"
            errors.setdefault(str(found["loc"][0]) if found["loc"] else "", []).append(said)
    schemas = schemas_of(models.taken, "validation")
    fields = {info.alias or name: name for name, info in models.taken.model_fields.items()}
    for name in [*fields, *(name for name in parsed if name not in fields)]:
        sent = shown(parsed[name]) if name in parsed else ""
        schema = schemas.get(name, schemas[""])
        if name in errors:
            yield FieldIn(name, sent, Fate.REFUSED, "", tuple(errors[name]), schema)
        elif name not in fields:
            yield FieldIn(name, sent, Fate.DROPPED, schema=schema)
        else:
            becomes = shown(getattr(got, fields[name]), as_json=False) if got is not None else ""
            yield FieldIn(name, sent, Fate.TAKEN if sent else Fate.UNSET, becomes, (), schema)
    if "" in errors:
        yield FieldIn("(all of it)", shown(parsed), Fate.REFUSED, "", tuple(errors[""]))


@dataclass
class _Made:
    """Of which objects the response model was made during the request, and why it could not be."""

    objects: list[object] = field(default_factory=list)
    misfits: list[str] = field(default_factory=list)


@contextmanager
def _watched(model: type[BaseModel] | None) -> Iterator[_Made]:
    """Note what `model_validate` of the response model is given, for as long as the request takes."""
    made = _Made()
    if model is None:
        yield made
        return
    validate = model.model_validate

    def watched(_cls: type[BaseModel], /, obj: Any, **options: Any) -> BaseModel:  # noqa: ANN401 - as Pydantic has it
        made.objects.append(obj)
        try:
            return validate(obj, **options)
        except ValidationError as error:
            made.misfits += [
                f"{'.'.join(str(place) for place in found['loc'])} = {shown(found['input'])}: {found['msg']}"
                for found in error.errors()
            ]
            raise

    with patch.object(model, "model_validate", classmethod(watched)):
        yield made


def _attributes(found: object) -> dict[str, object]:
    if isinstance(found, dict):
        return found
    return {name: value for name, value in getattr(found, "__dict__", {}).items() if name[0] != "_"}


def _outs(
    models: Models, made: _Made, one: dict[str, Json], before: dict[str, Json], parsed: Json
) -> Iterator[FieldOut]:
    stored = _attributes(made.objects[0 if models.many else -1]) if made.objects else {}
    schemas = schemas_of(models.made, "serialization") if models.made else {}
    sent = parsed if isinstance(parsed, dict) else {}
    for name in {**stored, **one}:
        yield FieldOut(
            name,
            client=shown(one[name], name) if name in one else "",
            stored=shown(stored[name], name) if name in stored else "",
            before=shown(before[name], name) if name in before else "",
            sent=name in sent,
            schema=schemas.get(name, "") if name in one else "",
        )


def _misfits(made: _Made, answer: httpx2.Response) -> tuple[str, ...]:
    if answer.status_code < httpx2.codes.INTERNAL_SERVER_ERROR:
        return ()
    if made.misfits:
        return tuple(made.misfits)
    raised = answer.extensions.get(EXCEPTION)
    return (str(raised),) if raised else ()


__all__ = ["CourseError", "in_and_out", "passage"]
