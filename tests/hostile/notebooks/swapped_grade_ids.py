"""Give the cells of two tasks each other's names."""

from hostile_notebooks import Notebook, cell_of

EARNED = 4.0


def build(wrong: Notebook) -> object:
    one, other = cell_of(wrong, "check-1-1"), cell_of(wrong, "check-1-2")
    one["metadata"]["nbgrader"], other["metadata"]["nbgrader"] = (
        other["metadata"]["nbgrader"],
        one["metadata"]["nbgrader"],
    )
    return wrong
