"""What went out and what was logged, line by line: the lines that tell, with what leaked marked in them."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from course.pictures.listing import CodeLine, Mark
from course.pictures.response import laid_out

from .path import Fact, Logged

WIDTH = 92
FEW = 14  # so many lines are shown whole
ENDS = 3  # of more, so many at either end, and those that tell
_UNDERLINING = re.compile(r"^[\s~^]*[~^][\s~^]*$")  # under a traceback's code; not the same in every Python
_VERSIONED = "For further information visit"  # pydantic's address has its version in it
_FRAME = re.compile(r'^\s*File \\?"(?P<path>[^"\\]+)')


def body_lines(body: str, leaked: Sequence[Fact]) -> list[CodeLine | None]:
    """Return a body, JSON laid out, with what leaked marked; of a long one the ends and the marked lines."""
    lines = [piece for line in _readable(body).splitlines() for piece in _chopped(line, leaked)]
    if len(lines) <= FEW:
        return list(lines)
    kept = {
        *range(ENDS),
        *range(len(lines) - ENDS, len(lines)),
        *(at for at, line in enumerate(lines) if line.marks),
    }
    return list(_with_gaps(lines, kept))


def log_lines(record: Logged) -> Iterator[CodeLine | None]:
    """Return the lines of a log record as they are printed; of its tracebacks those that are about the project."""
    first, *rest = record.whole.splitlines() or [record.text]
    yield from _chopped(f"{record.level} {record.logger}: {first}", ())
    lines = [
        line for line in rest if line.strip() and not _UNDERLINING.match(line) and _VERSIONED not in line
    ]
    foreign = False
    gap = False
    for line in lines:
        frame = _FRAME.match(line)
        if frame:
            foreign = frame["path"].startswith("/") or ":" in frame["path"]
        elif not line.startswith("    "):
            foreign = False
        if foreign:
            gap = True
            continue
        if gap:
            yield None
            gap = False
        yield from _chopped(line, ())


def _readable(body: str) -> str:
    """JSON with an entry a line; a text inside it that has lines of its own keeps them."""
    try:
        body = laid_out(json.loads(body))
    except (ValueError, RecursionError):
        pass
    lines = (line for part in body.splitlines() for line in part.replace("\\n", "\\n\n").splitlines())
    return "\n".join(line for line in lines if not _UNDERLINING.match(line.removesuffix("\\n")))


def _chopped(line: str, leaked: Iterable[Fact]) -> Iterator[CodeLine]:
    """A line in pieces that fit, each with the marks in it."""
    found = sorted(
        (match.start(), match.end(), f"leaked: {fact.what}")
        for fact in leaked
        for text in fact.texts
        for written in {text, text.replace('"', '\\"')}
        if written
        for match in re.finditer(re.escape(written), line)
    )
    for start, piece in _pieces(line):
        marks = [
            Mark(max(at - start, 0), min(end - start, len(piece)), "bad", said, filled=True)
            for at, end, said in _apart(found)
            if at < start + len(piece) and end > start
        ]
        yield CodeLine(0, piece, marks, hit="bad" if marks else "")


def _pieces(line: str) -> Iterator[tuple[int, str]]:
    """A line's pieces with their places, broken between words where it can be."""
    start = 0
    while len(line) - start > WIDTH:
        blank = line.rfind(" ", start + WIDTH // 2, start + WIDTH)
        end = blank + 1 if blank > 0 else start + WIDTH
        yield start, line[start:end]
        start = end
    yield start, line[start:]


def _apart(found: Sequence[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Marks that do not lie over each other: the first, and of those that start together the longest."""
    last = 0
    for at, end, said in sorted(found, key=lambda mark: (mark[0], -mark[1])):
        if at >= last:
            yield at, end, said
            last = end


def _with_gaps(lines: Sequence[CodeLine], kept: Iterable[int]) -> Iterator[CodeLine | None]:
    before = -1
    for at in sorted(kept):
        if at != before + 1:
            yield None
        yield lines[at]
        before = at
