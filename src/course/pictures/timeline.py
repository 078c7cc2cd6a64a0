"""The timeline of the event loop: who held it, who waited, who was in a thread, and whether the heart still beat."""

from collections.abc import Iterator, Sequence

from course.pictures.theme import Html, count, el, page
from course.pictures.timeline_data import BEATS_PER_SECOND, Timeline, as_time
from course.pictures.timeline_drawing import CSS, Panel, draw_panels, legend
from course.pictures.view import View

ENLARGE_FROM = 3.0  # how many times as short a timeline is to be drawn a second time, enlarged

type Named = tuple[str, Timeline]


def timeline_view(timelines: Sequence[Named], *, measured: bool = False) -> View:
    """Show one timeline, or several on the same scale, each with its name ("before", "after").

    With `measured` the drawing has the measured times, and is another one each time. Without, it is drawn from what
    the text says, in turns of equal length: the same picture whenever the same happened. The text twin is the same
    for both: it says who held the loop, how many made progress and whether the heart beat, and no times.
    """
    title = f"Event loop: {timelines[0][1].title}"
    words = [line for name, timeline in timelines for line in _words(name, timeline)]
    panels = list(_panels(timelines, measured=measured))
    scale = (
        f"One scale; /health is asked {BEATS_PER_SECOND} times a second."
        if measured
        else "Drawn in kind, from the words below: lengths are no times. Run the cell to see them."
    )
    html = page(
        "timeline",
        el(
            "figure",
            el("figcaption", el("span", title, cls="pfc-title"), cls="pfc-head"),
            el(
                "div",
                draw_panels(panels, f"{title}. {' '.join(words)}"),
                cls="pfc-scroll",
                tabindex=0,
                role="group",
                aria_label="Timeline",
            ),
            legend(),
            el("p", scale, cls="pfc-muted"),
            _numbers(timelines) if measured else None,
            el("details", el("summary", "The same in words"), el("pre", "\n".join(words), tabindex=0)),
            cls="pfc-card pfc-plain",
        ),
        css=CSS,
        label=title,
    )
    return View(html, "\n".join([title, *(f"  {line}" for line in words)]))


def _words(name: str, timeline: Timeline) -> Iterator[str]:
    """What happened, in kind: nothing that a busy machine changes."""
    if name:
        yield f"{name}:"
    lanes, held = len(timeline.lanes), len(timeline.held)
    yield f"progress   at a typical moment: {_amount(timeline.under_way, lanes)} of {count(lanes, 'request')}"
    yield f"loop       {f'held {count(held, "time")} for a tenth of a second or more, one after the other' if held else 'never held for a tenth of a second'}"
    yield f"threads    {'take what would block' if timeline.uses_threads else 'take nothing that would block'}"
    yield f"heartbeat  {'⚠ stopped for most of the time' if timeline.stopped else '✓ goes on' if not held else '⚠ misses beats'}"


def _amount(some: int, lanes: int) -> str:
    if some <= 1 or lanes <= 1:
        return str(some)
    return "most" if some > lanes / 2 else "a few"


def _panels(timelines: Sequence[Named], *, measured: bool) -> Iterator[Panel]:
    drawn = [(name, timeline if measured else timeline.in_kind()) for name, timeline in timelines]
    span = max(timeline.total for _, timeline in drawn) or 1.0
    for name, timeline in drawn:
        yield Panel(name, _note(timeline), timeline, span * 1.0, measured)
    name, last = drawn[-1]
    if len(drawn) > 1 and span > ENLARGE_FROM * last.total > 0:
        times = f", {span / last.total:.0f} times as wide" if measured else ""
        yield Panel("", f"{name}, enlarged{times}", last, last.total, measured)


def _note(timeline: Timeline) -> str:
    if timeline.held and timeline.under_way <= 1:
        return "each in its turn: the loop serves one, the others stand still"
    if timeline.held:
        return f"they wait together, but the loop was held {count(len(timeline.held), 'time')}"
    return "all wait together: the loop is free in between"


def _numbers(timelines: Sequence[Named]) -> Html:
    """The measured times, for the picture that has them."""
    head = ("", "first answer", "last answer", "longest silence", "in threads at once", "making progress")
    rows = [
        (
            name,
            as_time(timeline.first),
            as_time(timeline.total),
            as_time(timeline.longest_silence),
            str(timeline.most_in_threads),
            f"{timeline.under_way} of {len(timeline.lanes)}",
        )
        for name, timeline in timelines
    ]
    return el(
        "table",
        el("thead", el("tr", *(el("th", said, scope="col", cls="pfc-num") for said in head))),
        el(
            "tbody",
            *(
                el("tr", el("th", row[0], scope="row"), *(el("td", cell, cls="pfc-num") for cell in row[1:]))
                for row in rows
            ),
        ),
        aria_label="Measured times",
    )
