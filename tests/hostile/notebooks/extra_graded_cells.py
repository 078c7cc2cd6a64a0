"""Add tasks worth a thousand points."""

from hostile_notebooks import Notebook, cell_of, copy_of

EARNED = 4.0


def build(wrong: Notebook) -> object:
    for grade_id in ("check-1-9", "check-9-1", "check-1-1-bonus"):
        extra = copy_of(cell_of(wrong, "check-1-1"))
        extra["metadata"]["nbgrader"] |= {"grade_id": grade_id, "points": 1000}
        wrong["cells"].append(extra)
    return wrong
