"""Hand in a notebook of next year."""

from hostile_notebooks import Notebook

EARNED = 6.5


def build(answered: Notebook) -> object:
    return answered | {"nbformat": 99, "nbformat_minor": -1}
