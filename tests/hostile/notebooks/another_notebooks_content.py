"""Hand in the notebook of another course."""

from hostile_notebooks import Notebook

EARNED = 0.0


def build(answered: Notebook) -> object:
    answered["cells"] = [
        {"cell_type": "markdown", "metadata": {}, "source": "# My holidays"},
        {"cell_type": "code", "metadata": {}, "source": "print('sun')", "outputs": [], "execution_count": 1},
    ]
    return answered
