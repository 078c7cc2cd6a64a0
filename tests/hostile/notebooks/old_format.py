"""Hand in a notebook of 2013."""

from hostile_notebooks import Notebook

EARNED = 0.0
SAYS = "a format of before 2014"


def build(answered: Notebook) -> object:
    cells = [
        {"cell_type": "code", "language": "python", "input": cell["source"], "outputs": [], "metadata": {}}
        for cell in answered["cells"]
    ]
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
