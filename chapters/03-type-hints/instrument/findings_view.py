"""What mypy says of a file, under the lines it speaks of."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from course.pictures.frame import Items, picture
from course.pictures.listing import CodeLine, Listing, Mark, Remark
from course.pictures.theme import count
from course.pictures.view import View

CONTEXT_LINES = 1


@dataclass(frozen=True)
class TypeFinding:
    """One message: its line (from 1), what it is about (columns from 0, `end` excluded, None: to the line's end)."""

    line: int
    start: int
    end: int | None
    message: str
    code: str = ""
    is_note: bool = False


@dataclass(frozen=True)
class TypedFile:
    """A file, or a piece of code, as mypy read it, and what it said."""

    path: str
    source: str
    findings: tuple[TypeFinding, ...] = ()

    @property
    def errors(self) -> int:
        return sum(not finding.is_note for finding in self.findings)


def type_findings_view(files: Sequence[TypedFile], *, elsewhere: int = 0, whole: bool = True) -> View:
    """Show each message under its line. `elsewhere` counts errors in files that are not shown.

    A file without messages is named, its code left out; one with messages is shown with the lines around them, a piece
    of code whole. `whole` says that `files` is all that was checked.
    """
    errors = sum(file.errors for file in files)
    outcome = ("✗", count(errors, "finding").upper(), "bad") if errors else ("✓", "NO FINDINGS", "ok")
    spoken_of = [file for file in files if file.findings]
    silent = [] if whole and not errors and len(files) > 1 else [file for file in files if not file.findings]
    rest = Items([f"{file.path}: nothing to say" for file in silent]) if silent and spoken_of else None
    listings = (Listing(list(_lines(file)), file.path) for file in spoken_of)
    note = _scope(files, elsewhere, whole)
    return picture("types", "mypy --strict", *listings, rest, note=note, outcome=outcome)


def _scope(files: Sequence[TypedFile], elsewhere: int, whole: bool) -> str:
    named = [file.path for file in files]
    if elsewhere:
        return f"{count(elsewhere, 'more finding')} in other files"
    if any(file.findings for file in files):
        return ""
    return f"all of app, {count(len(files), 'file')}" if whole and len(files) > 1 else ", ".join(named)


def _lines(file: TypedFile) -> Iterator[CodeLine | None]:
    """Lines to show with what is said under each; None where lines are left out between two that are shown."""
    lines = file.source.splitlines()
    said: dict[int, list[TypeFinding]] = {}
    for finding in sorted(file.findings, key=lambda finding: (finding.line, finding.start)):
        said.setdefault(finding.line, []).append(finding)
    is_piece = not file.path.endswith(".py")
    shown = {
        number
        for number in range(1, len(lines) + 1)
        if is_piece or number in said or (lines[number - 1].strip() and _is_near(number, said))
    }
    last = 0
    for number in sorted(shown):
        if last and number > last + 1:
            yield None
        yield _line(number, lines[number - 1], said.get(number, []))
        last = number


def _line(number: int, text: str, findings: Sequence[TypeFinding]) -> CodeLine:
    """The line with what the first message is about underlined."""
    marks = [Mark(*_span(text, one), _tone(one), one.message) for one in findings[:1]]
    remarks = [
        Remark(
            *_span(text, one),
            _tone(one),
            "i" if one.is_note else "✗",
            "note" if one.is_note else "error",
            one.message,
            "" if one.is_note else one.code,
        )
        for one in findings
    ]
    return CodeLine(number, text, marks, remarks, "bad" if any(not one.is_note for one in findings) else "")


def _tone(finding: TypeFinding) -> str:
    return "info" if finding.is_note else "bad"


def _is_near(number: int, said: Iterable[int]) -> bool:
    return any(abs(number - line) <= CONTEXT_LINES for line in said)


def _span(line: str, finding: TypeFinding) -> tuple[int, int]:
    end = len(line) if finding.end is None else min(finding.end, len(line))
    return finding.start, max(end, finding.start + 1)
