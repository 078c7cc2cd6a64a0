# Derived from chapters/05-imports/probes/ask_taxes.py by `course build`: change it there.
"""Run in the learner's process: taxes asked for in one thread and then in others, and connections counted."""

import importlib
import sqlite3
import threading
from typing import Any

from probes.watched import Connections, forget_the_app


def ask_taxes(questions: list[list[Any]], threads: int, main_first: bool) -> dict[str, Any]:
    """Ask all questions (total, then a country or nothing) in each thread, one after the other.

    The first thread is the main one or, unless `main_first`, one of the others. Returns the answers by thread, where
    connections went, how many the first one and all made, and how many rates the fullest table has in the end.
    """
    forget_the_app()
    connections = Connections()
    get_vat_cents = importlib.import_module("app.orders.vat").get_vat_cents
    answers: list[list[Any]] = []

    def ask() -> None:
        answers.append([_ask(get_vat_cents, question) for question in questions])

    def ask_in_a_thread() -> None:
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()

    first, *others = (
        [ask, *[ask_in_a_thread] * threads] if main_first else [*[ask_in_a_thread] * threads, ask]
    )
    first()
    by_the_first = len(connections.made)
    for other in others:
        other()
    rates = max((_rates_of(one) for one in connections.open), default=0)
    return {
        "answers": answers,
        "places": [place for _, place, *_ in connections.made],
        "by_the_first": by_the_first,
        "by_all": len(connections.made),
        "rates": rates,
    }


def _ask(get_vat_cents: Any, question: list[Any]) -> int | float | str:  # noqa: ANN401 - the learner's
    try:
        tax = get_vat_cents(*question)
    except Exception as error:
        return f"raised {type(error).__name__}: {error}".rstrip(".")
    return tax if isinstance(tax, int | float) else f"returned {tax!r}"


def _rates_of(connection: sqlite3.Connection) -> int:
    try:
        count: int = connection.execute("select count(*) from rates").fetchone()[0]
    except sqlite3.Error:  # closed, of another thread, or with another table
        return 0
    return count
