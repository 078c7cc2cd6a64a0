"""Startup and shutdown as lanes: the app, and each connection from the moment it opens to the one when it closes."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from course.pictures import lanes
from course.pictures.frame import Words, picture
from course.pictures.lanes import Mark, Panel
from course.pictures.theme import count
from course.pictures.view import View

from .data import Event, Phase, Story

PHASE = 3.0  # how long a phase is drawn
LIFE = 10.0  # three phases, and a gap
PLACES = {Phase.START: 0.0, Phase.SERVE: PHASE, Phase.STOP: 2 * PHASE}
LEGEND = (
    (Mark(0, 1, "solid", "info", "serves"), "the app serves"),
    (Mark(0, 1, "frame", "info", "starts or stops"), "it starts, or stops"),
    (Mark(0, 1, "solid", "ok", "open"), "a connection is open"),
    (Mark(0, 1, "frame", "bad", "left open"), "left open: nobody uses it, nobody closes it"),
)

type Named = tuple[str, Story]


def story_view(stories: Sequence[Named]) -> View:
    """Show one story, or several on the same scale, each with its name ("before", "after")."""
    title = f"The app from the other side: {stories[0][1].title[0].lower()}{stories[0][1].title[1:]}"
    words = [line for name, story in stories for line in _words(name, story)]
    span = max(LIFE * len(story.lives) for _, story in stories)
    services = {service for _, story in stories for service in story.services}
    rows = {name: max(len(_rows(story, name)[1]) for _, story in stories) for name in services}
    panels = [_panel(name, story, span, rows) for name, story in stories]
    drawn = lanes.Lanes(panels, "Startup and shutdown", LEGEND, "Drawn in order: lengths are no times.")
    return picture("lifelines", title, drawn, Words(words))


def _words(name: str, story: Story) -> Iterator[str]:
    """What happened, in order."""
    if name:
        yield f"{name}:"
    for number, life in enumerate(story.lives):
        of_life = [event for event in story.events if event.life == number]
        told = list(_told(event for event in of_life if event.phase is Phase.START))
        if life.error:
            told.append(f"the start fails: {life.error}")
            told += _told(event for event in of_life if event.phase is not Phase.START)
        else:
            told.append(f"the app serves ({life.status})")
            told += _told(event for event in of_life if event.phase is Phase.SERVE)
            told.append("the app stops")
            told += _told(event for event in of_life if event.phase is Phase.STOP)
        yield f"start {number + 1}    {' → '.join(told)}"
    left = [f"{service} {n}" for service in story.services if (n := story.left_open(service))]
    yield f"left open  {f'⚠ {", ".join(left)}' if left else '✓ nothing'}"


def _told(events: Iterator[Event]) -> Iterator[str]:
    for (service, opens), group in groupby(events, lambda event: (event.service, event.opens)):
        yield f"{service} {'opens' if opens else 'closes'} {len(list(group))}"


def _panel(name: str, story: Story, span: float, rows: dict[str, int]) -> Panel:
    left = sum(story.left_open(service) for service in story.services)
    note = f"{count(left, 'connection')} left open" if left else "nothing is left open"
    drawn = [lanes.Lane("app", list(_app(story)))]
    for service in story.services:
        after = story.left_open(service)
        marks = list(_connections(story, service, rows[service]))
        drawn.append(lanes.Lane(service, marks, tall=True, after=f"{after} left" if after else ""))
    ticks = [(LIFE * number, f"start {number + 1}") for number in range(len(story.lives))]
    return Panel(name, note, drawn, span, ticks)


def _app(story: Story) -> Iterator[Mark]:
    yield Mark(0, LIFE * len(story.lives), "ground", "quiet", "no app runs")
    for number, life in enumerate(story.lives):
        at = LIFE * number
        if life.error:
            yield Mark(at, at + PHASE, "frame", "bad", f"start {number + 1} fails: {life.error}", "fails")
            continue
        yield Mark(at, at + PHASE, "frame", "info", f"start {number + 1}", "starts")
        yield Mark(at + PHASE, at + 2 * PHASE, "solid", "info", f"it serves ({life.status})", "serves")
        yield Mark(at + 2 * PHASE, at + 3 * PHASE, "frame", "info", "it stops", "stops")


def _connections(story: Story, service: str, many: int) -> Iterator[Mark]:
    yield Mark(0, LIFE * len(story.lives), "ground", "quiet", f"{service}: no connection")
    for row, opened, start, stop in _rows(story, service)[0]:
        gone = LIFE * opened.life + (PHASE if story.lives[opened.life].error else 3 * PHASE)
        said = f"{service}, connection {opened.connection + 1} of start {opened.life + 1}"
        yield Mark(start, min(stop, gone), "solid", "ok", f"{said}: open", "", row, many)
        if stop > gone:
            yield Mark(gone, stop, "frame", "bad", f"{said}: left open", "", row, many)


def _rows(story: Story, service: str) -> tuple[list[tuple[int, Event, float, float]], list[float]]:
    """Connections that are open at the same time, one over the other: row, opening, start and end; and all rows."""
    places, end = _places(story), LIFE * len(story.lives)
    rows: list[float] = []
    placed = []
    for opened, closed in story.connections(service):
        start, stop = places[opened], places[closed] if closed else end
        row = next((row for row, free in enumerate(rows) if free <= start), len(rows))
        rows[row : row + 1] = [stop]
        placed.append((row, opened, start, stop))
    return placed, rows


def _places(story: Story) -> dict[Event, float]:
    """Where each event is drawn: those of one phase at equal distances, and together what one service saw in a row."""
    places: dict[Event, float] = {}
    for (life, phase), in_phase in groupby(story.events, lambda event: (event.life, event.phase)):
        groups = [list(group) for _, group in groupby(in_phase, lambda e: (e.service, e.opens))]
        for number, group in enumerate(groups):
            at = LIFE * life + PLACES[phase] + PHASE * (number + 1) / (len(groups) + 1)
            places |= dict.fromkeys(group, at)
    return places
