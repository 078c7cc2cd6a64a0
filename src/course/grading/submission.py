"""A submitted notebook, made whole: whatever came in, nbgrader gets a notebook it can grade."""

import codecs
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course.grading.answers import Answers, from_notebook
from course.grading.exercise import Exercise
from course.grading.large import cells_of
from course.grading.verdict import printable
from course.project.cells import nbgrader_of, source_of
from course.project.sources import WRITE

PROBLEM = "course_problem"
"""Notebook metadata: why the submission could not be read."""

MAX_BYTES = 16 * 1024 * 1024
"""A larger file is not parsed as a whole: that takes thirty times its size."""
MAX_FILE = 100 * 1024 * 1024
"""A larger one is not read at all. nbgrader's exchange does not take it either."""
MAX_CELLS = 2_000
MAX_TEXT = 1_000_000
"""Characters of all answers together."""
MAX_OTHER = 20_000
"""Characters that are kept of a cell that is no answer: of a picture in a text, say, nothing that can be seen."""

_NO_JSON = "The submitted file is not a notebook: it is not valid JSON"
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
    """Return a submitted file's text, and why it cannot be read when it cannot. Never raises, never waits.

    Of a large file only the cells are read, without outputs and pictures.
    """
    if path.is_symlink() or path.parent.is_symlink():  # a repository can hold links, to anybody's answers
        return "", f"The submitted {path.name} is a link to another file."
    if not os.path.lexists(path):
        return "", f"There is no {path.name} in the submission."
    try:
        if not path.is_file():  # a folder, or a pipe that nobody writes to
            return "", f"The submitted {path.name} is not a file."
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_FILE:
                return "", f"The submitted file is larger than {MAX_FILE // 1024**2} MB: clear its outputs."
            if size > MAX_BYTES:
                return cells_of(file), ""
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        return "", f"The submitted {path.name} cannot be read: {error.strerror}."
    except ValueError as error:
        return "", f"The submitted file is large, and its cells cannot be read: {error}."
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "", f"{_NO_JSON}, but text in UTF-16: save it again in JupyterLab."
    return data.decode("utf-8-sig", errors="replace"), ""


def read(text: str, release: Mapping[str, Any], problem: str = "", *, again: bool = False) -> dict[str, Any]:
    """Return a submission, whatever its text, as a sound notebook with all graded cells of the release.

    Answers and remarks stay, with HTML and odd links as text; nbgrader's metadata is the release's own (missing, renamed,
    copied or edited cells do not stop grading); outputs go, and long cells that are no answers are cut. What is no notebook
    at all, or has a `problem` already, becomes the release, with the reason in its metadata. `again` is for what this
    function made before: it is not cut once more, and may say why it could not be read.
    """
    submitted = None
    if not problem:
        try:
            submitted = json.loads(text)
        except (ValueError, RecursionError):
            problem = f"{_NO_JSON}{_how(text)}."
    cells = submitted.get("cells") if isinstance(submitted, dict) else None
    if not isinstance(cells, list):
        old_format = isinstance(submitted, dict) and "worksheets" in submitted
        reason = _OLD_FORMAT if old_format else "The submitted file is not a notebook: it has no cells."
        cells, problem = [], problem or reason
    if not again:
        cells, too_much = _within_limits(cells, release)
        problem = problem or too_much
    elif isinstance(submitted, dict) and isinstance(submitted.get("metadata"), dict):
        problem = problem or printable(str(submitted["metadata"].get(PROBLEM, ""))[:300])
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


def _how(text: str) -> str:
    """What can be said of a text that is no JSON."""
    content = text.strip("\0 \t\r\n")
    if not content:
        return ", but empty"
    return " (it is cut short)" if content.startswith("{") and not content.endswith("}") else ""


def _within_limits(cells: list[Any], release: Mapping[str, Any]) -> tuple[list[Any], str]:
    """Cut and leave out what is no answer; only when the answers are too much is there nothing, and a reason."""
    ids = {_grade_id(cell) for cell in release["cells"]} - {""}
    kept: list[Any] = []
    used = text = others = beside = 0
    for cell in cells:
        if not isinstance(cell, Mapping):
            continue
        source, grade_id = source_of(cell), _grade_id(cell)
        answer = cell.get("cell_type") == "code" and source.lstrip().startswith(WRITE)
        if answer or grade_id in ids:
            ids.discard(grade_id)
            used, text = used + 1, text + len(source)
        elif others >= MAX_CELLS or beside > MAX_TEXT:
            continue
        else:
            if len(source) > MAX_OTHER:
                source = f"{source[:MAX_OTHER]}\n\n(Cut short here: {len(source)} characters.)"
            others, beside = others + 1, beside + len(source)
        kept.append({**cell, "source": source})
    if used > MAX_CELLS:
        return [], f"The submitted notebook has more than {MAX_CELLS} cells with answers."
    if text > MAX_TEXT:
        return [], f"The submitted notebook has more than {MAX_TEXT} characters in its cells with answers."
    return kept, ""


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
