# Derived from chapters/05-imports/probes/ask_words.py by `course build`: change it there.
"""Run in the learner's process: what `get_words` says of amounts, the first of them as its first question ever."""

import importlib
from typing import Any

from probes.watched import Watch, forget_the_app


def ask_words(amounts: list[int], most_steps: int) -> list[dict[str, Any]]:
    """Ask for each amount: what came, and how many instructions of the app it took."""
    forget_the_app()
    get_words = importlib.import_module("app.orders.words").get_words
    return [_ask(get_words, cents, most_steps) for cents in amounts]


def _ask(get_words: Any, cents: int, most_steps: int) -> dict[str, Any]:  # noqa: ANN401 - the learner's
    said = ""
    with Watch(most_steps) as watch:
        try:
            said = f"returned {get_words(cents)!r}"
        except Exception as error:
            said = f"raised {type(error).__name__}: {error}"
    return {"said": said, "steps": watch.steps, "ended": watch.steps <= most_steps}
