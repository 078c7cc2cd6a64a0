"""Put other code into a check cell."""

from hostile_notebooks import Notebook, cell_of

EARNED = 6.5


def build(answered: Notebook) -> object:
    cell_of(answered, "check-1-2")["source"] = "print('6.5 of 6.5')"
    return answered
