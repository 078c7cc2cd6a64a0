"""Executed notebooks, brought to the one form that is stored: the same bytes whenever and wherever they were built."""

import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from course.errors import CourseError
from course.project.myst import KERNELSPEC, Cell, Notebook, skip_slow_import
from course.project.sanitize import sanitize

type Output = dict[str, Any]

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# As a kernel reports it, less the version of Python.
LANGUAGE_INFO = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
_KEPT_METADATA = ("nbgrader", "tags", "editable", "deletable")
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
_COLOR = re.compile(r"\x1b\[[0-9;]*m")


def normalize(notebook: Notebook, *, derived_from: str) -> Notebook:
    """Return the notebook without anything that changes by itself.

    Cell metadata that editors and runners leave behind goes (a cell whose source is folded stays folded), so do
    widget views (their HTML and text stay) and notebook metadata other than where it comes from. Streams are merged,
    times and ports replaced (`sanitize.cfg`), executed cells numbered from 1. Normalizing twice is normalizing once.
    """
    count = 0
    cells: list[Cell] = []
    for cell in notebook["cells"]:
        kept: Cell = {
            "cell_type": cell["cell_type"],
            "id": cell["id"],
            "metadata": _kept(cell["metadata"]),
            "source": cell["source"],
        }
        if cell["cell_type"] == "code":
            executed = cell["execution_count"] is not None
            count += executed
            kept["execution_count"] = count if executed else None
            kept["outputs"] = list(_outputs(cell["outputs"], kept["execution_count"]))
        cells.append(kept)
    return {
        "cells": cells,
        "metadata": {
            "course": {"derived_from": derived_from},
            "kernelspec": dict(KERNELSPEC),
            "language_info": LANGUAGE_INFO,
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _kept(metadata: dict[str, Any]) -> dict[str, Any]:
    kept = {key: metadata[key] for key in _KEPT_METADATA if key in metadata}
    if metadata.get("jupyter", {}).get("source_hidden"):
        kept["jupyter"] = {"source_hidden": True}
    return kept


def to_text(notebook: Notebook) -> str:
    """Return the notebook as the text of its file; CourseError when it is not valid notebook data."""
    skip_slow_import()
    import nbformat

    node = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]  # nbformat
    try:
        nbformat.validate(node)
    except nbformat.ValidationError as error:
        source = notebook["metadata"].get("course", {}).get("derived_from", "the notebook")
        raise CourseError(f"{source} does not give a valid notebook: {error.message}.") from error
    return str(nbformat.writes(node)) + "\n"  # type: ignore[no-untyped-call]  # nbformat


def from_text(text: str) -> Notebook:
    """Return a notebook file's content; ValueError when it is not a notebook."""
    skip_slow_import()
    import nbformat

    try:
        node = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]  # nbformat
    except nbformat.reader.NotJSONError as error:
        raise ValueError("not a notebook") from error
    plain: Notebook = json.loads(json.dumps(node))
    return plain


def machine_traces(notebook: Notebook, folders: Iterable[Path]) -> list[tuple[int, str]]:
    """Return what in the outputs belongs to this machine or this run, as (index of the cell, what it shows).

    `folders` are the ones that a lesson must not name; temporary folders and object addresses are looked for too.
    These are refused and not replaced: readers would see the replacement, nbval the real thing.
    """
    temporary = tempfile.gettempdir()
    names = {str(folder) for folder in folders} | {temporary, os.path.realpath(temporary)}
    traces = re.compile(
        "|".join(rf"{re.escape(name)}[/\\][^\s'\"<>)]*" for name in sorted(names, reverse=True))
    )
    found = []
    for index, cell in enumerate(notebook["cells"]):
        for output in cell.get("outputs", []):
            for text in _texts(output):
                plain = _COLOR.sub("", text)
                found += [(index, match[0]) for match in traces.finditer(plain)]
                found += [(index, match[0]) for match in _ADDRESS.finditer(plain)]
    return list(dict.fromkeys(found))


def _outputs(outputs: list[Output], count: int | None) -> Iterator[Output]:
    """The outputs in their stored form; streams that follow each other become one of each name."""
    streams: dict[str, str] = {}
    for output in outputs:
        if output["output_type"] == "stream":
            streams[output["name"]] = streams.get(output["name"], "") + output["text"]
            continue
        stored = _error(output) if output["output_type"] == "error" else _shown(output, count)
        if stored is not None:
            yield from _streams(streams)
            streams = {}
            yield stored
    yield from _streams(streams)


def _streams(texts: dict[str, str]) -> Iterator[Output]:
    for name in sorted(texts, reverse=True):  # stdout first: in which order the two arrived is chance
        if texts[name]:
            yield {"output_type": "stream", "name": name, "text": sanitize(texts[name])}


def _shown(output: Output, count: int | None) -> Output | None:
    """What is displayed, without its widget view; None when nothing else is left of it."""
    data = {
        mime: sanitize(value) if isinstance(value, str) else value
        for mime, value in sorted(output["data"].items())
        if mime != WIDGET_VIEW
    }
    if not data:
        return None
    stored = {"output_type": output["output_type"], "data": data, "metadata": {}}
    return stored | {"execution_count": count} if output["output_type"] == "execute_result" else stored


def _error(output: Output) -> Output:
    """The error with the frames of the notebook's own cells: the others name files of this machine."""
    own = [part for part in output["traceback"] if not _COLOR.sub("", part).lstrip().startswith("File ")]
    return {
        "output_type": "error",
        "ename": output["ename"],
        "evalue": sanitize(output["evalue"]),
        "traceback": [sanitize(part) for part in own],
    }


def _texts(output: Output) -> Iterator[str]:
    yield output.get("text", "")
    yield output.get("evalue", "")
    yield from output.get("traceback", [])
    for value in output.get("data", {}).values():
        yield value if isinstance(value, str) else json.dumps(value)
