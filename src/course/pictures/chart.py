"""Charts: bars on one scale, and bars in bars, such as what an import brought along."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from course.pictures.frame import Legend, scroll
from course.pictures.lanes import Mark, sample, track
from course.pictures.theme import Html, bits, el, indent, join, text_of, text_table
from course.pictures.theme import Line as Words


@dataclass(frozen=True)
class Bar:
    """A bar: its name, what it comes to in words, its length, its form and tone as in `lanes`, and its tooltip."""

    name: Words
    amount: str
    length: float
    form: str = "frame"
    tone: str = "info"
    tip: str = ""


@dataclass(frozen=True)
class Bars:
    """Bars one below the other, on the scale of the longest. With `silent` they are for the eye only."""

    bars: Sequence[Bar]
    label: str
    silent: bool = False

    def html(self) -> Html:
        """Return a table of names, amounts and bars."""
        most = max((bar.length for bar in self.bars), default=1.0) or 1.0
        rows = (
            el(
                "tr",
                el("th", bits(bar.name), scope="row"),
                el("td", bar.amount, cls="pfc-num"),
                el(
                    "td", track([Mark(0, bar.length, bar.form, bar.tone, bar.tip or text_of(bar.name))], most)
                ),
            )
            for bar in self.bars
        )
        return el("div", el("table", el("tbody", *rows), aria_label=self.label), cls="pfc-bars")

    def said(self) -> str:
        """Return names and amounts."""
        if self.silent:
            return ""
        return indent(text_table([(text_of(bar.name), bar.amount) for bar in self.bars]))


@dataclass(frozen=True)
class Nest:
    """A bar with bars below it: as broad as its own `width` and theirs together. `hot` is what it is all about."""

    name: str
    width: float
    form: str
    tone: str
    tip: str
    inner: Sequence["Nest"] = ()
    hot: bool = False

    @property
    def total(self) -> float:
        """Its width with all that is below it."""
        return self.width + sum(nest.total for nest in self.inner)


NARROW = 0.017  # of the whole: neighbors less broad become one mark, whose tooltip names them


@dataclass(frozen=True)
class Flame:
    """Bars in bars, from the top down. `legend` are samples of the forms, `scale` says what a width is."""

    top: Nest
    label: str
    legend: Sequence[tuple[Mark, str]] = ()
    scale: str = ""

    def html(self) -> Html:
        """Return the rows; a label stands where there is room for all of it."""
        rows: list[list[Mark]] = []
        whole = self.top.total or 1.0
        for depth, mark in _placed([self.top], 0.0, 0, whole):
            while len(rows) <= depth:
                rows.append([])
            rows[depth].append(mark)
        drawn = (track(row, whole) for row in rows)
        legend = Legend([(sample(mark), said) for mark, said in self.legend], self.scale).html()
        return join(scroll(el("div", *drawn, cls="pfc-flame"), label=self.label), legend)

    def said(self) -> str:
        """Nothing: the words beside it name what is in what."""
        return ""


def _placed(nests: Sequence[Nest], x: float, depth: int, whole: float) -> Iterator[tuple[int, Mark]]:
    narrow: list[tuple[Nest, float]] = []
    for nest in nests:
        if nest.total < NARROW * whole and not nest.hot:
            if narrow and narrow[-1][0].form != nest.form:
                yield from _merged(narrow, depth)
                narrow = []
            narrow.append((nest, x))
        else:
            yield from _merged(narrow, depth)
            narrow = []
            end = x + nest.total
            yield depth, Mark(x, end, nest.form, nest.tone, nest.tip, nest.name, strong=nest.hot)
            yield from _placed(nest.inner, x, depth + 1, whole)
        x += nest.total
    yield from _merged(narrow, depth)


def _merged(narrow: Sequence[tuple[Nest, float]], depth: int) -> Iterator[tuple[int, Mark]]:
    if narrow and (end := narrow[-1][1] + narrow[-1][0].total) > narrow[0][1]:
        first = narrow[0][0]
        tips = "\n".join(nest.tip for nest, _ in narrow)
        yield depth, Mark(narrow[0][1], end, first.form, first.tone, tips)
