"""Hand in characters that no file can hold."""

from hostile_notebooks import Notebook, cell_of

EARNED = 6.5


def build(answered: Notebook) -> object:
    cell = cell_of(answered, "answer-1-2")
    cell["source"] = f"{cell['source']}\n# \ud800"
    return answered
