"""Keep the reader busy: 30 MB of outputs that are a list of ones."""

import json

from hostile_notebooks import Notebook, cell_of

EARNED = 0.0
SAYS = "it has more than 2000000 parts"


def build(answered: Notebook) -> object:
    cell_of(answered, "answer-1-1")["outputs"] = ["HERE"]
    return json.dumps(answered).replace('"HERE"', ",".join(["1"] * 15_000_000))
