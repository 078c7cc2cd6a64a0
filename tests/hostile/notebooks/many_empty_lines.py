"""Stop the grader before it starts: a file in which a search for imports looks at every empty line from every other."""

from hostile_notebooks import Notebook, cell_of

EARNED = 6.5


def build(answered: Notebook) -> object:
    cell = cell_of(answered, "answer-1-2")
    cell["source"] = f"{cell['source']}" + "\n" * 900_000 + "\n# the end"
    return answered
