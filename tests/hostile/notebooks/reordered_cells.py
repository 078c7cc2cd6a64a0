"""Turn the notebook upside down."""

from hostile_notebooks import Notebook

EARNED = 6.5


def build(answered: Notebook) -> object:
    answered["cells"].reverse()
    return answered
