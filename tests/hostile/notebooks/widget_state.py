"""Bring along the state of a thousand widgets."""

from hostile_notebooks import EVIL, Notebook

EARNED = 6.5


def build(answered: Notebook) -> object:
    state = {
        f"{number:032}": {"model_name": "HTMLModel", "state": {"value": f"<script>{EVIL}</script>"}}
        for number in range(1000)
    }
    answered["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": state}}
    return answered
