"""Hand in a folder by the notebook's name."""

from hostile_notebooks import Notebook

EARNED = 0.0
SAYS = "is not a file"


def build(answered: Notebook) -> object:
    return {}
