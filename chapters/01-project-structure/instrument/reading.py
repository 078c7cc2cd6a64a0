"""A file of `my-api` to read, folded by its sections (`# --- name ---`)."""

from collections.abc import Sequence
from dataclasses import dataclass

from course.pictures.frame import picture
from course.pictures.listing import CodeLine, Listing
from course.pictures.theme import Html, count, fold, indent, join
from course.pictures.view import View

MARK = "# ---"
HEAD = "imports and the app"


@dataclass(frozen=True)
class Section:
    """A part of a file: its name, its lines, and the number of the first one."""

    name: str
    first: int
    lines: Sequence[str]

    @property
    def title(self) -> str:
        """What stands over it: `users: lines 18 to 84`."""
        return f"{self.name}: lines {self.first} to {self.first + len(self.lines) - 1}"


@dataclass(frozen=True)
class _Folded:
    """Sections, one under the other; the last one is open."""

    sections: Sequence[Section]

    def html(self) -> Html:
        last = len(self.sections) - 1
        return join(
            *(
                fold(one.title, _listing(one).html(), opened=at == last)
                for at, one in enumerate(self.sections)
            )
        )

    def said(self) -> str:
        return "\n\n".join(f"{one.title}\n{indent(_listing(one).said())}" for one in self.sections)


def file_view(path: str, text: str) -> View:
    """Show a file, each of its sections folded away except the last."""
    lines = text.splitlines()
    routes = sum(line.startswith("@app.") for line in lines)
    note = f"{count(len(lines), 'line')}, {count(routes, 'route')}" if routes else count(len(lines), "line")
    return picture("file", path, _Folded(_sections(lines)), note=note)


def _sections(lines: Sequence[str]) -> list[Section]:
    starts = [0, *(at for at, line in enumerate(lines) if line.startswith(MARK))]
    ends = [*starts[1:], len(lines)]
    found = []
    for start, end in zip(starts, ends, strict=True):
        while end > start and not lines[end - 1].strip():
            end -= 1
        name = lines[start].strip("# -") if lines[start].startswith(MARK) else HEAD
        if end > start:
            found.append(Section(name, start + 1, lines[start:end]))
    return found


def _listing(section: Section) -> Listing:
    return Listing([CodeLine(number, line) for number, line in enumerate(section.lines, section.first)])
