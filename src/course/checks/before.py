"""As before: random odd requests go to the app as it was given and to the learner's, and come back the same.

The app as given is the `as_given` of a check: a second server, started for checks that ask for it.
"""

import random
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from httpx2 import Response

from course.checks.awkward import INTEGERS, TEXTS, odd
from course.checks.state import difference
from course.grading.channel import Json
from course.grading.checking import Api
from course.grading.failures import phrase, status_of, wrong

HEADERS: Final = ("content-type", "location", "allow", "retry-after", "www-authenticate")
CHANGING: Final = ("access_token", "created_at", "updated_at")
"""Names of values that no two runs have in common."""

_SMALL: Final = 5  # ids up to here may exist

type Explained = Callable[[Response, Response], bool]


@dataclass(frozen=True)
class Sent:
    """A request to send to both apps."""

    method: str
    path: str
    params: Mapping[str, Json]
    body: Json = None
    headers: Mapping[str, str] = MappingProxyType({})

    async def to(self, api: Api) -> Response:
        """Send it."""
        body = {} if self.body is None else {"json": self.body}
        return await api.request(
            self.method, self.path, params=self.params, headers=dict(self.headers), **body
        )


async def expect_as_before(
    api: Api,
    as_given: Api,
    requests: Iterable[Sent],
    *,
    look_at: str,
    explained: Explained = lambda before, after: False,
    ignoring: Collection[str] = CHANGING,
) -> None:
    """Send each request to both apps; fail at the first answer that differs, unless a promise explains it.

    `explained` gets the answer of the app as given and the learner's. Values under the names in `ignoring` are not
    compared. Both apps see the same requests in the same order, so that both give out the same ids. Where the app as
    given crashes, nothing is to be kept.
    """
    for sent in requests:
        before, after = await sent.to(as_given), await sent.to(api)
        came = _difference(before, after, ignoring)
        if came and not explained(before, after) and before.status_code != 500:
            wrong(after, came[0], expected=f"{came[1]}, as before this exercise", look_at=look_at)


async def odd_requests(as_given: Api, rng: random.Random, count: int, *, below: str = "/api") -> list[Sent]:
    """So many requests to the routes of the app as given (those below this path): good, odd, and beside the point."""
    document = (await as_given.get("/openapi.json")).json()
    routes = [
        (method, path, operation)
        for path, operations in document["paths"].items()
        if path.startswith(below)
        for method, operation in operations.items()
    ]
    return [_request(*rng.choice(routes), document, rng) for _ in range(count)]


def _difference(before: Response, after: Response, ignoring: Collection[str]) -> tuple[str, str] | None:
    """What came and what was wanted, in words; None when the answers are the same."""
    if before.status_code != after.status_code:
        return f"came back {status_of(after)}", phrase(before.status_code)
    for name in HEADERS:
        if before.headers.get(name) != after.headers.get(name):
            return f"came back with {name}: {after.headers.get(name)}", f"{before.headers.get(name)}"
    try:
        was, now = before.json(), after.json()
    except ValueError:
        return (
            None
            if before.content == after.content
            else ("came back with another body", "the one that it had")
        )
    if found := difference(_without(was, ignoring), _without(now, ignoring)):
        where, wanted, came = found
        return f"came back with {where} = {came}", wanted
    return None


def _without(value: Json, names: Collection[str]) -> Json:
    match value:
        case dict():
            return {key: _without(item, names) for key, item in value.items() if key not in names}
        case list():
            return [_without(item, names) for item in value]
    return value


def _request(
    method: str, path: str, operation: Mapping[str, Any], document: Mapping[str, Any], rng: random.Random
) -> Sent:
    params: dict[str, Json] = {}
    headers: dict[str, str] = {}
    for parameter in operation.get("parameters", ()):
        name, sample = parameter["name"], _sample(parameter.get("schema", {}), document, rng)
        value = rng.choice((sample, sample, *odd(sample)))
        if parameter["in"] == "path":
            path = path.replace(f"{{{name}}}", _segment(value))
        elif parameter["in"] == "query" and rng.random() < 0.6:
            params[name] = value if isinstance(value, str | int | float) else ""
        elif parameter["in"] == "header" and rng.random() < 0.9:
            headers[name] = _segment(value).encode("ascii", "ignore").decode() or "nobody"
    if rng.random() < 0.1:
        params[f"surplus_{rng.randrange(9)}"] = "1"
    if rng.random() < 0.05:
        path += "/"
    if rng.random() < 0.05:
        method = rng.choice(("get", "put", "delete", "patch"))
    body = _body(operation, document, rng)
    return Sent(method.upper(), path, params, body, headers)


def _segment(value: Json) -> str:
    text = "".join(letter for letter in str(value) if letter.isalnum() or letter in "-._")
    return text if text.strip(".") else "nobody"


def _body(operation: Mapping[str, Any], document: Mapping[str, Any], rng: random.Random) -> Json:
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    valid = _sample(content["application/json"]["schema"], document, rng)
    if not isinstance(valid, dict) or rng.random() < 0.3:
        return valid
    field = rng.choice(sorted(valid))
    how = rng.random()
    if how < 0.2:
        return {name: value for name, value in valid.items() if name != field}
    if how < 0.3:
        return valid | {"surplus": 1}
    return valid | {field: rng.choice(list(odd(valid[field])))}


def _sample(schema: Mapping[str, Any], document: Mapping[str, Any], rng: random.Random) -> Json:
    """A value that fits a JSON schema, mostly."""
    if "$ref" in schema:
        return _sample(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document, rng)
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return _sample(rng.choice(schema[key]), document, rng)
    if "enum" in schema:
        return rng.choice(schema["enum"])
    match schema.get("type"):
        case "integer" | "number":
            return rng.choice((*range(1, _SMALL), *INTEGERS))
        case "boolean":
            return rng.random() < 0.5
        case "array":
            return [_sample(schema.get("items", {}), document, rng) for _ in range(rng.randrange(1, 3))]
        case "object":
            return {name: _sample(one, document, rng) for name, one in schema.get("properties", {}).items()}
        case "null":
            return None
    if schema.get("format") == "email":
        return f"{rng.choice('abc')}{rng.randrange(3)}@example.com"
    return rng.choice(("correct horse", "Ada", *TEXTS))
