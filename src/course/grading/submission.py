"""A submitted notebook, made whole: whatever came in, nbgrader gets a notebook it can grade."""

import json
from collections.abc import Mapping
from typing import Any

from course.grading.exercise import nbgrader_of, source_of

PROBLEM = "course_problem"
"""Notebook metadata: why the submission could not be read."""

_CELL_TYPES = ("code", "markdown", "raw")

type Cell = dict[str, Any]


def read(text: str, release: Mapping[str, Any]) -> dict[str, Any]:
    """Return a submission, whatever its text, as a sound notebook with all graded cells of the release.

    Answers and remarks stay; nbgrader's metadata is the release's own (missing, renamed, copied or edited cells do
    not stop grading); outputs go. What is no notebook at all becomes the release, with the reason in its metadata.
    """
    problem = ""
    try:
        submitted = json.loads(text)
    except (ValueError, RecursionError):
        submitted, problem = None, "The submitted file is not a notebook: it is not valid JSON."
    cells = submitted.get("cells") if isinstance(submitted, dict) else None
    if not isinstance(cells, list):
        cells, problem = [], problem or "The submitted file is not a notebook: it has no cells."
    if isinstance(submitted, dict) and not problem:
        old = (submitted.get("metadata") or {}) if isinstance(submitted.get("metadata"), dict) else {}
        problem = str(old.get(PROBLEM, ""))[:300]  # our own, from the pass before
    metadata: dict[str, Any] = {
        key: value
        for key, value in release.get("metadata", {}).items()
        if key in ("kernelspec", "language_info")
    }
    if problem:
        metadata[PROBLEM] = problem
    whole = _with_missing(_known(cells, release), release)
    for number, cell in enumerate(whole):
        cell["id"] = f"cell-{number}"
    return {"cells": whole, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _known(cells: list[Any], release: Mapping[str, Any]) -> list[Cell]:
    """The submission's cells; the first of each grade id has the release's metadata, all others have none."""
    known = {grade_id: cell for cell in release["cells"] if (grade_id := _grade_id(cell))}
    found: list[Cell] = []
    for cell in cells:
        if not isinstance(cell, Mapping):
            continue
        original = known.pop(_grade_id(cell), None)
        if original is not None:
            found.append(_cell(original["cell_type"], source_of(cell), original))
        else:
            kind = cell.get("cell_type")
            found.append(_cell(kind if kind in _CELL_TYPES else "raw", source_of(cell), None))
    return found


def _with_missing(cells: list[Cell], release: Mapping[str, Any]) -> list[Cell]:
    """Put cells of the release that are gone back, each behind the one it followed."""
    places = {_grade_id(cell): number for number, cell in enumerate(cells) if _grade_id(cell)}
    behind: dict[int, list[Cell]] = {}
    last = -1
    for original in release["cells"]:
        grade_id = _grade_id(original)
        if not grade_id:
            continue
        if grade_id in places:
            last = places[grade_id]
        else:
            behind.setdefault(last, []).append(_cell(original["cell_type"], source_of(original), original))
    whole = behind.get(-1, [])
    for number, cell in enumerate(cells):
        whole += [cell, *behind.get(number, [])]
    return whole


def _cell(kind: str, source: str, original: Mapping[str, Any] | None) -> Cell:
    metadata = {"nbgrader": dict(nbgrader_of(original))} if original else {}
    # A lone surrogate is valid in JSON and cannot be written to a file.
    clean = source.encode("utf-8", "replace").decode("utf-8")
    cell: Cell = {"cell_type": kind, "metadata": metadata, "source": clean}
    if kind == "code":
        cell |= {"outputs": [], "execution_count": None}
    return cell


def _grade_id(cell: Mapping[str, Any]) -> str:
    found = nbgrader_of(cell).get("grade_id")
    return found if isinstance(found, str) else ""
