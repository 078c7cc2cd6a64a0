"""Write to a place of its own choosing."""

from hostile_notebooks import Notebook, code

EARNED = 6.5
SAYS = "outside the project"


def build(answered: Notebook) -> object:
    for path in ("@outside@/canary.txt", "/etc/passwd", "~/x.py", "@root@/chapters/01-shop/checks.py"):
        answered["cells"].append(code(f"%%write {path}\nchanged"))
    return answered
