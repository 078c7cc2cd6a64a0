"""What authors write as tables (TOML files, front matter) as typed objects; what is wrong with one, in a sentence."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from course.errors import CourseError

type Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""Words that say something."""

_SAID = {
    "missing": "is missing",
    "extra_forbidden": "does not belong here",
    "string_too_short": "is empty",
    "string_type": "must be a text: put it in quotes",
    "tuple_type": "must be a list",
    "dict_type": "must be a table",
    "model_type": "must be a table",
}


class Table(BaseModel):
    """A table that an author writes: what it does not know is a slip, not a wish."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Problem(NamedTuple):
    """One thing that is wrong with a table: the keys that lead there, and the end of the sentence."""

    keys: tuple[str | int, ...]
    said: str

    def __str__(self) -> str:
        """`options 2: `why` is missing`: items of a list are counted from 1."""
        path = "".join(f" {key + 1}" if isinstance(key, int) else f".{key}" for key in self.keys)
        return f"{path.lstrip('.')}: {self.said}" if path else self.said


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; CourseError, naming its folder and itself, when it is none. OSError when it is not there."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CourseError(f"{path.parent.name}/{path.name} is not TOML: {error}.") from error


def read_table[T](kind: type[T], path: Path, **more: object) -> T:
    """Read a TOML file as one kind of table, with `more` that it does not say itself.

    Raises CourseError with the file, the place and what is wrong there.
    """
    data = read_toml(path) | more
    for problem in problems(kind, data):
        raise CourseError(f"{path.parent.name}/{path.name}: {problem}.")
    return TypeAdapter[T](kind).validate_python(data)


def problems(kind: type, data: Mapping[str, Any] | object) -> Iterator[Problem]:
    """Yield all that keeps data from being this kind of table."""
    try:
        TypeAdapter[object](kind).validate_python(data)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            keys, key = one["loc"], one["loc"][-1] if one["loc"] else ""
            if said := _SAID.get(one["type"]):
                keys, said = (keys[:-1], f"`{key}` {said}") if isinstance(key, str) else (keys, f"it {said}")
            elif one["type"] == "value_error":  # a model's own words
                said = str(one["ctx"]["error"])
            else:
                said = f"{one['msg'][0].lower()}{one['msg'][1:]}"
            yield Problem(keys, said)
