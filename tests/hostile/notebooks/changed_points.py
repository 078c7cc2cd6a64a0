"""Be worth more."""

from hostile_notebooks import Notebook, cell_of

EARNED = 4.0


def build(wrong: Notebook) -> object:
    for grade_id in ("check-1-1", "check-1-2"):
        cell_of(wrong, grade_id)["metadata"]["nbgrader"]["points"] = 1000
    return wrong
