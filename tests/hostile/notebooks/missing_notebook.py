"""Hand in a folder without the notebook."""

from hostile_notebooks import Notebook

EARNED = 0.0
SAYS = "There is no 01-shop.ipynb"


def build(answered: Notebook) -> object:
    return None
