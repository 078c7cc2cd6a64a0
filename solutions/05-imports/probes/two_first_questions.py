# Derived from chapters/05-imports/probes/two_first_questions.py by `course build`: change it there.
"""Run in the learner's process: a second thread asks while the first one is in the middle of the first question."""

import importlib
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from probes.watched import forget_the_app

MOST_LINES = 60
SECONDS = 0.2
"""How long the second thread may take before the first one goes on: it may wait for a lock that the first one holds."""


def ask_meanwhile(total: int) -> list[list[Any]]:
    """Interrupt the first question at its first line of the app, at its second, and so on, each time in a fresh app.

    Returns the line, what the first thread got, and what the second one did.
    """
    found = []
    for number in range(1, MOST_LINES):
        line, answers = _interrupt(total, number)
        if not line:
            break
        found.append([line, *answers])
    return found


def _interrupt(total: int, number: int) -> tuple[int, list[Any]]:
    forget_the_app()
    module = importlib.import_module("app.orders.vat")
    answers: list[Any] = [None, None]
    stopped_at: list[int] = []

    def ask(which: int) -> None:
        try:
            answers[which] = module.get_vat_cents(total)
        except Exception as error:
            answers[which] = f"raised {type(error).__name__}: {error}".rstrip(".")

    second = threading.Thread(target=ask, args=(1,), daemon=True)

    def interrupt(line: int) -> None:
        stopped_at.append(line)
        second.start()
        second.join(SECONDS)

    def ask_and_be_interrupted() -> None:
        sys.settrace(_at_line(number, module.__file__ or "", interrupt))
        try:
            ask(0)
        finally:
            sys.settrace(None)

    first = threading.Thread(target=ask_and_be_interrupted, daemon=True)
    first.start()
    first.join(10)
    if not stopped_at:
        return 0, answers
    second.join(10)
    return stopped_at[0], answers


def _at_line(number: int, path: str, interrupt: Callable[[int], None]) -> Callable[..., Any]:
    """A trace function that calls `interrupt` at the so-and-so-manieth line of a file that is run."""
    lines = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:  # noqa: ANN401 - a trace function returns itself
        nonlocal lines
        if frame.f_code.co_filename != path:
            return None
        if event == "line":
            lines += 1
            if lines == number:
                interrupt(frame.f_lineno)
        return trace

    return trace
