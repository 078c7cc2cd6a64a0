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
    """One thing that is wrong with a table: the keys that lead there, and the sentence's end, of the key or its value."""

    keys: tuple[str | int, ...]
    said: str
    of_key: bool = False

    def __str__(self) -> str:
        """`options 2: `why` is missing`: items of a list are counted from 1."""
        keys, said = self.keys, self.said
        if self.of_key and keys and isinstance(keys[-1], str):
            keys, said = keys[:-1], f"`{keys[-1]}` {said}"
        elif self.of_key:
            said = f"it {said}"
        path = "".join(f" {key + 1}" if isinstance(key, int) else f".{key}" for key in keys)
        return f"{path.lstrip('.')}: {said}" if path else said


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; CourseError, naming its folder and itself, when it is none. OSError when it is not there."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except PermissionError as error:
        raise CourseError(f"{path.parent.name}/{path.name} may not be read by this user.") from error
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
        # What does not belong comes first: mostly it is the slip for what is missing.
        for one in sorted(error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden"):
            if one["type"] in _SAID:
                yield Problem(one["loc"], _SAID[one["type"]], of_key=True)
            elif one["type"] == "value_error":  # a model's own words
                yield Problem(one["loc"], str(one["ctx"]["error"]))
            else:
                yield Problem(one["loc"], f"{one['msg'][0].lower()}{one['msg'][1:]}")
