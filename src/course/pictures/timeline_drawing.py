"""Timelines drawn: a lane for each request, the loop's heartbeat below, one scale of time for all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from course.pictures.theme import Html, el
from course.pictures.timeline_data import Kind, Lane, Piece, Timeline, as_time

LEFT, PLOT, RIGHT = 66.0, 730.0, 68.0
LANE, GAP, HEAD, PULSE, AXIS = 14.0, 3.0, 24.0, 44.0, 20.0
WIDTH = LEFT + PLOT + RIGHT
LABEL_ROOM = 150.0  # a silence this wide is named inside the drawing
STEP_ROOM = 56.0  # and so is the length of a step this wide
SILENT_BEATS = 3.5 / 50  # seconds without a beat that are marked
CSS = """& figure{margin:0}
& svg text{font-family:var(--code);font-size:11px;fill:var(--quiet)}
& svg .pfc-name{font-size:12px;font-weight:700;fill:var(--ink)}
& .pfc-held{fill:var(--bad);stroke:var(--card);stroke-width:.6}
& svg .pfc-inside{fill:var(--card);font-weight:700;font-size:10px}
& .pfc-step{fill:var(--info)}
& .pfc-answer{fill:var(--card);stroke:var(--ink);stroke-width:1.7}
& .pfc-thread{fill:color-mix(in srgb,var(--ok) 26%,var(--card));stroke:var(--ok);stroke-width:1.2}
& .pfc-wait{stroke:color-mix(in srgb,var(--ink) 48%,transparent);stroke-width:1.2}
& .pfc-stuck{stroke:var(--bad);stroke-width:1.4;stroke-dasharray:1.4 4}
& .pfc-row{fill:var(--tint)}
& .pfc-beat{fill:none;stroke:var(--ok);stroke-width:1.7;stroke-linejoin:round}
& .pfc-flat{stroke:var(--bad);stroke-width:2.2}
& .pfc-silence{fill:color-mix(in srgb,var(--bad) 13%,transparent)}
& svg .pfc-loud{fill:var(--bad);font-weight:700}
& .pfc-axis{stroke:color-mix(in srgb,var(--ink) 34%,transparent)}
& .pfc-end{stroke:color-mix(in srgb,var(--ink) 55%,transparent);stroke-dasharray:4 3}
& .pfc-legend{display:flex;flex-wrap:wrap;gap:2px 16px;margin:8px 0 0;color:var(--quiet);font-size:12px}
& .pfc-legend svg{display:inline-block;vertical-align:-2px;margin-right:5px}"""


@dataclass(frozen=True)
class Panel:
    """One timeline on a scale of `span` seconds; a sentence of its own as headline."""

    name: str
    note: str
    timeline: Timeline
    span: float
    measured: bool


def draw_panels(panels: Sequence[Panel], label: str) -> Html:
    """Draw the panels one below the other. `label` says what one sees, for those who do not."""
    y = 0.0
    groups = []
    for panel in panels:
        groups.append(el("g", *_panel(panel), transform=f"translate(0 {y:g})"))
        y += _height(panel) + 12
    return el(
        "svg",
        *groups,
        viewBox=f"0 0 {WIDTH:g} {y:g}",
        width=f"{WIDTH:g}",
        height=f"{y:g}",
        style=f"min-width:{0.72 * WIDTH:.0f}px",
        role="img",
        aria_label=label,
    )


def legend() -> Html:
    """Return the key: each kind has a form of its own, not only a color."""
    keys = [
        (_rect("pfc-held", 1, 1, 24, 10), "holds the event loop: a tenth of a second or more in one go"),
        (_rect("pfc-step", 11, 1, 3, 10), "a short step on the loop"),
        (_rect("pfc-thread", 1, 3, 24, 6), "runs in a thread"),
        (_line("pfc-wait", 1, 25, 6), "waits"),
        (_line("pfc-stuck", 1, 25, 6), "stands still: somebody else holds the loop"),
        (_answer(13, 6), "has its answer"),
        (el("path", d="M0 9h8l3-8 4 11 3-3h8", cls="pfc-beat"), "/health answers"),
    ]
    signs = [
        el("span", el("svg", shape, width=26, height=13, role="img", aria_label="key"), said)
        for shape, said in keys
    ]
    return el("div", *signs, cls="pfc-legend")


def _height(panel: Panel) -> float:
    return HEAD + len(panel.timeline.lanes) * (LANE + GAP) + PULSE + AXIS


def _panel(panel: Panel) -> Iterator[Html]:
    timeline = panel.timeline
    scale = PLOT / panel.span
    yield _text(panel.name, 0, 14, cls="pfc-name")
    yield _text(panel.note, LEFT, 14)
    y = HEAD
    for lane in timeline.lanes:
        yield _text(lane.name, LEFT - 8, y + LANE - 3, anchor="end")
        yield el("g", *_lane(lane, panel), transform=f"translate({LEFT:g} {y:g})")
        y += LANE + GAP
    yield _text("/health", LEFT - 8, y + 28, anchor="end")
    yield el("g", *_pulse(timeline, scale, panel.measured), transform=f"translate({LEFT:g} {y:g})")
    yield from _axis(panel, y + PULSE)


def _lane(lane: Lane, panel: Panel) -> Iterator[Html]:
    timeline, scale = panel.timeline, PLOT / panel.span
    middle = LANE / 2
    yield _rect("pfc-row", 0, 0, timeline.total * scale, LANE)
    at = lane.start
    for step in timeline.held:
        start, end = max(step.start, at), min(step.end, lane.end)
        if start < end:
            yield _line("pfc-wait", at * scale, start * scale, middle)
            if step not in lane.pieces:
                yield _line("pfc-stuck", start * scale, end * scale, middle)
            at = end
    yield _line("pfc-wait", at * scale, lane.end * scale, middle)
    for row, rows, piece in _rows(lane.of(Kind.THREAD)):
        high = LANE / rows
        y = row * high + (0 if rows > 1 else 3)
        yield _rect(
            "pfc-thread", piece.start * scale, y + 0.6, _wide(piece, scale), high - (1.2 if rows > 1 else 7.2)
        )
    for step in lane.of(Kind.LOOP):
        cls = "pfc-held" if step in timeline.held else "pfc-step"
        yield _rect(cls, step.start * scale, 0.5, _wide(step, scale), LANE - 1)
        if panel.measured and step in timeline.held and _wide(step, scale) > STEP_ROOM:
            at = (step.start + step.end) / 2 * scale
            yield _text(as_time(step.end - step.start), at, LANE - 3.5, anchor="middle", cls="pfc-inside")
    yield _answer(lane.end * scale, middle)
    if panel.measured:
        yield _text(as_time(lane.end), lane.end * scale + 8, LANE - 3)


def _rows(pieces: Sequence[Piece]) -> list[tuple[int, int, Piece]]:
    """Pieces of one lane that overlap, one below the other: (row, rows, piece)."""
    ends: list[float] = []
    placed = []
    for piece in pieces:
        row = next((row for row, end in enumerate(ends) if end <= piece.start), len(ends))
        ends[row : row + 1] = [piece.end]
        placed.append((row, piece))
    return [(row, len(ends), piece) for row, piece in placed]


def _pulse(timeline: Timeline, scale: float, measured: bool) -> Iterator[Html]:
    base, top, low = 24.0, 5.0, 31.0
    silent = SILENT_BEATS if measured else timeline.total / 2
    for start, end in timeline.silences:
        if end - start > silent:
            left, wide = start * scale, (end - start) * scale
            yield _rect("pfc-silence", left, 2, wide, PULSE - 8)
            yield _line("pfc-flat", left, left + wide, base)
            if wide > LABEL_ROOM:
                said = f"no beat for {as_time(end - start)}" if measured else "no beat"
                yield _text(said, left + wide / 2, base - 7, anchor="middle", cls="pfc-loud")
    path = f"M0 {base:g}"
    for start, end in timeline.silences:
        x = end * scale
        half = min(3.0, (end - start) * scale / 2)
        path += f"{'M' if end - start > silent else 'L'}{x - half:.1f} {base:g}"
        if end < timeline.total:
            path += f"L{x:.1f} {top:g}L{x + half / 2:.1f} {low:g}L{x + half:.1f} {base:g}"
    yield el("path", d=path, cls="pfc-beat")


def _axis(panel: Panel, y: float) -> Iterator[Html]:
    scale = PLOT / panel.span
    yield _line("pfc-axis", LEFT, LEFT + PLOT, y)
    done = LEFT + panel.timeline.total * scale
    if panel.timeline.total < panel.span * 0.98:
        lanes = HEAD + len(panel.timeline.lanes) * (LANE + GAP)
        yield _upright("pfc-end", done, lanes, y)
        inside = panel.timeline.total > panel.span / 2
        x = done - 8 if inside else done + 8
        yield _text("all done", x, lanes + 28, anchor="end" if inside else "start", cls="pfc-name")
    if not panel.measured:
        yield _text("time →", LEFT + PLOT, y + 14, anchor="end")
        return
    step = _step(panel.span)
    at = 0.0
    while at <= panel.span * 1.0001:
        x = LEFT + at * scale
        yield _upright("pfc-axis", x, y, y + 4)
        anchor = "start" if at == 0 else "end" if x > LEFT + PLOT - 20 else "middle"
        yield _text(f"{at:.3g} s" if panel.span >= 1 else as_time(at), x, y + 15, anchor=anchor)
        at += step


def _step(span: float) -> float:
    """A round distance between the marks of the axis: five to ten of them."""
    step = 0.001
    for factor in (2, 2.5, 2) * 6:
        if span / step <= 10:
            break
        step *= factor
    return step


def _wide(piece: Piece, scale: float) -> float:
    return max((piece.end - piece.start) * scale, 1.2)


def _rect(cls: str, x: float, y: float, width: float, height: float) -> Html:
    return el(
        "rect",
        x=f"{x:.1f}",
        y=f"{y:.1f}",
        width=f"{max(width, 0):.1f}",
        height=f"{height:.1f}",
        rx="1.5",
        cls=cls,
    )


def _answer(x: float, y: float) -> Html:
    return el("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r="3.4", cls="pfc-answer")


def _line(cls: str, x1: float, x2: float, y: float) -> Html:
    return el("path", d=f"M{x1:.1f} {y:.1f}H{x2:.1f}", cls=cls)


def _upright(cls: str, x: float, y1: float, y2: float) -> Html:
    return el("path", d=f"M{x:.1f} {y1:.1f}V{y2:.1f}", cls=cls)


def _text(said: str, x: float, y: float, *, anchor: str = "start", cls: str | None = None) -> Html:
    return el("text", said, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor, cls=cls)
