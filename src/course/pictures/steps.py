"""Steps: what happens one after the other, side by side where the way forks, and back where it goes round."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from course.pictures.frame import Part
from course.pictures.theme import Html, Line, bits, el, join, text_of


@dataclass(frozen=True)
class Step:
    """One step: its title, a note beside it, and lines, each of them code, with a number of levels to the right.

    `dashed` is a border that something crosses. `part` is a picture inside the step.
    """

    title: str
    note: str = ""
    lines: Sequence[tuple[int, Line]] = ()
    tone: str = "info"
    number: int = 0
    dashed: bool = False
    part: Part | None = None


@dataclass(frozen=True)
class Back:
    """An arrow from the last row of steps back to the one named by `to` (from 0), with what it says.

    `dashed` says that this way is not gone.
    """

    to: int
    said: Sequence[str]
    tone: str = "bad"
    dashed: bool = False


@dataclass(frozen=True)
class Steps:
    """Rows of steps, from the top down; several in a row follow each other (`→`) or, in the last that `forks`, do not.

    With `silent` they are for the eye only: words beside them say the same.
    """

    rows: Sequence[Sequence[Step]]
    back: Back | None = None
    forks: bool = False
    silent: bool = False

    def html(self) -> Html:
        """Return the steps with arrows between them."""
        pieces: list[Html] = []
        for at, row in enumerate(self.rows):
            if at:
                pieces.append(_arrow("↓", at * 2))
            last = self.forks and at == len(self.rows) - 1
            steps = [piece for step in row for piece in (None if last else _arrow("→"), _step(step))]
            pieces.append(
                el("div", *steps[0 if last else 1 :], cls="pfc-side", style=f"grid-row:{at * 2 + 1}")
            )
        if self.back:
            pieces.append(self._back(self.back))
        return el("div", *pieces, cls="pfc-steps pfc-round" if self.back else "pfc-steps")

    def said(self) -> str:
        """Return the steps with their lines below them."""
        if self.silent:
            return ""
        return "\n\n".join("\n".join(_said(step)) for row in self.rows for step in row)

    def _back(self, back: Back) -> Html:
        said = join(*back.said, by=Html("<br>"))
        place = f"grid-row:{back.to * 2 + 1} / {len(self.rows) * 2}"
        dashed = " pfc-dashed" if back.dashed else ""
        return el(
            "div",
            el("span", said),
            cls=f"pfc-back pfc-{back.tone}{dashed}",
            style=place,
            title=" ".join(back.said),
        )


def _arrow(symbol: str, row: int = 0) -> Html:
    return el("div", symbol, cls="pfc-arrow", aria_hidden="true", style=f"grid-row:{row}" if row else None)


def _step(step: Step) -> Html:
    head = el(
        "div",
        el("span", str(step.number), cls="pfc-nr") if step.number else None,
        el("span", step.title, cls="pfc-title"),
        el("span", step.note, cls="pfc-muted") if step.note else None,
        cls="pfc-head",
    )
    lines = (
        el("div", bits(line), cls="pfc-said-line" + (" pfc-in pfc-muted" if depth else ""))
        for depth, line in step.lines
    )
    dashed = " pfc-dashed" if step.dashed else ""
    part = step.part.html() if step.part else None
    return el("div", head, *lines, part, cls=f"pfc-step pfc-{step.tone}{dashed}")


def _said(step: Step) -> Iterator[str]:
    head = f"{step.title}: {step.note}" if step.note else step.title
    yield f"{step.number} {head}" if step.number else head
    for depth, line in step.lines:
        yield f"    {'  ' * depth}{text_of(line)}"
    if step.part:
        yield from (f"    {line}" for line in step.part.said().splitlines())
