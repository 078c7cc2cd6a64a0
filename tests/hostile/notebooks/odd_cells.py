"""Break whoever reads the cells."""

from hostile_notebooks import Notebook

EARNED = 6.5


def build(answered: Notebook) -> object:
    answered["cells"] += [7, None, [], {"cell_type": "song", "source": 5, "metadata": 6, "outputs": 7}, {}]
    answered["cells"][0] |= {"metadata": {"nbgrader": {"grade_id": ["x"], "points": "many"}}}
    answered["metadata"] = [1]
    return answered
