"""Hang the grader before any limit: a path whose resolving costs the square of its parts."""

from hostile_notebooks import Notebook, code

EARNED = 6.5
SAYS = "outside the project or too long a path"


def build(answered: Notebook) -> object:
    answered["cells"].append(code(f"%%write {'app/' * 120_000}x.py\nx = 1"))
    return answered
