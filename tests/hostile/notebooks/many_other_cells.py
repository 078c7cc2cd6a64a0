"""Not hostile at all, or hardly: four thousand cells of tries."""

from hostile_notebooks import Notebook, code

EARNED = 6.5


def build(answered: Notebook) -> object:
    answered["cells"][1:1] = [code(f"print({number})") for number in range(4000)]
    return answered
