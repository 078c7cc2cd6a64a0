"""Be graded twice."""

from hostile_notebooks import Notebook, cell_of, copy_of

EARNED = 6.5


def build(answered: Notebook) -> object:
    answered["cells"] += [copy_of(cell_of(answered, "check-1-2")) for _ in range(3)]
    return answered
