"""Hand in text of an old system."""

import json

from hostile_notebooks import Notebook

EARNED = 6.5


def build(answered: Notebook) -> object:
    answered["cells"].insert(0, {"cell_type": "markdown", "metadata": {}, "source": "caf\u00e9"})
    return json.dumps(answered, ensure_ascii=False).encode("latin-1")
