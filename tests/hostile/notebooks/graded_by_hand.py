"""Have a check cell wait for a person."""

from hostile_notebooks import Notebook, cell_of

EARNED = 4.0


def build(wrong: Notebook) -> object:
    cell_of(wrong, "check-1-2")["metadata"]["nbgrader"] |= {"solution": True, "locked": False}
    return wrong
