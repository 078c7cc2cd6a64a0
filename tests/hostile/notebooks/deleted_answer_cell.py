"""Have nothing to find fault with."""

from hostile_notebooks import Notebook, cell_of

EARNED = 4.0


def build(answered: Notebook) -> object:
    answered["cells"].remove(cell_of(answered, "answer-1-2"))
    return answered
