# Derived from chapters/02-tooling/probes/read_stocks.py by `course build`: change it there.
"""Run in the learner's process: what read_stock makes of texts."""

from collections.abc import Mapping

from scripts.stock import read_stock


def read(texts: list[str]) -> list[list[object]]:
    """For each text `["", the stock]`, or the kinds of error that were raised, and what it says."""
    answers: list[list[object]] = []
    for text in texts:
        try:
            stock: object = read_stock(text=text)
            answers.append(["", dict(stock) if isinstance(stock, Mapping) else repr(stock)])
        except Exception as error:
            kind = "ValueError" if isinstance(error, ValueError) else type(error).__name__
            answers.append([kind, str(error)])
    return answers
