"""Hand in JSON of another kind."""

from hostile_notebooks import Notebook

EARNED = 0.0
SAYS = "it has no cells"


def build(answered: Notebook) -> object:
    return [answered]
