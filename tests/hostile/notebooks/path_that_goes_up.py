"""Write outside the project."""

from hostile_notebooks import Notebook, code

EARNED = 6.5
SAYS = "outside the project"


def build(answered: Notebook) -> object:
    for path in ("../escaped.py", "app/../../escaped.py", "..\\escaped.py", "app/./../../../escaped.py"):
        answered["cells"].append(code(f"%%write {path}\nx = 1"))
    return answered
