"""Hand in answers that no `%%write` cell holds: they are named, so that nobody wonders."""

from hostile_notebooks import TOTALS, Notebook, cell_of

EARNED = 4.0
SAYS = "Cell 7 writes a file, but does not begin with %%write and its path: it was left out."


def build(answered: Notebook) -> object:
    cell = cell_of(answered, "answer-1-2")
    cell["source"] = f"%%time\n{cell['source']}"
    assert TOTALS in cell["source"]
    return answered
