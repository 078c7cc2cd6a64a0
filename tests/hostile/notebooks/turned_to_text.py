"""Make every cell a text cell: what is graded stays what it is in the release."""

from hostile_notebooks import Notebook

EARNED = 6.5


def build(answered: Notebook) -> object:
    for cell in answered["cells"]:
        cell["cell_type"] = "raw"
    return answered
