# Derived from chapters/05-imports/probes/import_module.py by `course build`: change it there.
"""Run in the learner's process: what importing a module makes and keeps. Nothing of it leaves the process."""

import gc
import importlib
import sys
from types import ModuleType
from typing import Any

from probes.watched import AMOUNT, Watch, forget_the_app

SHOWN = 50


def import_one(module: str, most_steps: int) -> dict[str, Any]:
    """Import it: whether it came to an end, amounts that functions returned or that are kept, the largest container."""
    forget_the_app()
    with Watch(most_steps) as watch:
        importlib.import_module(module)
    kept, size = _kept()
    return {
        "ended": watch.steps <= most_steps,
        "made": watch.amounts[:SHOWN],
        "kept": kept[:SHOWN],
        "largest": size,
    }


def _kept() -> tuple[list[str], int]:
    """Walk over all that the app's modules hold, however deep: the amounts in it, and the size of the largest container."""
    own = [module for name, module in sys.modules.items() if name.startswith("app.")]
    foreign = {id(vars(module)) for module in list(sys.modules.values()) if module not in own}
    waiting: list[Any] = [vars(module) for module in own]
    seen: set[int] = set(foreign)
    amounts: list[str] = []
    largest = 0
    while waiting:
        value = waiting.pop()
        if id(value) in seen or isinstance(value, ModuleType):
            continue
        seen.add(id(value))
        if isinstance(value, type) and not value.__module__.startswith("app."):
            continue
        if isinstance(value, str):
            amounts += [value] if AMOUNT.fullmatch(value) else []
        elif isinstance(value, dict | list | tuple | set | frozenset):
            largest = max(largest, len(value))
        waiting += gc.get_referents(value)
    return amounts, largest
