"""Not hostile at all: a screenshot, pasted into a text as some editors do."""

from hostile_notebooks import Notebook

EARNED = 6.5


def build(answered: Notebook) -> object:
    picture = "![](data:image/png;base64," + "A" * 1_200_000 + ")"
    answered["cells"].insert(1, {"cell_type": "markdown", "metadata": {}, "source": picture})
    return answered
