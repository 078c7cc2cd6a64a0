"""The timeline of the event loop: who held it, who waited, who was in a thread, and whether the heart still beat."""

from collections.abc import Iterator, Sequence

from course.pictures import lanes
from course.pictures.frame import Words, picture
from course.pictures.lanes import Mark, Panel
from course.pictures.table import Column, Group, Row, Table
from course.pictures.theme import count
from course.pictures.view import View

from .data import BEATS_PER_SECOND, Kind, Lane, Piece, Timeline, as_time

ENLARGE_FROM = 3.0  # how many times as short a timeline is to be drawn a second time, enlarged
SILENT_BEATS = 3.5 / BEATS_PER_SECOND  # seconds without a beat that are marked
MOST_TICKS = 10
LEGEND = (
    (
        Mark(0, 1, "solid", "bad", "holds the loop"),
        "holds the event loop: a tenth of a second or more in one go",
    ),
    (Mark(0.4, 0.5, "solid", "info", "a short step"), "a short step on the loop"),
    (Mark(0, 1, "frame", "ok", "in a thread"), "runs in a thread"),
    (Mark(0, 1, "line", "quiet", "waits"), "waits"),
    (Mark(0, 1, "dots", "bad", "stands still"), "stands still: somebody else holds the loop"),
    (Mark(0.5, 0.5, "dot", "quiet", "has its answer"), "has its answer"),
    (Mark(0.3, 0.3, "pulse", "ok", "/health answers"), "/health answers"),
)

type Named = tuple[str, Timeline]


def timeline_view(timelines: Sequence[Named], *, measured: bool = False) -> View:
    """Show one timeline, or several on the same scale, each with its name ("before", "after").

    With `measured` the drawing has the measured times, and is another one each time. Without, it is drawn from what
    the text says, in turns of equal length: the same picture whenever the same happened. The text twin is the same
    for both: it says who held the loop, how many made progress and whether the heart beat, and no times.
    """
    title = f"Event loop: {timelines[0][1].title}"
    words = [line for name, timeline in timelines for line in _words(name, timeline)]
    scale = (
        f"One scale; /health is asked {BEATS_PER_SECOND} times a second."
        if measured
        else "Drawn in kind, from the words below: lengths are no times. Run the cell to see them."
    )
    drawn = lanes.Lanes(list(_panels(timelines, measured=measured)), "Timeline", LEGEND, scale)
    return picture("timeline", title, drawn, _numbers(timelines) if measured else None, Words(words))


def _words(name: str, timeline: Timeline) -> Iterator[str]:
    """What happened, in kind: nothing that a busy machine changes."""
    if name:
        yield f"{name}:"
    many = len(timeline.lanes)
    yield f"progress   at a typical moment: {_amount(timeline.under_way, many)} of {count(many, 'request')}"
    yield f"loop       {'held for most of the time, a tenth of a second or more in one go' if timeline.mostly_held else 'free for most of the time'}"
    yield f"threads    {'take what would block' if timeline.uses_threads else 'take nothing that would block'}"
    yield f"heartbeat  {'⚠ stopped for most of the time' if timeline.mostly_held else '✓ goes on'}"


def _amount(some: int, many: int) -> str:
    if some <= 1 or many <= 1:
        return str(some)
    return "most" if some > many / 2 else "a few"


def _panels(timelines: Sequence[Named], *, measured: bool) -> Iterator[Panel]:
    drawn = [(name, timeline if measured else timeline.in_kind()) for name, timeline in timelines]
    span = max(timeline.total for _, timeline in drawn) or 1.0
    for name, timeline in drawn:
        yield _panel(name, _note(timeline), timeline, span, measured)
    name, last = drawn[-1]
    if len(drawn) > 1 and span > ENLARGE_FROM * last.total > 0:
        times = f", {span / last.total:.0f} times as wide" if measured else ""
        yield _panel("", f"{name}, enlarged{times}", last, last.total, measured)


def _panel(name: str, note: str, timeline: Timeline, span: float, measured: bool) -> Panel:
    drawn = [
        lanes.Lane(
            lane.name, list(_lane(lane, timeline, measured)), after=as_time(lane.end) if measured else ""
        )
        for lane in timeline.lanes
    ]
    heart = lanes.Lane("/health", list(_pulse(timeline, measured)), tall=True)
    return Panel(name, note, [*drawn, heart], span, list(_ticks(timeline, span, measured)))


def _note(timeline: Timeline) -> str:
    if not timeline.mostly_held:
        return "all wait together: the loop is free in between"
    if timeline.under_way <= 1:
        return "each in its turn: the loop serves one, the others stand still"
    return "they wait together, but the loop was held for most of the time"


def _lane(lane: Lane, timeline: Timeline, measured: bool) -> Iterator[Mark]:
    """A request's lane: it waits, stands still while others hold the loop, runs, and has its answer."""

    def tip(what: str, piece: Piece) -> str:
        long = f" for {as_time(piece.end - piece.start)}" if measured else ""
        return f"request {lane.name} {what}{long}"

    yield Mark(0, timeline.total, "ground", "quiet", f"request {lane.name}")
    at = lane.start
    for step in timeline.held:
        start, end = max(step.start, at), min(step.end, lane.end)
        if start < end:
            yield Mark(at, start, "line", "quiet", f"request {lane.name} waits")
            if step not in lane.pieces:
                yield Mark(
                    start, end, "dots", "bad", f"request {lane.name} stands still: another holds the loop"
                )
            at = end
    yield Mark(at, lane.end, "line", "quiet", f"request {lane.name} waits")
    for row, rows, piece in _rows(lane.of(Kind.THREAD)):
        yield Mark(piece.start, piece.end, "frame", "ok", tip("runs in a thread", piece), "", row, rows)
    for step in lane.of(Kind.LOOP):
        if step in timeline.held:
            label = as_time(step.end - step.start) if measured else ""
            yield Mark(step.start, step.end, "solid", "bad", tip("holds the event loop", step), label)
        else:
            yield Mark(step.start, step.end, "solid", "info", tip("takes a short step on the loop", step))
    yield Mark(lane.end, lane.end, "dot", "quiet", f"request {lane.name} has its answer")


def _rows(pieces: Sequence[Piece]) -> Iterator[tuple[int, int, Piece]]:
    """Pieces that run at the same time, one over the other: row, number of rows, piece."""
    ends: list[float] = []
    placed: list[tuple[int, Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.start):
        row = next((row for row, end in enumerate(ends) if end <= piece.start), len(ends))
        ends[row : row + 1] = [piece.end]
        placed.append((row, piece))
    yield from ((row, len(ends), piece) for row, piece in placed)


def _pulse(timeline: Timeline, measured: bool) -> Iterator[Mark]:
    """The heartbeat: a beat for each answer of /health, and the silences between them."""
    yield Mark(0, timeline.total, "line", "ok", "/health, asked all the time")
    for start, end in timeline.silences:
        if end - start > (SILENT_BEATS if measured else timeline.total / 2):
            said = f"no beat for {as_time(end - start)}" if measured else "no beat"
            held = timeline.held_in(start, end) > (end - start) / 2
            tip = said if held else f"{said}, though nobody held the loop: the machine was busy"
            yield Mark(start, end, "wash", "bad" if held else "quiet", tip, said if held else "", strong=held)
            yield Mark(start, end, "line", "bad" if held else "quiet", tip)
    for beat in timeline.beats:
        if 0 <= beat <= timeline.total:
            yield Mark(
                beat, beat, "pulse", "ok", f"/health answers{f' at {as_time(beat)}' if measured else ''}"
            )


def _ticks(timeline: Timeline, span: float, measured: bool) -> Iterator[tuple[float, str]]:
    if not measured:
        yield span, "time →"
        return
    step = 0.001
    for factor in (2, 2.5, 2) * 6:
        if span / step <= MOST_TICKS:
            break
        step *= factor
    for number in range(int(span / step) + 1):
        at = number * step
        yield at, f"{at:.3g} s" if span >= 1 else as_time(at)


def _numbers(timelines: Sequence[Named]) -> Table:
    """The measured times: for the eye only, they are others each time."""
    head = ("first answer", "last answer", "longest silence", "in threads at once", "making progress")
    rows = [
        Row(
            (
                name,
                as_time(timeline.first),
                as_time(timeline.total),
                as_time(timeline.longest_silence),
                str(timeline.most_in_threads),
                f"{timeline.under_way} of {len(timeline.lanes)}",
            )
        )
        for name, timeline in timelines
    ]
    columns: list[Column | str] = ["", *(Column(said, numeric=True) for said in head)]
    return Table(columns, [Group(rows)], "Measured times", silent=True)
