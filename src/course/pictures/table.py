"""The first general picture: a table, or a matrix of who does what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from course.pictures.frame import scroll
from course.pictures.theme import Html, Line, bits, el, indent, text_of, text_table


@dataclass(frozen=True)
class Column:
    """A column: its name, whether its cells are numbers, whether a line divides it from those before."""

    name: str
    numeric: bool = False
    divided: bool = False


@dataclass(frozen=True)
class Row:
    """One row. `lit` (a tone) makes it stand out; `quiet` is for sums and the like below the others."""

    cells: tuple[Line, ...]
    lit: str = ""
    quiet: bool = False


@dataclass(frozen=True)
class Group:
    """Rows under a heading of their own; without one they stand by themselves."""

    rows: Sequence[Row]
    heading: Line = ""


@dataclass(frozen=True)
class Table:
    """A table. `head` is the column whose cells name their row.

    `caption` stands above it; `label` names it for those who do not see it. `flat` keeps rows of a group without lines
    between them. The text twin has the column names when it is `headed`, and is empty when it is
    `silent`.
    """

    columns: Sequence[Column | str]
    groups: Sequence[Group]
    label: str
    head: int = 0
    caption: str = ""
    flat: bool = False
    headed: bool = True
    silent: bool = False
    _columns: tuple[Column, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        columns = tuple(c if isinstance(c, Column) else Column(c) for c in self.columns)
        object.__setattr__(self, "_columns", columns)

    def html(self) -> Html:
        """Return the table, which scrolls by itself where it is broader than the notebook."""
        names = (el("th", c.name, scope="col", cls=_cls(c)) if c.name else el("td") for c in self._columns)
        named = any(column.name for column in self._columns)
        bodies = (el("tbody", *self._body(group)) for group in self.groups)
        shown = el(
            "table",
            el("caption", self.caption) if self.caption else None,
            el("thead", el("tr", *names)) if named else None,
            *bodies,
            aria_label=self.label,
            cls="pfc-indent" if self.flat else None,
        )
        return scroll(shown, label=self.label)

    def said(self) -> str:
        """Return the table as aligned text; a heading stands above its rows."""
        if self.silent:
            return ""
        rows = [[c.name for c in self._columns]] if self.headed else []
        grouped = any(group.heading for group in self.groups)
        if not grouped:
            rows += [[text_of(cell) for cell in row.cells] for group in self.groups for row in group.rows]
            return self._captioned(indent(text_table(rows, right=self._right())))
        said = []
        for group in self.groups:
            body = text_table(
                [[text_of(cell) for cell in row.cells] for row in group.rows], right=self._right()
            )
            said.append(f"{text_of(group.heading)}\n{indent(body)}")
        if self.caption:
            return self._captioned(indent("\n".join(said)))
        return "\n\n".join(said)

    def _captioned(self, said: str) -> str:
        return f"{self.caption}:\n{said}" if self.caption else said

    def _right(self) -> list[int]:
        return [at for at, column in enumerate(self._columns) if column.numeric]

    def _body(self, group: Group) -> Iterator[Html]:
        if group.heading:
            heading = el("th", bits(group.heading), scope="rowgroup", colspan=len(self._columns))
            yield el("tr", heading, cls="pfc-group")
        for row in group.rows:
            lit = f"pfc-lit pfc-{row.lit}" if row.lit else "pfc-foot" if row.quiet else None
            yield el("tr", *(self._cell(at, cell) for at, cell in enumerate(row.cells)), cls=lit)

    def _cell(self, at: int, cell: Line) -> Html:
        cls = _cls(self._columns[at])
        if at == self.head:
            return el("th", bits(cell), scope="row", cls=cls)
        return el("td", bits(cell), cls=cls)


def _cls(column: Column) -> str | None:
    said = " ".join(["pfc-num"] * column.numeric + ["pfc-divide"] * column.divided)
    return said or None
