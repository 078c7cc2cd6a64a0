"""Be worth less than nothing."""

from hostile_notebooks import Notebook, cell_of

EARNED = 6.5


def build(answered: Notebook) -> object:
    cell_of(answered, "check-1-1")["metadata"]["nbgrader"] |= {"points": -1e308}
    return answered
