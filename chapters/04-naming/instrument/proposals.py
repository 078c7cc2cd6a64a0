"""A better form for a name. The form only: which word a thing is called by is for people to agree on."""

import re
from collections.abc import Sequence

from .rules import Kind, Name, Surface

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SPELLED_OUT = {"usr": "user", "prod": "product", "cust": "customer", "qty": "quantity", "addr": "address"}
_VERBS = {"add", "create", "delete", "do", "fetch", "find", "get", "list", "make", "place", "set", "update"}
_NOISE = {"data", "dto", "in", "info", "list", "model", "obj", "out"}
_VERB_OF = {"post": "create", "put": "replace", "patch": "update", "delete": "delete"}


def propose(surface: Surface, name: Name) -> str:
    """Return a name of the right form for one that is not."""
    match name.kind:
        case Kind.PATH:
            return _path(surface, name.text)
        case Kind.PARAMETER:
            return "_".join(_words(name.text))
        case Kind.SCHEMA:
            return _schema(surface, name.text)
        case Kind.OPERATION:
            return _operation(surface, name.text)
        case Kind.SETTING:
            words = _words(name.text)
            return "_".join(word.upper() for word in (words if words[:1] == ["app"] else ["app", *words]))


def _words(text: str) -> list[str]:
    words = [_SPELLED_OUT.get(word.lower(), word.lower()) for word in _WORD.findall(text)]
    if len(words) > 1 and words[-1] == "no":
        words[-1] = "number"
    return words


def _path(surface: Surface, path: str) -> str:
    """Kebab-case plural nouns; `/getUser?userId=` asks for one user, so the id moves into the path."""
    prefix, rest = re.fullmatch(r"(/api/v\d+)?(.*)", path, re.DOTALL).groups()  # type: ignore[union-attr]
    segments: list[str] = []
    for segment in rest.strip("/").split("/"):
        if segment.startswith("{"):
            segments.append("{" + "_".join(_words(segment)) + "}")
            continue
        words = _words(segment)
        nouns = [
            word for word in (words[1:] if words[:1] and words[0] in _VERBS else words) if word not in _NOISE
        ]
        segments.append("-".join([*nouns[:-1], _plural(nouns[-1])]) if nouns else "-".join(words))
        if nouns and words != nouns and _asks_by_query(surface, path, f"{nouns[-1]}_id"):
            segments.append(f"{{{nouns[-1]}_id}}")
    return (prefix or "") + "/" + "/".join(segments)


def _asks_by_query(surface: Surface, path: str, parameter: str) -> bool:
    return any(
        found.get("in") == "query" and "_".join(_words(found["name"])) == parameter
        for where, method, operation in surface.operations()
        if where == path and method == "get"
        for found in operation.get("parameters", [])
    )


def _operation(surface: Surface, operation_id: str) -> str:
    """A verb for the method, then what the path is about."""
    path, method = next(
        (path, method)
        for path, method, found in surface.operations()
        if found.get("operationId", "") == operation_id
    )
    segments = re.sub(r"^/api/v\d+", "", _path(surface, path)).strip("/").split("/")
    one = segments[-1].startswith("{")
    nouns = [segment.split("-") for segment in segments if not segment.startswith("{")]
    if method == "get":
        verb = "get" if one else "list"
    else:
        verb = _VERB_OF.get(method, "update")
    words = [_singular_last(noun) for noun in nouns[:-1]] + [
        nouns[-1] if verb == "list" else _singular_last(nouns[-1])
    ]
    return "_".join([verb, *(word for noun in words for word in noun)])


def _schema(surface: Surface, schema: str) -> str:
    """What it is about, then what it is for: what comes in is a Create, what goes out a Response."""
    nouns = [word for word in _words(schema) if word not in _NOISE] or _words(schema)
    comes_in = any(
        f"/{schema}'" in str(operation.get("requestBody", {})) for _, _, operation in surface.operations()
    )
    return "".join(word.capitalize() for word in nouns) + ("Create" if comes_in else "Response")


def _plural(word: str) -> str:
    if word.endswith("s"):
        return word
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("x", "z", "ch", "sh")) else f"{word}s"


def _singular_last(words: Sequence[str]) -> list[str]:
    last = words[-1]
    if last.endswith("ies"):
        last = f"{last[:-3]}y"
    elif last.endswith("s") and not last.endswith("ss"):
        last = last[:-1]
    return [*words[:-1], last]
