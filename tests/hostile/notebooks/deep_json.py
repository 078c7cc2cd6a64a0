"""Break whoever reads the file."""

from hostile_notebooks import Notebook

EARNED = 0.0
SAYS = "it is not valid JSON"


def build(answered: Notebook) -> object:
    return "[" * 200_000
