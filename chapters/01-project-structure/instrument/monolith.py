"""One module that does everything: what each part of the API has to itself, and what several share."""

from collections.abc import Iterator, Sequence

from course.pictures.boxes import Area, Arrow, Boxes, Node, Word
from course.pictures.frame import Note, Words, picture
from course.pictures.routing import Box
from course.pictures.theme import Bit, count
from course.pictures.theme import Line as Text
from course.pictures.view import View

from .outline import Definition, Outline

CHARACTER, LINE, GAP, MARGIN, PAD = 7.3, 17.0, 34.0, 2.0, 14.0
WARNING = "⚠\ufe0e"  # as text, not as a colored picture
SHARED = "Needed by several parts: a change for one of them reaches the others too."
TANGLE = 84.0  # the room for the lines between the parts and what they share


def monolith_view(outline: Outline, title: str = "Imports") -> View:
    """Show what one module defines, by the part of the API it serves, and what several parts share."""
    summary = f"{count(len(outline.definitions), 'definition')} in one file of {count(outline.lines, 'line')}"
    if outline.shared:
        summary += f", {len(outline.shared)} of them needed by several parts of the API"
    return picture(
        "monolith",
        title,
        _draw(outline, f"{title}: {outline.path}, {summary}"),
        Words([*_parts(outline), *_shared(outline), *_rest(outline)]),
        *(Note(alarm, "bad") for alarm in _alarms(outline)),
        note=f"{outline.path}, {summary}",
    )


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


def _draw(outline: Outline, label: str) -> Boxes:
    columns = {area: list(_lines(outline.own(area))) for area in outline.areas}
    if not columns:
        columns = {"defines": [(definition.name, definition.name) for definition in outline.definitions]}
    boxes: dict[str, Box] = {}
    clashing = {name for name, _ in outline.clashes}
    x, top = MARGIN + PAD, MARGIN + 36
    height = 40 + LINE * max(len(lines) for lines in columns.values())
    for area, lines in columns.items():
        width = max(
            CHARACTER * max(len(text) for text in (area, *(line for line, _ in lines))) + 2.4 * PAD, 96
        )
        boxes[area] = Box(x, top, width, height)
        x += width + GAP
    right = x - GAP
    things = _things(outline, boxes, clashing, right, top + height + TANGLE)
    right = max([right, *(box.x + box.width for box in things.values())])
    bottom = max([top + height, *(box.y + box.height for box in things.values())])
    outer = Box(MARGIN, MARGIN, right + PAD - MARGIN, bottom + (34 if things else PAD) - MARGIN)
    parts = [
        Node(boxes[area], [area, *_listed(lines, clashing)], area, listed=True)
        for area, lines in columns.items()
    ]
    shared = [_thing(definition, things[definition.name], clashing) for definition in outline.shared]
    return Boxes(
        outer.width + 2 * MARGIN,
        outer.height + 2 * MARGIN,
        label,
        [*parts, *shared],
        [Area(outer, outline.path)],
        list(_ties(outline, boxes, things)),
        [Word(MARGIN + PAD, bottom + 10, SHARED)] if things else [],
    )


def _lines(own: Sequence[Definition]) -> Iterator[tuple[str, str]]:
    """What stands in a part's box: its routes, then the rest that only it needs; each with the name it stands for."""
    yield from ((d.route, d.name) for d in own if d.route)
    yield from ((d.name, d.name) for d in own if not d.route)


def _listed(lines: Sequence[tuple[str, str]], clashing: set[str]) -> Iterator[Text]:
    for text, name in lines:
        if name in clashing:
            yield Bit(text, "strong", "bad", WARNING, f"{name} is bound twice")
        else:
            yield text if " " in text else Bit(text, "muted")


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


def _thing(definition: Definition, box: Box, clashing: set[str]) -> Node:
    alarm = definition.name in clashing
    line = Bit(definition.name, "strong", "bad", WARNING) if alarm else definition.name
    tip = f"{definition.name} (line {definition.line}) serves {_and(definition.areas)}"
    return Node(box, [line], tip, "bad" if alarm else "warn", alarm=alarm)


def _ties(outline: Outline, boxes: dict[str, Box], things: dict[str, Box]) -> Iterator[Arrow]:
    """A curve from each part to each thing that it shares; curves of one part leave it side by side."""
    for area, box in boxes.items():
        shared = sorted((d for d in outline.shared if area in d.areas), key=lambda d: things[d.name].center)
        for at, definition in enumerate(shared, 1):
            start = (box.x + box.width * at / (len(shared) + 1), box.y + box.height)
            thing = things[definition.name]
            yield Arrow(
                (start, (thing.center, thing.y)), f"{area} needs {definition.name}", "warn", curved=True
            )
