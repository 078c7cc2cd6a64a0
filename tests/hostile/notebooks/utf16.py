"""Hand in a file in another encoding."""

import json

from hostile_notebooks import Notebook

EARNED = 0.0
SAYS = "it is not valid JSON"


def build(answered: Notebook) -> object:
    return json.dumps(answered).encode("utf-16")
