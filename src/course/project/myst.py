"""MyST source to notebook, and the one way a source is written down.

Neither is paired with the other: whoever saves a built notebook (a learner on Binder, say) must not write into the
source, and an author who opens the `.md` as a notebook in JupyterLab saves the source alone; `course build` does the rest.
"""

import hashlib
import json
import math
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from course.errors import CourseError
from course.project.sources import BEGIN_SOLUTION, where_is, with_gaps, without_markers

type Notebook = dict[str, Any]
type Cell = dict[str, Any]

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
FRONT_MATTER = f"""\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: {KERNELSPEC["display_name"]}
  language: {KERNELSPEC["language"]}
  name: {KERNELSPEC["name"]}
---
"""
_KNOWN_FRONT_MATTER = {"jupytext", "kernelspec", "language_info"}
_VALID_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def skip_slow_import() -> None:
    """Keep jsonschema from importing `rfc3987_syntax`: 1.4 s for a format that no Jupyter schema uses."""
    if "rfc3987_syntax" not in sys.modules:
        sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # what `import` reads as "not installed"


def read_source(path: Path) -> Notebook:
    """Return a source's cells as a notebook without outputs, ids or metadata of its own.

    Raises CourseError when the file is missing, its front matter holds something the course does not know, or a
    cell's options do not parse.
    """
    skip_slow_import()
    import jupytext
    from jupytext.myst import MystMetadataParsingError
    from nbformat import ValidationError

    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror or error}.") from error
    try:
        notebook: Notebook = jupytext.reads(text, fmt="md:myst")
    except (MystMetadataParsingError, yaml.YAMLError) as error:
        raise CourseError(f"{where_is(path)} is not MyST Markdown: {_one_line(error)}") from error
    except ValidationError as error:
        raise CourseError(
            f"{where_is(path)} does not give a valid notebook: {_one_line(error.message)}."
        ) from error
    unknown = sorted(notebook["metadata"].keys() - _KNOWN_FRONT_MATTER)
    if unknown:
        raise CourseError(f"{where_is(path)}: the front matter holds {', '.join(unknown)}; remove it.")
    return {
        "cells": [_plain_cell(cell) for cell in notebook["cells"]],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def to_notebook(path: Path, *, derived_from: str) -> Notebook:
    """Return the notebook that a source stands for: stable cell ids, the course's kernel, no outputs.

    `derived_from` is the source's path in the repository. Raises CourseError like `read_source`, and when two cells
    share a grade_id or one is no valid cell id.
    """
    notebook = read_source(path)
    for cell, cell_id in zip(notebook["cells"], cell_ids(notebook["cells"], where_is(path)), strict=True):
        cell["id"] = cell_id
    notebook["metadata"] = {"course": {"derived_from": derived_from}, "kernelspec": dict(KERNELSPEC)}
    return notebook


def to_lesson(path: Path, *, derived_from: str) -> Notebook:
    """Return the lesson that a source stands for, as learners get it: each "your turn" is a gap. Raises like `to_notebook`."""
    notebook = to_notebook(path, derived_from=derived_from)
    for cell in notebook["cells"]:
        cell["source"] = with_gaps(cell["source"])
    return notebook


def turns(path: Path) -> dict[str, str]:
    """Return what a lesson's author writes into each gap: cell id -> the cell's text without markers."""
    cells = to_notebook(path, derived_from="")["cells"]
    return {cell["id"]: without_markers(cell["source"]) for cell in cells if BEGIN_SOLUTION in cell["source"]}


def cell_ids(cells: list[Cell], name: str) -> list[str]:
    """Return an id for each cell: its grade_id, else a hash of what it says, numbered where cells say the same.

    So an id changes only with its own cell. Raises CourseError when a grade_id is not unique or not a valid id.
    """
    ids: list[str] = []
    seen: Counter[str] = Counter()
    for cell in cells:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id is None:
            digest = hashlib.sha256(f"{cell['cell_type']}\n{cell['source']}".encode()).hexdigest()[:12]
            seen[digest] += 1
            ids.append(digest if seen[digest] == 1 else f"{digest}-{seen[digest]}")
            continue
        if not _VALID_ID.fullmatch(str(grade_id)):
            raise CourseError(
                f"{name}: the grade_id {grade_id!r} may hold only letters, digits, `-` and `_`, 64 at most."
            )
        if grade_id in ids:
            raise CourseError(f"{name}: two cells have the grade_id {grade_id!r}; give each its own.")
        ids.append(grade_id)
    return ids


def canonical(path: Path) -> str:
    """Return a source's text as the course writes it down; its cells are the same. CourseError like `read_source`."""
    return write_source(read_source(path)["cells"])


def write_source(cells: list[Cell]) -> str:
    """Return cells as MyST Markdown: jupytext's form, but no version numbers, and each cell option on one line."""
    parts = [FRONT_MATTER]
    after_markdown = False
    for cell in cells:
        metadata, source = cell["metadata"], cell["source"]
        if cell["cell_type"] == "markdown":
            if metadata:
                parts.append(f"+++ {json.dumps(metadata, ensure_ascii=False)}\n")
            elif after_markdown:
                parts.append("+++\n")
            parts.append(f"{source}\n")
        else:
            parts.append(_fenced(cell["cell_type"], metadata, source))
        after_markdown = cell["cell_type"] == "markdown"
    return "\n".join(parts)


def source_lines(path: Path) -> list[int]:
    """Return the line of the source that each cell starts on (a code cell: its fence), counted from 1."""
    skip_slow_import()
    from jupytext.myst import myst_to_notebook

    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    notebook = myst_to_notebook(text, add_source_map=True)
    starts: list[int] = []
    for cell, start in zip(notebook["cells"], notebook["metadata"]["source_map"], strict=True):
        line = start  # a code cell: its fence, counted from 1; else the line before the text, counted from 1
        if cell["cell_type"] == "markdown":
            line = next(number for number in range(start + 1, len(lines) + 1) if lines[number - 1].strip())
        starts.append(line)
    return starts


def _fenced(cell_type: str, metadata: dict[str, Any], source: str) -> str:
    runs = (len(match) for match in re.findall(r"^\s*(`{3,})", source, re.MULTILINE))
    ticks = "`" * max(3, 1 + max(runs, default=0))
    directive = "{code-cell} ipython3" if cell_type == "code" else "{raw-cell}"
    options = [f":{_flow(key, value)}" for key, value in metadata.items()]
    # The reader drops one blank line before the body, and takes a body that starts like an option for one.
    if options or source.startswith(("\n", "---")) or source.lstrip().startswith(":"):
        options.append("")
    body = [source] if source else []
    return "\n".join([f"{ticks}{directive}", *options, *body, ticks]) + "\n"


def _flow(key: str, value: object) -> str:
    text = str(yaml.safe_dump({key: value}, default_flow_style=True, width=math.inf, allow_unicode=True))
    text = text.strip()[1:-1]
    return text if "\n" not in text else f"{key}: {json.dumps(value)}"


def _plain_cell(cell: Cell) -> Cell:
    plain: Cell = {
        "cell_type": cell["cell_type"],
        "metadata": json.loads(json.dumps(cell["metadata"])),
        "source": cell["source"],
    }
    if cell["cell_type"] == "code":
        plain |= {"execution_count": None, "outputs": []}
    return plain


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
