"""Notebooks as plain JSON, whatever wrote them: importing nbformat costs seconds, and nothing here needs it."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any


def source_of(cell: Mapping[str, Any]) -> str:
    """A cell's text, which notebooks store as a string or as a list of lines; empty for anything else."""
    source = cell.get("source", "")
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""


def nbgrader_of(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """A cell's nbgrader metadata; empty when it has none."""
    metadata = cell.get("metadata")
    found = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}


def without_outputs(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of a notebook as nobody has run it yet."""
    clean = deepcopy(notebook)
    for cell in clean["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
            cell["metadata"].pop("execution", None)
    return clean
