"""The awkward values of each type, and tables of cases made of them: what polite inputs leave out."""

import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from course.grading.channel import Json

INTEGERS: Final = (0, -1, 1, 10**5, 10**20)
"""Off by one in both directions, and beyond what a column, a float or a C integer holds."""

TEXTS: Final = ("", " ", "  both sides  ", "äöüß", "李小龍", "Ω" * 300, "0", "null", "a\x00b", "'; --")
"""Nothing, only blanks, blanks around, letters of other alphabets only, long, and what looks like something else."""


@dataclass(frozen=True)
class Case:
    """One input, and what is odd about it in words: `quantity=null`, `without quantity`."""

    name: str
    body: dict[str, Json]


def integers(rng: random.Random, *, but: Collection[int] = ()) -> list[int]:
    """The awkward integers in any order, with neighbors of the big ones that nobody can list."""
    near = [10**5 + rng.randrange(1, 999), -rng.randrange(2, 10**6), rng.randrange(2, 60)]
    found = [number for number in dict.fromkeys((*INTEGERS, *near)) if number not in but]
    rng.shuffle(found)
    return found


def texts(rng: random.Random, *, but: Collection[str] = ()) -> list[str]:
    """The awkward texts in any order."""
    found = [text for text in TEXTS if text not in but]
    rng.shuffle(found)
    return found


def cases(valid: Mapping[str, Json], rng: random.Random, *, fields: Collection[str] = ()) -> list[Case]:
    """Every odd version of a valid body, in any order: one field (of these, or any) at a time is odd.

    Each field is left out, null, of another type, and has the awkward values of its own; one case has a field that is
    not asked for.
    """
    found = [Case("with a surplus field", {**valid, f"surplus_{rng.randrange(100)}": 1})]
    for field in fields or valid:
        found.append(
            Case(f"without {field}", {name: value for name, value in valid.items() if name != field})
        )
        found += (Case(f"{field}={_shown(value)}", {**valid, field: value}) for value in odd(valid[field]))
    rng.shuffle(found)
    return found


def odd(value: Json) -> Iterator[Json]:
    """What else could stand where this value stands, of its own type and of others."""
    yield None
    match value:
        case bool():
            yield from ("yes", 2, not value)
        case int():
            yield from (number for number in INTEGERS if number != value)
            yield from (str(value), f" {value} ", float(value), value + 0.5, [value], "")
        case str():
            yield from (text for text in TEXTS if text != value)
            yield from (0, [value], {})
        case list():
            yield from ([], value * 2, {}, "", [None])
        case dict():
            yield from ({}, [], "")


def _shown(value: Json) -> str:
    text = "null" if value is None else repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
