"""Hand in the outputs of a full score."""

from hostile_notebooks import Notebook, cell_of

EARNED = 4.0


def build(wrong: Notebook) -> object:
    for grade_id in ("check-1-1", "check-1-2"):
        cell_of(wrong, grade_id)["outputs"] = [
            {
                "output_type": "execute_result",
                "execution_count": 1,
                "metadata": {},
                "data": {"text/plain": "99"},
            }
        ]
    return wrong
