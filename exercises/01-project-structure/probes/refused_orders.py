# Derived from chapters/01-project-structure/probes/refused_orders.py by `course build`: change it there.
"""Run in the learner's process: what `place` raises, and what is kept then. A router would hide the error."""

import gc
from typing import Any

from app.orders.models import Order
from probes.shop import Lines, place, register, said_by
from starlette.exceptions import HTTPException

CRASHES = (AttributeError, TypeError, NameError, AssertionError, IndexError, RecursionError)


async def refuse_each(tries: list[tuple[int, Lines]]) -> list[dict[str, Any]]:
    """Try to place these orders; user 0 stands for somebody who exists. What came of each."""
    customer = await register("Ada")
    return [await _refuse(user or customer, lines) for user, lines in tries]


async def _refuse(user: int, lines: Lines) -> dict[str, Any]:
    before = _kept()
    try:
        await place(user, lines)
    except Exception as error:
        said = said_by(error)
        statuses = [value for value in said if isinstance(value, int) and 400 <= value < 600]
        found: dict[str, Any] = {
            "error": f"{type(error).__name__}: {error}" + (f" (with {statuses[0]})" if statuses else ""),
            "crash": type(error) in CRASHES,
            "http": bool(statuses) or isinstance(error, HTTPException),
            "words": [str(error), *(value for value in said if isinstance(value, str))],
        }
    else:
        found = {}
    return found | {"kept": _kept() - before}


def _kept() -> int:
    gc.collect()
    return sum(type(thing) is Order for thing in gc.get_objects())
