"""Give every graded cell another name."""

from hostile_notebooks import Notebook, grade_id_of

EARNED = 6.5


def build(answered: Notebook) -> object:
    for number, cell in enumerate(answered["cells"]):
        if grade_id_of(cell):
            cell["metadata"]["nbgrader"]["grade_id"] = f"mine-{number}"
    return answered
