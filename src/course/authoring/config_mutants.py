"""Mutants of a configuration: what an exercise leaves to the learner in a TOML file, with one key or item left out."""

import copy
import json
import tomllib
from collections.abc import Iterator
from typing import Any

import tomli_w

from course.errors import CourseError

type _Place = tuple[str | int, ...]
"""Where something stands: the keys of tables and the numbers of items, from the outside in."""


def left_out(path: str, starter: str, reference: str) -> Iterator[tuple[str, str]]:
    """Leave out, one at a time, each key and each item that a starter's gaps (`...`) stand for: what it was, and the text.

    What the starter gives already is not touched: no task is about it. Layout and comments are lost, as tools read
    neither. Raises CourseError when one of the two is no TOML, the starter's gaps aside.
    """
    without_gaps = "\n".join(line for line in starter.splitlines() if line.strip() != "...")
    given, whole = _parse(path, "starter", without_gaps), _parse(path, "reference solution", reference)
    named = {_name(place, whole): place for place in _open(given, whole, ())}
    for name, place in named.items():
        yield name, tomli_w.dumps(_without(whole, place))


def _parse(path: str, what: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{path}: the {what} does not parse: {error}.") from error


def _open(given: Any, whole: Any, at: _Place) -> Iterator[_Place]:  # noqa: ANN401 - any value that TOML has
    """The places that `given` does not fill."""
    if isinstance(whole, dict):
        known = given if isinstance(given, dict) else {}
        for key, value in whole.items():
            if key not in known:
                yield (*at, key)
            yield from _open(known.get(key), value, (*at, key))
    elif isinstance(whole, list):
        known_items = given if isinstance(given, list) else []
        for number, item in enumerate(whole):
            twin = next((one for one in known_items if _is_part(one, item)), None)
            if twin is None:
                yield (*at, number)
            yield from _open(twin, item, (*at, number))


def _is_part(given: Any, item: Any) -> bool:  # noqa: ANN401 - any value that TOML has
    """Whether a starter's item is this one: the same value, or a table that has nothing different."""
    if isinstance(given, dict) and isinstance(item, dict):
        return all(item.get(key) == value for key, value in given.items())
    return bool(given == item)


def _without(whole: dict[str, Any], place: _Place) -> dict[str, Any]:
    shorter = copy.deepcopy(whole)
    around: Any = shorter
    for step in place[:-1]:
        around = around[step]
    del around[place[-1]]
    return shorter


def _name(place: _Place, whole: dict[str, Any]) -> str:
    """A place in words that stay when items move: `tool.ruff.lint.select["S"]`. Tables in lists go by their name."""
    name = ""
    value: Any = whole
    for step in place:
        value = value[step]
        if isinstance(step, str):
            name += f".{step}" if name else step
        else:
            label = value.get("name", step) if isinstance(value, dict) else value
            name += f"[{json.dumps(label, ensure_ascii=False, default=str)}]"
    return name
