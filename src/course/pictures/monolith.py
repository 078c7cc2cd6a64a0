"""One module that does everything, drawn: what each part of the API has to itself, and what several share."""

from collections.abc import Iterator, Sequence

from course.pictures.outline import Definition, Outline
from course.pictures.routing import Box
from course.pictures.theme import Html, count, el, fold, join, page, prose, title_line
from course.pictures.view import View

CHARACTER, LINE, GAP, MARGIN, PAD = 7.3, 17.0, 34.0, 2.0, 14.0
WARNING = "⚠\ufe0e "  # as text, not as a colored picture
SHARED = "Needed by several parts: a change for one of them reaches the others too."
SMALLEST = 0.72  # a narrow notebook shows the drawing so small, and scrolls
TANGLE = 84.0  # the room for the lines between the parts and what they share
CSS = """& figure{margin:0}
& svg text{font-family:var(--code);font-size:12px;fill:var(--ink)}
& svg .pfc-name{font-weight:700;font-size:13px}
& svg .pfc-small{fill:var(--quiet)}
& .pfc-outer{fill:var(--tint);stroke:color-mix(in srgb,var(--ink) 55%,transparent);stroke-width:1.6}
& .pfc-area{fill:var(--card);stroke:color-mix(in srgb,var(--ink) 40%,transparent);stroke-dasharray:5 4}
& .pfc-thing{fill:var(--card);stroke:var(--warn);stroke-width:1.6}
& .pfc-clash{stroke:var(--bad);stroke-width:2.6;stroke-dasharray:2.5 3}
& .pfc-tie{fill:none;stroke:var(--warn);stroke-width:1.4;opacity:.85}
& svg .pfc-alarm{fill:var(--bad);font-weight:700}
& .pfc-words{margin:6px 0 0;padding-left:1.4em}"""


def monolith_view(outline: Outline, title: str = "Imports") -> View:
    """Show what one module defines, by the part of the API it serves, and what several parts share."""
    summary = f"{count(len(outline.definitions), 'definition')} in one file of {count(outline.lines, 'line')}"
    if outline.shared:
        summary += f", {len(outline.shared)} of them needed by several parts of the API"
    words = [*_parts(outline), *_shared(outline), *_rest(outline)]
    alarms = _alarms(outline)
    text = [
        f"{title}: {outline.path}, {summary}",
        *(f"  {line}" for line in words),
        *(f"  {a}" for a in alarms),
    ]
    html = page(
        "monolith",
        el(
            "figure",
            title_line(title, summary, name="figcaption"),
            el(
                "div",
                _draw(outline, f"{title}: {outline.path}, {summary}"),
                cls="pfc-scroll",
                tabindex=0,
                role="group",
                aria_label="Drawing",
            ),
            *(el("p", prose(alarm), cls="pfc-box pfc-bad") for alarm in alarms),
            fold("The same in words", el("ul", *(el("li", line) for line in words), cls="pfc-words")),
            cls="pfc-card pfc-plain",
        ),
        css=CSS,
        label=title,
    )
    return View(html, "\n".join(text))


def _parts(outline: Outline) -> Iterator[str]:
    for area in outline.areas:
        own = outline.own(area)
        routes = [d.route for d in own if d.route]
        others = [d.name for d in own if not d.route]
        said = f"{area}: {', '.join(routes)}"
        yield f"{said}; only for it: {', '.join(others)}" if others else said


def _shared(outline: Outline) -> Iterator[str]:
    for definition in outline.shared:
        yield f"shared: {definition.name} (line {definition.line}) serves {_and(definition.areas)}"


def _rest(outline: Outline) -> Iterator[str]:
    if idle := [d.name for d in outline.definitions if not d.areas]:
        yield f"no route needs: {', '.join(idle)}" if outline.areas else f"defines: {', '.join(idle)}"


def _alarms(outline: Outline) -> list[str]:
    """A sentence for each name that is bound twice: the later line wins for everybody."""
    serves = {definition.name: definition.areas for definition in outline.definitions}
    said = []
    for name, lines in outline.clashes:
        areas = serves.get(name, ())
        whom = f" for {_and(areas)}" if areas else ""
        said.append(
            f"⚠ `{name}` is bound on lines {_and([str(line) for line in lines])}: the last one wins{whom}."
        )
    return said


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


def _draw(outline: Outline, label: str) -> Html:
    columns = {area: list(_lines(outline.own(area))) for area in outline.areas}
    if not columns:
        columns = {"defines": [(definition.name, definition.name) for definition in outline.definitions]}
    boxes: dict[str, Box] = {}
    clashing = {name for name, _ in outline.clashes}
    x, top = MARGIN + PAD, MARGIN + 36
    height = 34 + LINE * max(len(lines) for lines in columns.values())
    for area, lines in columns.items():
        width = max(CHARACTER * max(len(text) for text in (area, *(line for line, _ in lines))) + 2 * PAD, 96)
        boxes[area] = Box(x, top, width, height)
        x += width + GAP
    right = x - GAP
    things = _things(outline, boxes, clashing, right, top + height + TANGLE)
    right = max([right, *(box.x + box.width for box in things.values())])
    bottom = max([top + height, *(box.y + box.height for box in things.values())])
    note = _text(SHARED, MARGIN + PAD, bottom + 22, "pfc-small") if things else None
    outer = Box(MARGIN, MARGIN, right + PAD - MARGIN, bottom + (34 if things else PAD) - MARGIN)
    return el(
        "svg",
        _rectangle(outer, "pfc-outer"),
        _text(outline.path, MARGIN + PAD, MARGIN + 23, "pfc-name"),
        *_ties(outline, boxes, things),
        note,
        *(_part(area, boxes[area], lines, clashing) for area, lines in columns.items()),
        *(_thing(definition, things[definition.name], clashing) for definition in outline.shared),
        viewBox=f"0 0 {outer.width + 2 * MARGIN:g} {outer.height + 2 * MARGIN:g}",
        width=f"{outer.width + 2 * MARGIN:g}",
        height=f"{outer.height + 2 * MARGIN:g}",
        style=f"min-width:{SMALLEST * outer.width:.0f}px",
        role="img",
        aria_label=label,
    )


def _lines(own: Sequence[Definition]) -> Iterator[tuple[str, str]]:
    """What stands in a part's box: its routes, then the rest that only it needs; each with the name it stands for."""
    yield from ((d.route, d.name) for d in own if d.route)
    yield from ((d.name, d.name) for d in own if not d.route)


def _things(
    outline: Outline, boxes: dict[str, Box], clashing: set[str], right: float, y: float
) -> dict[str, Box]:
    """What is shared, in a row under the parts, each thing as near to its parts as can be."""

    def pull(definition: Definition) -> float:
        return sum(boxes[area].center for area in definition.areas) / len(definition.areas)

    ordered = sorted(outline.shared, key=lambda d: (pull(d), d.line))
    widths = {d.name: len(d.name) * CHARACTER + 2 * PAD + 16 * (d.name in clashing) for d in ordered}
    free = right - MARGIN - PAD - sum(widths.values())
    gap = max(free / (len(ordered) + 1), 14) if ordered else 0
    placed = {}
    x = MARGIN + PAD + (gap if free > 0 else 0)
    for definition in ordered:
        placed[definition.name] = Box(x, y, widths[definition.name], 30)
        x += widths[definition.name] + gap
    return placed


def _ties(outline: Outline, boxes: dict[str, Box], things: dict[str, Box]) -> Iterator[Html]:
    """A curve from each part to each thing that it shares; curves of one part leave it side by side."""
    for area, box in boxes.items():
        ends = sorted(
            (things[d.name] for d in outline.shared if area in d.areas), key=lambda thing: thing.center
        )
        for place, thing in enumerate(ends, 1):
            x = box.x + box.width * place / (len(ends) + 1)
            y, below = box.y + box.height, thing.y
            half = (y + below) / 2
            yield el(
                "path",
                d=f"M{x:.1f} {y:g}C{x:.1f} {half:g} {thing.center:.1f} {half:g} {thing.center:.1f} {below:g}",
                cls="pfc-tie",
            )


def _part(area: str, box: Box, lines: Sequence[tuple[str, str]], clashing: set[str]) -> Html:
    texts = (
        _text(
            f"{WARNING}{text}" if name in clashing else text,
            box.x + PAD,
            box.y + 42 + LINE * row,
            "pfc-alarm" if name in clashing else "" if " " in text else "pfc-small",
        )
        for row, (text, name) in enumerate(lines)
    )
    return join(_rectangle(box, "pfc-area"), _text(area, box.x + PAD, box.y + 20, "pfc-name"), *texts)


def _thing(definition: Definition, box: Box, clashing: set[str]) -> Html:
    alarm = definition.name in clashing
    shape = _rectangle(box, "pfc-thing pfc-clash" if alarm else "pfc-thing")
    name = f"{WARNING}{definition.name}" if alarm else definition.name
    return join(shape, _text(name, box.center, box.middle + 4, "pfc-alarm" if alarm else "", anchor="middle"))


def _text(text: str, x: float, y: float, cls: str, anchor: str | None = None) -> Html:
    return el("text", text, x=f"{x:g}", y=f"{y:g}", cls=cls or None, text_anchor=anchor)


def _rectangle(box: Box, cls: str) -> Html:
    return el(
        "rect",
        x=f"{box.x:g}",
        y=f"{box.y:g}",
        width=f"{box.width:g}",
        height=f"{box.height:g}",
        rx=6,
        cls=cls,
    )
