"""Answer twice: the last answer counts."""

from hostile_notebooks import TOTALS, WRONG_TOTALS, Notebook, cell_of, copy_of

EARNED = 4.0


def build(answered: Notebook) -> object:
    answered["cells"].append(
        copy_of(cell_of(answered, "answer-1-2")) | {"source": f"%%write {TOTALS}\n{WRONG_TOTALS}"}
    )
    return answered
