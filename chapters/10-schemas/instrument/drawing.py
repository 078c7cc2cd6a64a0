"""One body on its way: parse, validate, serialize, as steps with a table in each."""

from collections.abc import Iterator, Sequence

from course.pictures.frame import Note, picture
from course.pictures.listing import CodeLine, Listing, Remark
from course.pictures.steps import Step, Steps
from course.pictures.table import Group, Row, Table
from course.pictures.theme import Bit, Line, count
from course.pictures.view import View

from .data import Fate, FieldIn, FieldOut, Passage

REFUSED = 422


def passage_view(passage: Passage) -> View:
    """Show a body on its way through the models of its route, and what left the app."""
    steps = [*_way_in(passage), _way_out(passage)]
    sign, tone, said = _verdict(passage)
    return picture(
        "passage", passage.request, Note(f"{sign} {said}", tone), Steps([[step] for step in steps])
    )


def _verdict(passage: Passage) -> tuple[str, str, str]:
    leaked = [field.name for field in passage.outs if field.leaked]
    wiped = [field.name for field in passage.outs if field.wiped and not field.private]
    dropped = [field.name for field in passage.ins if field.fate is Fate.DROPPED]
    if passage.status >= 500:
        return "✗", "bad", "No response could be made: the client gets an error, and nothing else."
    if passage.status == REFUSED:
        return "⊘", "info", f"Refused with {count(passage.errors, 'error')}: the route never ran."
    if passage.status >= 400:
        return "⊘", "info", "Refused by the route: the body itself is valid."
    faults = [f"{', '.join(leaked)} leaves the app"] if leaked else []
    faults += [f"not sent, and changed all the same: {', '.join(wiped)}"] if wiped else []
    if faults:
        said = "; ".join(faults)
        return "✗", "bad", f"{said[0].upper() if not leaked else said[0]}{said[1:]}."
    if dropped:
        return "⚠", "warn", f"The answer is a success, and {', '.join(dropped)} was dropped."
    return "✓", "ok", "Nothing leaks, and nothing changes that was not sent."


def _way_in(passage: Passage) -> Iterator[Step]:
    if not passage.body:
        return
    tone = "bad" if passage.unparsed else "info"
    yield Step("parse", "JSON text to Python values", tone=tone, number=1, part=_body(passage))
    if passage.unparsed:
        yield Step("validate", "", [(0, "never reached")], "quiet", 2)
    elif not passage.ins:
        yield Step("validate", "", [(0, "no model takes this body")], "quiet", 2)
    else:
        bad = any(field.errors for field in passage.ins)
        rows = [_in(field, bad) for field in passage.ins]
        columns = ("field", "sent", "your code gets", f"JSON Schema of {passage.taken}")
        yield Step(
            "validate", passage.taken, tone="warn" if bad else "info", number=2, part=_table(columns, rows)
        )


def _body(passage: Passage) -> Listing:
    lines = [CodeLine(0, line) for line in passage.body.splitlines()]
    if passage.unparsed:
        last = lines[-1].text
        lines[-1] = CodeLine(
            0, last, remarks=[Remark(0, len(last), "bad", "✗", "no JSON", passage.unparsed)], hit="bad"
        )
    return Listing(lines)


def _in(field: FieldIn, refused: bool) -> Row:
    gets: Line
    match field.fate:
        case Fate.REFUSED:
            gets = tuple(piece for error in field.errors for piece in _error(error))
        case Fate.DROPPED:
            gets = Bit("dropped: nobody is told", "", "warn", "⚠")
        case Fate.UNSET if not refused:
            gets = (Bit(field.becomes, "code"), " ", Bit("the default, unset", "muted"))
        case _:
            gets = Bit(field.becomes, "code") if not refused else Bit("nothing", "muted")
    sent = Bit(field.sent, "code") if field.sent else Bit("not sent", "muted")
    return Row((Bit(field.name, "strong"), sent, gets, Bit(field.schema or "no field", "muted")))


def _error(error: str) -> tuple[Bit, Bit]:
    kind, _, message = error.partition(": ")
    return Bit(kind, "code", "warn", "⊘"), Bit(message, "below")


def _way_out(passage: Passage) -> Step:
    number = 3 if passage.body else 0
    status = f"{passage.status} {passage.reason}".strip()
    if not passage.outs:
        why: list[tuple[int, Line]] = [(0, Bit(line, "code")) for line in passage.misfits]
        said = "never reached" if passage.status == REFUSED else "nothing"
        tone = "bad" if passage.status >= 500 else "quiet"
        title = f"{passage.made} to JSON" if passage.made and why else ""
        return Step("serialize", title, [*(why or [(0, said)]), (0, f"→ {status}")], tone, number)
    many = f", the first of {passage.items}" if passage.items is not None else ""
    before = any(field.before for field in passage.outs)
    stored = any(field.stored for field in passage.outs)
    columns = ["field", "stored", "before", "the client gets", f"JSON Schema of {passage.made or 'nothing'}"]
    dropped = [name for name, is_there in (("stored", stored), ("before", before)) if not is_there]
    kept = [at for at, column in enumerate(columns) if column not in dropped]
    rows = [_out(field, kept) for field in passage.outs]
    bad = any(field.leaked or field.wiped for field in passage.outs)
    table = _table([columns[at] for at in kept], rows)
    note = f"{passage.made or 'no model'} to JSON{many}: {status}"
    return Step("serialize", note, tone="bad" if bad else "ok", number=number, part=table)


def _out(field: FieldOut, kept: Sequence[int]) -> Row:
    if field.leaked:
        client: Line = (Bit(field.client, "code", "bad", "✗"), " ", Bit("leaves", "muted"))
    elif not field.client:
        client = Bit("stays inside", "", "ok" if field.private else "quiet", "✓" if field.private else "")
    elif field.wiped:
        client = (Bit(field.client, "code", "bad", "✗"), " ", Bit("nobody sent it", "muted"))
    else:
        client = Bit(field.client, "code")
    stored = Bit(field.stored, "code") if field.stored else Bit("computed", "muted")
    before = Bit(field.before, "code") if field.before else Bit("not shown", "muted")
    cells: tuple[Line, ...] = (
        Bit(field.name, "strong"),
        stored,
        before,
        client,
        Bit(field.schema or "no field", "muted"),
    )
    return Row(tuple(cells[at] for at in kept), lit="bad" if field.leaked or field.wiped else "")


def _table(columns: Sequence[str], rows: Sequence[Row]) -> Table:
    return Table(columns, [Group(rows)], "Field by field")
