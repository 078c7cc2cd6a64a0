"""Schemas as a matrix, revisions as boxes and arrows, changes as a table."""

from collections.abc import Iterator, Sequence

from course.pictures.boxes import Arrow, Boxes, Node
from course.pictures.frame import Note, Words, picture
from course.pictures.routing import Box
from course.pictures.table import Group, Row, Table
from course.pictures.theme import Bit, Line, count
from course.pictures.view import View

from .graph import Revision
from .schema import Compared, Difference

WIDE, TALL, ACROSS, DOWN, EDGE = 300.0, 34.0, 40.0, 26.0, 14.0
LOSSES = ("remove_column", "remove_table")

type Seen = tuple[str, tuple[str, ...], tuple[str, ...]]


def schema_view(found: Sequence[Compared], tables: Sequence[str], file: str) -> View:
    """Show these tables, or all that differ: each part in the models and in the database."""
    wrong = [f"{table.name}.{part.part}" for table in found for part in table.wrong]
    shown = [table for table in found if (table.name in tables if tables else table.wrong)]
    if wrong:
        verdict = Note(f"✗ {count(len(wrong), 'difference')}: {', '.join(wrong)}", "bad")
    else:
        verdict = Note(f"✓ {count(len(found), 'table')}, and no difference", "ok")
    groups = [Group([_row(part) for part in table.parts], Bit(table.name, "chip")) for table in shown]
    columns = ("", "models", "database", "")
    matrix = Table(columns, groups, "The models beside the database") if groups else None
    return picture("schema", f"The models and {file}", verdict, matrix)


def _row(part: Difference) -> Row:
    missing = Bit("missing", tone="bad", sign="✗")
    model: Line = part.model or missing
    database: Line = part.database or missing
    verdict = Bit("", sign="✓", tone="ok") if part.same else Bit("differs", tone="bad", sign="✗")
    if not (part.model and part.database):
        verdict = Bit("")
    name = Bit(part.part, "code")
    return Row((name, model, database, verdict), lit="" if part.same else "bad")


def graph_view(revisions: Sequence[Revision], at: Sequence[str], file: str) -> View:
    """Show the revisions from the first one down, and where the database is."""
    heads = [one.name for one in revisions if one.head]
    if len(heads) > 1:
        verdict = Note(
            f"✗ {len(heads)} heads: {', '.join(heads)}. `upgrade head` does not know which.", "bad"
        )
    else:
        verdict = Note(f"✓ One head: {heads[0]}", "ok") if heads else Note("No revision yet", "info")
    where = f"{file} is at {', '.join(at)}." if at else f"{file} is at no revision."
    parts = (_boxes(revisions, at), Words(list(_said(revisions, at)))) if revisions else ()
    return picture("revisions", "The revisions", verdict, Note(where), *parts)


def _boxes(revisions: Sequence[Revision], at: Sequence[str]) -> Boxes:
    rows: dict[int, list[Revision]] = {}
    for one in revisions:
        rows.setdefault(one.depth, []).append(one)
    most = max(map(len, rows.values()))
    width = 2 * EDGE + most * WIDE + (most - 1) * ACROSS
    height = 2 * EDGE + len(rows) * TALL + (len(rows) - 1) * DOWN
    places: dict[str, Box] = {}
    for depth, row in rows.items():
        left = (width - len(row) * WIDE - (len(row) - 1) * ACROSS) / 2
        for lane, one in enumerate(row):
            places[one.name] = Box(left + lane * (WIDE + ACROSS), EDGE + depth * (TALL + DOWN), WIDE, TALL)
    nodes = [_node(one, places[one.name], at) for one in revisions]
    arrows = [
        Arrow(_way(places[parent], places[one.name]), f"{one.name} comes after {parent}", "info")
        for one in revisions
        for parent in one.after
    ]
    return Boxes(width, height, "The revisions, from the first one down", nodes, arrows=arrows)


def _way(above: Box, below: Box) -> tuple[tuple[float, float], ...]:
    start, end = (above.center, above.y + above.height), (below.center, below.y)
    if start[0] == end[0]:
        return start, end
    half = end[1] - DOWN / 2
    return start, (start[0], half), (end[0], half), end


def _node(one: Revision, box: Box, at: Sequence[str]) -> Node:
    here = one.name in at
    line: Line = (
        Bit(one.name, "strong"),
        f" {one.says}",
        *((" ", Bit("", sign="◀", tone="info")) if here else ()),
    )
    tip = f"{one.name} {one.says}{': the database is here' if here else ''}"
    return Node(box, [line], tip, "info" if here else "")


def _said(revisions: Sequence[Revision], at: Sequence[str]) -> Iterator[str]:
    for one in revisions:
        after = f" (after {' and '.join(one.after)})" if one.after else ""
        head = ", head" if one.head else ""
        here = ", the database is here" if one.name in at else ""
        yield f"{one.name} {one.says}{after}{head}{here}"


def changes_view(found: Sequence[Seen]) -> View:
    """Show what Alembic proposes for each change: by default, and asked to look more closely."""
    rows = [Row((name, _proposed(plain), _proposed(careful))) for name, plain, careful in found]
    table = Table(
        ("the model's change", "by default", "as your env.py asks"), [Group(rows)], "What autogenerate sees"
    )
    return picture("changes", "What autogenerate sees", table)


def _proposed(operations: Sequence[str]) -> Line:
    if not operations:
        return Bit("nothing", tone="bad", sign="✗")
    said = ", ".join(operations)
    if any(operation in LOSSES for operation in operations):
        return Bit(f"{said}: the data is gone", tone="bad", sign="✗")
    return Bit(said, tone="ok", sign="✓")
