"""Write more files than anybody asked for, and have a remark on each."""

from hostile_notebooks import Notebook, code

EARNED = 6.5
SAYS = "more than 200 files that nobody asked for"


def build(answered: Notebook) -> object:
    answered["cells"] += [code(f"%%write elsewhere/{number}/{'x' * 200}.py\nx = 1") for number in range(1500)]
    return answered
