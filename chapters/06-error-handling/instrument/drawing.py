"""One failing request: four steps, what leaked marked in what the client sees, and who knows what."""

import re
from collections.abc import Iterator

from course.pictures.frame import Note, picture
from course.pictures.listing import Listing
from course.pictures.steps import Step, Steps
from course.pictures.table import Group, Row, Table
from course.pictures.theme import Bit, Line, count
from course.pictures.view import View

from .evidence import body_lines, log_lines
from .path import ErrorPath, Fact, Place, Raised, facts_of

MOST_TEXT = 240


def error_path_view(path: ErrorPath) -> View:
    """Show the stations of a failing request as steps, and below them who knows what."""
    facts = facts_of(path)
    verdict = _verdict(path, sum(fact.leaked for fact in facts))
    bad = verdict.startswith("✗")
    inside = (_raised(path), _handled(path))
    outside = (_response(path, facts, bad=bad), _logged(path))
    return picture(
        "path",
        path.request,
        Note(verdict, "bad" if bad else "ok"),
        Steps((inside, outside), forks=True),
        _known(facts) if facts else None,
    )


def _raised(path: ErrorPath) -> Step:
    lines: list[tuple[int, Line]] = []
    for raised in path.raised:
        lines.append((0, f"{raised.error}: {_cut(raised.text)}" if raised.text else raised.error))
        lines += _place(raised.at) if raised.at else [(1, f"by {raised.library}, not by your code")]
        lines += [(1, f"because of {raised.cause}")] if raised.cause else []
    return Step("raise", "", lines or [(0, "nothing")], "info" if path.raised else "quiet", 1)


def _handled(path: ErrorPath) -> Step:
    lines = [line for raised in path.raised for line in _handler(raised)]
    tone = "bad" if _lost(path) else "info" if lines else "quiet"
    return Step("handler", "", lines or [(0, "nobody was asked")], tone, 2)


def _handler(raised: Raised) -> Iterator[tuple[int, Line]]:
    if raised.caught is not None:
        yield 0, f"{raised.error} is caught"
        yield from _place(raised.caught)
    elif raised.handler is not None:
        yield 0, f"{raised.error} is handled by {raised.handler.function}"
        yield from _place(raised.handler) if raised.own_handler else [(1, f"{raised.handler.path}'s own")]
    elif raised.group:
        yield 0, f"{raised.error} goes on in an {raised.group}"
    else:
        yield 0, f"{raised.error} leaves the app: the server answers"
    if raised.passed:
        yield 1, f"on its way through {' → '.join(place.function for place in raised.passed)}"


def _response(path: ErrorPath, facts: tuple[Fact, ...], *, bad: bool) -> Step:
    kind = path.content_type or "no content type"
    head = f"{path.status} {path.reason}".strip()
    lines = [(0, f"{head}, {kind}, {count(len(path.body), 'character')}")]
    body = Listing(body_lines(path.body, [fact for fact in facts if fact.leaked])) if path.body else None
    tone = "bad" if bad else "ok" if path.status < 400 else "warn"
    return Step("response", "what the client sees", lines, tone, 3, dashed=True, part=body)


def _logged(path: ErrorPath) -> Step:
    if path.logged:
        shown = Listing([line for record in path.logged for line in log_lines(record)])
        return Step("log", "what only you see", tone="ok", number=4, part=shown)
    said = "nothing of yours; the server prints a traceback" if _lost(path) else "nothing"
    return Step("log", "what only you see", [(0, said)], "quiet", 4)


def _known(facts: tuple[Fact, ...]) -> Table:
    def cell(known: bool, tone: str, said: str = "") -> Bit:
        return Bit(f"{'yes' if known else 'no'}{said}", "", tone if known else "quiet", "●" if known else "○")

    rows = [
        Row(
            (
                fact.what,
                cell(fact.client, "bad" if fact.private else "ok", ", leaked" if fact.leaked else ""),
                cell(fact.log, "ok"),
            )
        )
        for fact in facts
    ]
    return Table(("known inside", "client", "log"), [Group(rows)], "Who knows what")


def _verdict(path: ErrorPath, leaks: int) -> str:
    if leaks:
        return f"✗ The client learns {count(leaks, 'thing')} that should stay inside."
    if not path.raised and path.status < 400 and path.body.startswith('{"error"'):
        return "✗ Something is wrong, and everything between here and the client sees a success."
    if _lost(path):
        return "✗ Nobody handled it: the client gets the server's own 500."
    if path.raised and path.status < 400 and not path.logged:
        return "✗ Something failed, and the client is told that all is well."
    if path.status >= 500 and not path.logged:
        return "✗ A failure of yours, and no line in the log."
    return "✓ Nothing leaks." if path.raised else "✓ Nothing was raised."


def _place(place: Place) -> list[tuple[int, Line]]:
    code: list[tuple[int, Line]] = [(1, Bit(_cut(place.code), "code"))] if place.code else []
    return [(1, f"{place.path}, line {place.line}"), *code]


def _lost(path: ErrorPath) -> bool:
    """Whether an error went past everybody: then the server prints it and makes a 500 of it."""
    return any(not (raised.caught or raised.handler or raised.group) for raised in path.raised)


def _cut(text: str) -> str:
    line = re.sub(r"\s+", " ", text).strip()
    return line if len(line) <= MOST_TEXT else f"{line[: MOST_TEXT - 1]}…"
