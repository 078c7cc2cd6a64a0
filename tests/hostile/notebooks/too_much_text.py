"""Hand in three megabytes of answer."""

from hostile_notebooks import TOTALS, Notebook, cell_of

EARNED = 0.0
SAYS = "characters in its cells"


def build(answered: Notebook) -> object:
    cell_of(answered, "answer-1-2")["source"] = f"%%write {TOTALS}\nx = '" + "x" * 3_000_000 + "'\n"
    return answered
