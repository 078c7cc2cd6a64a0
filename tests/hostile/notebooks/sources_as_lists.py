"""Store text as notebooks may, and as they may not."""

from hostile_notebooks import Notebook, code

EARNED = 6.5


def build(answered: Notebook) -> object:
    for cell in answered["cells"]:
        cell["source"] = "".join(cell["source"]).splitlines(keepends=True)
    answered["cells"].append(code("") | {"source": [1, None, {"x": 2}]})
    return answered
