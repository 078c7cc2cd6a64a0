"""Hand in half a notebook."""

import json

from hostile_notebooks import Notebook

EARNED = 0.0
SAYS = "it is not valid JSON"


def build(answered: Notebook) -> object:
    text = json.dumps(answered)
    return text[: len(text) // 2]
