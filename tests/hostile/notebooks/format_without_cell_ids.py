"""Hand in a notebook of 2016."""

from hostile_notebooks import Notebook

EARNED = 6.5


def build(answered: Notebook) -> object:
    for cell in answered["cells"]:
        del cell["id"]
    return answered | {"nbformat_minor": 0}
