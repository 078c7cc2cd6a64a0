"""Break whoever writes the file."""

from hostile_notebooks import Notebook, code

EARNED = 0.0


def build(wrong: Notebook) -> object:
    for path in ("app/\0.py", "app/" + "x" * 300 + ".py", "", ".", "app", "app/orders/router.py/x.py"):
        wrong["cells"].append(code(f"%%write {path}\nx = 1"))
    return wrong
