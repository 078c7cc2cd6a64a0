"""A submitted notebook, made whole: whatever came in, nbgrader gets a notebook it can grade."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course.grading.answers import Answers, from_notebook
from course.grading.exercise import Exercise
from course.grading.verdict import printable
from course.project.cells import nbgrader_of, source_of

PROBLEM = "course_problem"
"""Notebook metadata: why the submission could not be read."""

MAX_BYTES = 16 * 1024 * 1024
"""A larger file is not read: parsing one takes thirty times its size."""
MAX_CELLS = 2_000
MAX_TEXT = 1_000_000
"""Characters in all cells together, so that what is made of a submission is never larger than a submission may be."""

_OLD_FORMAT = "The submitted notebook has a format of before 2014: save it again in JupyterLab."

_CELL_TYPES = ("code", "markdown", "raw")

# nbgrader's pages show text cells with their scripts, next to the buttons that change scores.
_MARKUP = re.compile(r"<(?=[A-Za-z/!?])")
"""Where HTML begins."""
_PLAIN_PLACE = r"\s*(?:https?://|mailto:|#|\.{0,2}/)"
_LINK = re.compile(rf"\](?=\((?!{_PLAIN_PLACE})|:(?!{_PLAIN_PLACE}))")
"""Where a Markdown link begins that leads elsewhere than to a page: to a script, perhaps."""

type Cell = dict[str, Any]


def content_of(path: Path) -> tuple[str, str]:
    """Return a submitted file's text, and why it cannot be read when it cannot. Never raises, never waits."""
    if path.is_symlink() or path.parent.is_symlink():  # a repository can hold links, to anybody's answers
        return "", f"The submitted {path.name} is a link to another file."
    if not path.exists():
        return "", f"There is no {path.name} in the submission."
    if not path.is_file():  # a folder, or a pipe that nobody writes to
        return "", f"The submitted {path.name} is not a file."
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        return "", f"The submitted {path.name} cannot be read: {error.strerror}."
    if len(data) > MAX_BYTES:
        return "", f"The submitted file is larger than {MAX_BYTES // 1024**2} MB: clear its outputs."
    return data.decode("utf-8-sig", errors="replace"), ""


def read(text: str, release: Mapping[str, Any], problem: str = "") -> dict[str, Any]:
    """Return a submission, whatever its text, as a sound notebook with all graded cells of the release.

    Answers and remarks stay, with HTML and odd links as text; nbgrader's metadata is the release's own (missing, renamed,
    copied or edited cells do not stop grading); outputs go. What is no notebook at all, or has a `problem` already,
    becomes the release, with the reason in its metadata.
    """
    submitted = None
    try:
        submitted = None if problem else json.loads(text)
    except (ValueError, RecursionError):
        problem = "The submitted file is not a notebook: it is not valid JSON."
    cells = submitted.get("cells") if isinstance(submitted, dict) else None
    if not isinstance(cells, list):
        old_format = isinstance(submitted, dict) and "worksheets" in submitted
        reason = _OLD_FORMAT if old_format else "The submitted file is not a notebook: it has no cells."
        cells, problem = [], problem or reason
    if too_much := _too_much(cells):
        cells, problem = [], too_much
    if isinstance(submitted, dict) and not problem:
        old = (submitted.get("metadata") or {}) if isinstance(submitted.get("metadata"), dict) else {}
        problem = printable(str(old.get(PROBLEM, ""))[:300])  # our own, from the pass before
    metadata: dict[str, Any] = {
        key: value
        for key, value in release.get("metadata", {}).items()
        if key in ("kernelspec", "language_info")
    }
    if problem:
        metadata[PROBLEM] = problem
    whole = _with_missing(_known(cells, release), release)
    own = {source_of(cell) for cell in release["cells"]}
    for number, cell in enumerate(whole):
        cell["id"] = f"cell-{number}"
        if cell["cell_type"] != "code" and cell["source"] not in own:
            cell["source"] = _LINK.sub(r"]\\", _MARKUP.sub("&lt;", cell["source"]))
    return {"cells": whole, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def answers(notebook: Mapping[str, Any], exercise: Exercise) -> Answers:
    """Take the answers out of a notebook that `read` made; why it could not be read is the first remark."""
    found = from_notebook(notebook, exercise)
    problem = notebook["metadata"].get(PROBLEM)
    if not problem:
        return found
    return Answers(found.files, found.untouched, (str(problem), *found.notes))


def _too_much(cells: list[Any]) -> str:
    if len(cells) > MAX_CELLS:
        return f"The submitted notebook has more than {MAX_CELLS} cells."
    # counted as they will be written, or a second reading would come to another end
    if (
        sum(len(_MARKUP.sub("&lt;", source_of(cell))) for cell in cells if isinstance(cell, Mapping))
        > MAX_TEXT
    ):
        return f"The submitted notebook has more than {MAX_TEXT} characters in its cells."
    return ""


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
