"""One notebook, three versions: what was shipped, what the learner made of it, and what is shipped now.

Pure functions on notebook JSON; importing nbformat costs seconds and nothing here needs it.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from course.project.cells import nbgrader_of, source_of

type Cell = dict[str, Any]
type Notebook = dict[str, Any]
type Shipped = Mapping[str, str]
"""Cell id to fingerprint, in the order of the notebook as it was shipped."""


@dataclass(frozen=True)
class Merge:
    """The merged notebook, and how many cells are new or updated, and how many the learner changed or added."""

    notebook: Notebook
    changed: int
    kept: int


def fingerprint(cell: Cell) -> str:
    """Return a digest of what a learner can edit in a cell: its kind, its text, its attached images."""
    said = [cell.get("cell_type"), source_of(cell)]
    if cell.get("attachments"):
        said.append(cell["attachments"])
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()


def shipped(notebook: Notebook) -> dict[str, str]:
    """Return the record that a later update compares with: cell id to fingerprint, in order."""
    return {cell["id"]: fingerprint(cell) for cell in notebook["cells"]}


def merge(base: Shipped, mine: Notebook, theirs: Notebook) -> Merge:
    """Bring the learner's notebook `mine` up to date with `theirs`, cell by cell.

    A cell the learner left as `base` shipped it takes the new text (and keeps its outputs when the text is the
    same). A cell they edited stays as it is, byte for byte; one they added stays behind the cell it follows; one
    they deleted comes back. An edited cell that is no longer shipped stays behind the one that took its place.
    """
    news = {cell["id"]: cell for cell in theirs["cells"]}
    identities = _identify(mine["cells"], base, news)
    successor = _successors(list(base), list(news))
    found: dict[str, Cell] = {}
    behind: dict[str | None, list[Cell]] = {}
    taken = set(news)
    place: str | None = None
    changed = kept = 0

    for cell, identity in zip(mine["cells"], identities, strict=True):
        if identity is None:
            behind.setdefault(place, []).append(_own(cell, taken))
            kept += 1
            continue
        touched = fingerprint(cell) != base.get(identity)
        if identity in news:
            place = identity
            new = news[identity]
            if touched and fingerprint(cell) != fingerprint(new):
                found[identity] = _edited(cell, new)
                kept += 1
            else:
                found[identity] = _untouched(cell, new)
                changed += fingerprint(cell) != fingerprint(new)
            continue
        place = successor[identity]
        if touched:
            behind.setdefault(place, []).append(_own(cell, taken))
            kept += 1
        else:
            changed += 1

    cells = list(behind.get(None, []))
    for identity, new in news.items():
        changed += identity not in found
        cells += [found.get(identity) or deepcopy(new), *behind.get(identity, [])]
    metadata = {**mine.get("metadata", {}), **theirs["metadata"]}
    return Merge({**mine, **theirs, "metadata": metadata, "cells": cells}, changed, kept)


def _identify(cells: list[Cell], base: Shipped, news: Mapping[str, Cell]) -> list[str | None]:
    """Say for each cell which shipped cell it is; None for a learner's own.

    By its id; where a tool has thrown the ids away, or written others, by nbgrader's id (the course uses it as cell id)
    or the same text. Where no id is known any more, an edited cell is the one that stood in its place. Of two cells that
    claim the same, the first is it: the other is a copy the learner made.
    """
    known = base.keys() | news.keys()
    texts = {identity: fingerprint(cell) for identity, cell in news.items()} | dict(base)
    same_text: dict[str, list[str]] = {}
    for one, text in texts.items():
        same_text.setdefault(text, []).append(one)
    identities: list[str | None] = [None] * len(cells)
    claimed: set[str] = set()
    prints = [fingerprint(cell) for cell in cells]
    ids = [found if isinstance(found := cell.get("id"), str) else None for cell in cells]

    def by_grade_id(index: int) -> str | None:
        found = nbgrader_of(cells[index]).get("grade_id")
        return found if isinstance(found, str) else None

    def by_text(index: int) -> str | None:
        return next((one for one in same_text.get(prints[index], ()) if one not in claimed), None)

    def claim(index: int, identity: str | None) -> None:
        if identities[index] is None and identity in known and identity not in claimed:
            identities[index] = identity
            claimed.add(identity)

    def claim_all(said: Callable[[int], str | None]) -> None:
        for index in range(len(cells)):
            claim(index, said(index))

    claim_all(ids.__getitem__)
    claim_all(by_grade_id)
    if known.isdisjoint(one for one in ids if one):
        order = list(base) or list(news)
        kinds = {one: cell["cell_type"] for one, cell in news.items()}
        for index, place in _aligned(prints, [texts[one] for one in order]):
            if prints[index] == texts[order[place]] or cells[index].get("cell_type") == kinds.get(
                order[place]
            ):
                claim(index, order[place])
    claim_all(by_text)
    return identities


def _aligned(mine: list[str], shipped: list[str]) -> Iterator[tuple[int, int]]:
    """Pair the places of two lists: what is the same, and what stands, as many on both sides, between the same."""
    blocks = SequenceMatcher(None, mine, shipped, autojunk=False).get_opcodes()
    for same in (True, False):
        for kind, start, end, place, until in blocks:
            if (kind == "equal") is same and end - start == until - place:
                yield from zip(range(start, end), range(place, until), strict=True)


def _successors(old: list[str], new: list[str]) -> dict[str, str | None]:
    """Say for each cell once shipped which cell stands in its place now; None: the start of the notebook."""
    places: dict[str, str | None] = {}
    for _, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        for offset, identity in enumerate(old[old_from:old_to]):
            index = min(new_from + offset, new_to - 1)  # of a deleted run: the cell before it
            places[identity] = new[index] if index >= 0 else None
    return places


def _own(cell: Cell, taken: set[str]) -> Cell:
    """The learner's cell, with an id of its own where it has none or that of another cell (a copy, say)."""
    identity = cell.get("id")
    if not isinstance(identity, str) or identity in taken:
        identity = uuid.uuid4().hex[:8]
    taken.add(identity)
    return {**cell, "id": identity}


def _edited(cell: Cell, new: Cell) -> Cell:
    """The learner's cell; only nbgrader's own data about it (points, say) is the course's to change."""
    metadata = dict(cell.get("metadata", {}))
    if "nbgrader" in new["metadata"]:
        metadata["nbgrader"] = new["metadata"]["nbgrader"]
    return {**cell, "id": new["id"], "metadata": metadata}


def _untouched(cell: Cell, new: Cell) -> Cell:
    result = deepcopy(new)
    if fingerprint(cell) == fingerprint(new):
        result["metadata"] = {**cell.get("metadata", {}), **new["metadata"]}
        for kept in ("outputs", "execution_count"):
            if kept in new and kept in cell:
                result[kept] = cell[kept]
    return result
