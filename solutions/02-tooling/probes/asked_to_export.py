# Derived from chapters/02-tooling/probes/asked_to_export.py by `course build`: change it there.
"""Run in the learner's process: whom may_export lets in, with APP_EXPORT_PASSWORD set anew before each call."""

import os

from scripts.customers import may_export

NAME = "APP_EXPORT_PASSWORD"


def ask(cases: list[list[str | None]]) -> list[object]:
    """Call it for each pair of what the variable is set to (None: unset) and the password."""
    answers: list[object] = []
    for expected, password in cases:
        os.environ.pop(NAME, None)
        if expected is not None:
            os.environ[NAME] = expected
        try:
            answers.append(may_export(password=password or ""))
        except Exception as error:
            answers.append(f"{type(error).__name__}: {error}")
    return answers
