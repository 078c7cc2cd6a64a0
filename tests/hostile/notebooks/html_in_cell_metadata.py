"""Run a script on the instructor's page, from a cell's name or comment."""

from hostile_notebooks import EVIL, Notebook

EARNED = 6.5


def build(answered: Notebook) -> object:
    for number, cell in enumerate(answered["cells"]):
        cell["id"] = f"x{number}"
        cell["metadata"].setdefault("nbgrader", {})["comment"] = f"<script>{EVIL}</script>"
        cell["attachments"] = {"x": {"text/html": f"<script>{EVIL}</script>"}}
    answered["metadata"]["title"] = f"</title><script>{EVIL}</script>"
    return answered
