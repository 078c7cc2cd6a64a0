# Derived from chapters/02-tooling/probes/named_files.py by `course build`: change it there.
"""Run in the learner's process: how file_name names its files, far from Greenwich, long after the import."""

import datetime as module
import importlib
import os
import time


class LongAgo(module.datetime):
    """The clock of the moment in which scripts/stock.py is imported."""

    @classmethod
    def now(cls, tz: module.tzinfo | None = None) -> "LongAgo":
        return cls(1999, 12, 31, 12, tzinfo=tz)

    @classmethod
    def utcnow(cls) -> "LongAgo":
        return cls(1999, 12, 31, 12)


def name(days: list[list[int]], zone: str) -> list[str]:
    """Return the name for noon of each day, then the one without a day, in this time zone."""
    os.environ["TZ"] = zone
    time.tzset()
    real = module.datetime
    module.datetime = LongAgo  # type: ignore[misc]
    stock = importlib.import_module("scripts.stock")
    module.datetime = real  # type: ignore[misc]
    for known, value in list(vars(stock).items()):
        if value is LongAgo:
            setattr(stock, known, real)
    answers = [_called(stock.file_name, moment=real(y, m, d, 12, tzinfo=module.UTC)) for y, m, d in days]
    return [*answers, _called(stock.file_name)]


def _called(file_name: object, **arguments: object) -> str:
    try:
        return str(file_name(**arguments)) if callable(file_name) else repr(file_name)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
