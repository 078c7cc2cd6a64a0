"""Hand in what is no text."""

from hostile_notebooks import TOTALS, Notebook, cell_of

EARNED = 4.0


def build(answered: Notebook) -> object:
    cell_of(answered, "answer-1-2")["source"] = f"%%write {TOTALS}\nx = '\0'\n"
    return answered
