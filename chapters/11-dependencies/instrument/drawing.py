"""One request as a table: who had a turn, in which order, and on which side of the answer."""

from collections.abc import Iterator, Sequence

from course.pictures.frame import Note, picture
from course.pictures.table import Column, Group, Row, Table
from course.pictures.theme import Bit, Line
from course.pictures.view import View

from .data import Actor, Phase, Run

COLUMNS = ("", "before the route", "before the answer", Column("after the answer", divided=True))
INDENT = "\u2003"

type Named = tuple[str, Run]


def trees_view(runs: Sequence[Named]) -> View:
    """Show one request, or several, each with its name ("before", "after")."""
    run = runs[0][1]
    title = " ".join(filter(None, ("Dependencies of", run.request, run.condition)))
    notes = []
    for name, one in runs:
        sign, tone, said = verdict(one)
        notes.append(Note(f"{sign} {f'{name}: ' if name else ''}{said}", tone))
    groups = [Group(list(_rows(one)), Bit(name, "strong") if name else "") for name, one in runs]
    return picture("dependencies", title, *notes, Table(COLUMNS, groups, "Turns, in order"))


def verdict(run: Run) -> tuple[str, str, str]:
    """What the client was told, beside what is committed."""
    told = f"The client is told {run.status}" if run.status else "The client is told nothing"
    ended = run.committed(run.ended)
    said = f"{told}; committed: {ended}."
    if run.status >= 400 or not run.status:
        return ("⊘", "info", said) if ended == "nothing" else ("✗", "bad", said)
    if run.happened(Phase.AFTER, "COMMIT fails", "ROLLBACK"):
        return "✗", "bad", said
    if run.happened(Phase.AFTER, "COMMIT") and run.answered != run.ended:
        return "⚠", "warn", f"{told}, and only then is it committed: {ended}."
    return "✓", "ok", said


def _rows(run: Run) -> Iterator[Row]:
    for actor in (*run.tree, run.route, run.answer, *run.tasks):
        cells = [_cell(actor, phase) for phase in Phase]
        yield Row((_named(actor, run), *cells), lit="info" if actor is run.answer else "")
    in_file = [run.committed(rows) for rows in (run.answered, run.ended)]
    said = [f"{changes} new" if changes == "nothing" else changes for changes in in_file]
    yield Row((Bit("in the file", "strong"), "", *said), quiet=True)


def _named(actor: Actor, run: Run) -> Line:
    if actor is run.answer:
        return Bit(actor.name, "strong")
    indent = INDENT * max(0, actor.depth - 1)
    note = ("the route" if actor is run.route else actor.note).replace(" ", "\u00a0")
    named = (indent, Bit(actor.name, "chip"))  # a chip is not broken into lines
    return (*named, " ", Bit(note, "muted")) if note else named


def _cell(actor: Actor, phase: Phase) -> Line:
    if actor.cached:
        return Bit("there already: from the cache", "muted") if phase is Phase.SETUP else ""
    pieces: list[str | Bit] = []
    for visit in actor.visits:
        if visit.phase is phase:
            pieces += ["; " if pieces else "", Bit(str(visit.number), "strong"), " "]
            for at, word in enumerate(visit.words):
                sign = "✗" if word.tone else ""
                pieces += [", " if at else "", Bit(word.text, "", word.tone, sign)]
    return tuple(pieces)
