"""Have nothing to grade."""

from hostile_notebooks import Notebook, grade_id_of

EARNED = 4.0


def build(wrong: Notebook) -> object:
    wrong["cells"] = [cell for cell in wrong["cells"] if not grade_id_of(cell).startswith("check")]
    return wrong
