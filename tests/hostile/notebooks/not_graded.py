"""Switch grading off."""

from hostile_notebooks import Notebook, grade_id_of

EARNED = 4.0


def build(wrong: Notebook) -> object:
    for cell in wrong["cells"]:
        if grade_id_of(cell):
            cell["metadata"]["nbgrader"] |= {"grade": False, "locked": False}
    return wrong
