"""One request as lanes: the transaction, its statements, its objects and the answer, on one scale of turns."""

from collections.abc import Iterator, Sequence

from course.pictures.frame import Note, Words, picture
from course.pictures.lanes import Lane, Lanes, Mark, Panel
from course.pictures.theme import count
from course.pictures.view import View

from .data import Kind, Moment, Run, State

FORMS = {
    State.TRANSIENT: ("dash", "quiet", "transient: an object like any other, no session knows it"),
    State.PENDING: ("frame", "warn", "pending: added; the next flush inserts it"),
    State.PERSISTENT: ("solid", "ok", "persistent: it has a row, and its session watches it"),
    State.DELETED: ("dots", "bad", "deleted: its row is gone when the transaction is committed"),
    State.DETACHED: ("line", "quiet", "detached: its session is closed, nothing more is loaded"),
}
LEGEND = (
    (Mark(0, 1, "wash", "info", "a transaction"), "a transaction"),
    (Mark(0, 1, "solid", "info", "a statement"), "a statement"),
    *((Mark(0, 1, form, tone, said), said) for form, tone, said in FORMS.values()),
)
SCALE = "One after the other: lengths are no times."

type Named = tuple[str, Run]


def lanes_view(runs: Sequence[Named]) -> View:
    """Show one request, or several, each with its name ("before", "after")."""
    notes = []
    for name, run in runs:
        sign, tone, said = verdict(run)
        notes.append(Note(f"{sign} {f'{name}: ' if name else ''}{said}", tone))
    panels = [_panel(name, run) for name, run in runs]
    words = [line for name, run in runs for line in _words(name, run)]
    drawn = Lanes(panels, "Session", LEGEND, SCALE)
    return picture("session", f"Session of {runs[0][1].request}", *notes, drawn, Words(words, apart=True))


def verdict(run: Run) -> tuple[str, str, str]:
    """What the client was told, and what it took."""
    many = count(run.amount(Kind.SQL), "statement")
    how = ", ".join(_end(run, *border) for border in run.transactions()) or "no transaction"
    told = f"The client is told {run.status}" if run.status else "The client is told nothing"
    said = f"{told}; {many}, {how}."
    if run.errors:
        said += f" Refused: {', '.join(run.errors)}."
    if not 0 < run.status < 500 and run.status != 503:
        return "✗", "bad", said
    return ("⊘", "info", said) if run.status >= 400 else ("✓", "ok", said)


def _end(run: Run, _start: int, end: int, kind: Kind | None) -> str:
    """How a transaction ends."""
    if kind is Kind.COMMIT:
        return "nothing committed" if run.moments[end].error else "committed"
    return "rolled back" if kind else "left open"


def _words(name: str, run: Run) -> Iterator[str]:
    if name:
        yield f"{name}:"
    for number, moment in enumerate(run.moments, 1):
        yield f"{number:>2}  {_said(moment)}"


def _said(moment: Moment) -> str:
    if moment.thing is not None:
        return f"{moment.thing.name} is {moment.state}"
    said = moment.text if moment.kind in {Kind.SQL, Kind.ANSWER} else moment.kind.value
    return f"{said} ✗ {moment.error}" if moment.error else said


def _panel(name: str, run: Run) -> Panel:
    lanes = [Lane("txn", list(_transactions(run))), Lane("SQL", list(_statements(run)), tall=True)]
    lanes += [Lane(thing.name, list(_states(run, number))) for number, thing in enumerate(run.things)]
    lanes.append(Lane("answer", list(_answers(run))))
    return Panel(name, "", lanes, max(1, len(run.moments)))


def _transactions(run: Run) -> Iterator[Mark]:
    for start, end, kind in run.transactions():
        error = run.moments[end].error if kind else ""
        how = kind.value if kind else "nobody ends it"
        tone = "bad" if error or kind is not Kind.COMMIT else "info"
        label = f"BEGIN … {how}{f' ✗ {error}' if error else ''}"
        yield Mark(start, end + 1, "wash", tone, f"a transaction: {label}", label)


def _statements(run: Run) -> Iterator[Mark]:
    for at, moment in enumerate(run.moments):
        if moment.kind is Kind.SQL:
            verb = moment.text.split(" ", 1)[0]
            label, tip = verb, moment.whole
            if moment.error:
                label, tip = f"✗ {verb}", f"{moment.error}: {moment.whole}"
            yield Mark(at, at + 1, "solid", "bad" if moment.error else "info", tip, label)


def _states(run: Run, number: int) -> Iterator[Mark]:
    thing = run.things[number]
    for start, end, state in run.states(thing):
        form, tone, _ = FORMS[state]
        yield Mark(
            start + 0.5,
            end + 0.5 if end < len(run.moments) else end,
            form,
            tone,
            f"{thing.name} is {state}",
            state,
        )


def _answers(run: Run) -> Iterator[Mark]:
    for at, moment in enumerate(run.moments):
        if moment.kind is Kind.ANSWER:
            yield Mark(at + 0.5, at + 0.5, "dot", "quiet", f"the answer leaves: {moment.text}")
