"""Hand in what was edited on Windows."""

from hostile_notebooks import Notebook

EARNED = 6.5


def build(answered: Notebook) -> object:
    for cell in answered["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")
    return answered
