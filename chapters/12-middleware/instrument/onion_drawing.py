"""The layers of one request as an onion cut in half: a bar for each, the outermost on top; in on the left, out on the right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from course.pictures import lanes
from course.pictures.frame import Note, Words, picture
from course.pictures.lanes import Mark, Panel
from course.pictures.theme import count
from course.pictures.view import View

CORE_WIDTH = 12.0
LEGEND = (
    (Mark(0, 1, "frame", "info", "asked"), "a layer that the request met"),
    (Mark(0, 1, "frame", "ok", "adds"), "adds headers to the answer that passes"),
    (Mark(0, 1, "solid", "info", "answers"), "makes the answer"),
    (Mark(0, 1, "frame", "bad", "error"), "an exception passed through it"),
    (Mark(0, 1, "dash", "quiet", "not asked"), "never asked"),
)


@dataclass(frozen=True)
class Layer:
    """A layer as one request met it. `answers` is the status of an answer that it made itself."""

    name: str
    entered: bool = True
    answers: int = 0
    adds: tuple[str, ...] = ()
    catches: str = ""
    raises: str = ""
    inner: bool = True  # whether there is something below it that may raise

    def did(self) -> str:
        """Return what it did, in words; nothing when it only passed things on."""
        if not self.entered:
            return "is never asked"
        if self.answers:
            return f"answers {self.answers}"
        if self.raises:
            return f"{self.raises} passes" if self.inner else f"raises {self.raises}"
        return f"adds {', '.join(self.adds)}" if self.adds else ""


@dataclass(frozen=True)
class Passage:
    """One request: the layers from the outermost to the routes, and the status that the client gets."""

    request: str
    layers: tuple[Layer, ...]
    status: int

    @property
    def added(self) -> list[str]:
        """Headers that a layer added to the answer, from the innermost layer out."""
        return list(dict.fromkeys(header for layer in reversed(self.layers) for header in layer.adds))


type Named = tuple[str, Passage]


def onion_view(passages: Sequence[Named]) -> View:
    """Show one passage, or several on the same scale, each with its name ("before", "after")."""
    title = f"{passages[0][1].request}, layer by layer"
    depth = max(len(passage.layers) for _, passage in passages)
    panels = [_panel(name, passage, depth) for name, passage in passages]
    drawn = lanes.Lanes(panels, "The layers of one request", LEGEND)
    words = [line for name, passage in passages for line in _words(name, passage)]
    notes = [] if len(passages) > 1 else [Note(_gets(passages[0][1]), silent=True)]
    return picture("onion", title, *notes, drawn, Words(words))


def _words(name: str, passage: Passage) -> Iterator[str]:
    if name:
        yield f"{name}:"
    numbered = list(enumerate(passage.layers, 1))
    met = [(number, layer) for number, layer in numbered if layer.entered]
    yield f"in    {' → '.join(f'{number} {layer.name}' for number, layer in met)}"
    yield f"out   {' → '.join(f'{number} {layer.name} {layer.did()}'.rstrip() for number, layer in reversed(met))}"
    if missed := [layer.name for _, layer in numbered if not layer.entered]:
        yield f"never asked: {', '.join(missed)}"
    yield _gets(passage)


def _gets(passage: Passage) -> str:
    added = ", ".join(passage.added)
    return f"The client gets {passage.status}, with {added or 'no header from any layer'}."


def _panel(name: str, passage: Passage, depth: int) -> Panel:
    span = 2.0 * depth + CORE_WIDTH
    drawn = []
    for number, layer in enumerate(passage.layers):
        drawn.append(lanes.Lane(str(number + 1), [_mark(layer, float(number), span - number)]))
    note = f"{passage.status}, {count(len(passage.added), 'header')} added"
    ticks = [(0.0, "↓ in"), (span, "out ↑")]
    return Panel(name, note if name else "", drawn, span, ticks)


def _mark(layer: Layer, start: float, end: float) -> Mark:
    did = layer.did()
    said = f"{layer.name} {did}".strip() if layer.entered or did else layer.name
    if layer.raises and layer.inner:
        said = f"{layer.raises} passes {layer.name}"
    elif layer.catches:
        said = f"{layer.name} catches {layer.catches}, {did}"
    form, tone = "frame", "info"
    if not layer.entered:
        form, tone = "dash", "quiet"
    elif layer.answers:
        form, tone = "solid", "bad" if layer.answers >= 500 else "info"
    elif layer.raises:
        tone = "bad"
    elif layer.adds:
        tone = "ok"
    return Mark(start, end, form, tone, said, said)
