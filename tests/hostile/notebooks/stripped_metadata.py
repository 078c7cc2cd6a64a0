"""Lose what tells graded cells from others."""

from hostile_notebooks import Notebook

EARNED = 6.5


def build(answered: Notebook) -> object:
    for cell in answered["cells"]:
        cell["metadata"] = {}
    return answered
