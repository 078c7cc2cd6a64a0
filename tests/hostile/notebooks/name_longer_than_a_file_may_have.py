"""Name a file with more bytes than a file system takes."""

from hostile_notebooks import Notebook, code

EARNED = 6.5
SAYS = "outside the project or too long a path"


def build(answered: Notebook) -> object:
    answered["cells"].append(code(f"%%write app/{'ü' * 200}.py\nx = 1"))
    return answered
