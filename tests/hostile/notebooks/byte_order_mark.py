"""Hand in what an old editor saved."""

import json

from hostile_notebooks import Notebook

EARNED = 6.5


def build(answered: Notebook) -> object:
    return json.dumps(answered).encode("utf-8-sig")
