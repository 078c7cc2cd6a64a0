"""Hand in three thousand cells."""

from hostile_notebooks import Notebook, code

EARNED = 0.0
SAYS = "more than 2000 cells"


def build(answered: Notebook) -> object:
    answered["cells"] += [code(f"%%write app/x{number}.py\nx = 1") for number in range(3000)]
    return answered
