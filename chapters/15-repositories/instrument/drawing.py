"""One request as lanes: a layer each, the calls in it, and the statements at the end."""

from collections import Counter
from collections.abc import Iterator, Sequence

from course.pictures.frame import Note, Words, picture
from course.pictures.lanes import Lane, Lanes, Mark, Panel
from course.pictures.theme import count
from course.pictures.view import View

from .data import LAYERS, Call, Run

LEGEND = (
    (Mark(0, 1, "wash", "info", "a call"), "a call, from its beginning to its end"),
    (Mark(0, 1, "solid", "info", "a statement"), "a statement"),
)
SCALE = "One after the other: lengths are no times."

type Named = tuple[str, Run]


def layers_view(runs: Sequence[Named]) -> View:
    """Show one request, or several, each with its name ("before", "after"), on one scale."""
    notes = [Note(f"{name}: {verdict(run)}" if name else verdict(run), tone(run)) for name, run in runs]
    span = max(1, *(run.turns for _, run in runs))
    panels = [Panel(name, run.request, list(_lanes(run)), span) for name, run in runs]
    words = [line for name, run in runs for line in _words(name, run)]
    drawn = Lanes(panels, "Layers", LEGEND, SCALE)
    return picture("layers", f"Calls of {runs[0][1].request}", *notes, drawn, Words(words, apart=True))


def verdict(run: Run) -> str:
    """What the client was told, and how many statements it took."""
    told = f"{run.request} is answered {run.status or 'by nothing'}"
    by = Counter(run.statements)
    which = "; ".join(f"{many} times {name}" if many > 1 else name for name, many in by.items())
    return f"{told}: {count(len(run.statements), 'statement')}{f' ({which})' if which else ''}."


def tone(run: Run) -> str:
    """Good, refused, or a crash."""
    return "bad" if not 0 < run.status < 500 else "info" if run.status >= 400 else "ok"


def _lanes(run: Run) -> Iterator[Lane]:
    for layer in LAYERS:
        calls = [call for call in run.calls if call.layer == layer]
        yield Lane(layer, [_mark(call) for call in calls], tall=True, after=str(len(calls)))


def _mark(call: Call) -> Mark:
    form = "solid" if call.layer == "database" else "wash"
    label = call.name.split(" ", 1)[0] if call.layer == "database" else call.name
    return Mark(call.start, max(call.end, call.start + 1), form, "info", call.whole or call.name, label)


def _words(name: str, run: Run) -> Iterator[str]:
    if name:
        yield f"{name}:"
    for call in run.calls:
        yield f"{'  ' * LAYERS.index(call.layer)}{call.layer}: {call.whole if call.layer != 'database' else call.name}"
