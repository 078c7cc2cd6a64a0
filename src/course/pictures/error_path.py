"""One failing request: what was raised, who handled it, what the client got and what the log knows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from course.pictures.theme import Html, count, el, indent, join, mark, page, sign, text_table
from course.pictures.view import View

MOST_TEXT = 110
MOST_CODE = 74
MOST_END = 130
SEEN, HIDDEN = "yes", "no"


@dataclass(frozen=True)
class Place:
    """A line of the project: `app/users/service.py`, 31, in `get`."""

    path: str
    line: int
    function: str
    code: str = ""


@dataclass(frozen=True)
class Raised:
    """An exception: where it began, which functions it passed through, and who ended its way.

    `at` is None for one that a library raised (`library` names it). `caught` is an `except` of the project, `handler`
    the exception handler that FastAPI called for it; both are None for one that left the app. `cause` is the class of
    the exception that it was raised `from`, `group` that of the exception group in which it went on.
    """

    error: str
    text: str
    at: Place | None
    library: str = ""
    passed: tuple[Place, ...] = ()
    caught: Place | None = None
    handler: Place | None = None
    own_handler: bool = True
    cause: str = ""
    group: str = ""


@dataclass(frozen=True)
class Logged:
    """A log record of the app; `tracebacks` are the exceptions whose traceback it carries."""

    level: str
    logger: str
    text: str
    tracebacks: tuple[str, ...] = ()
    whole: str = ""


@dataclass(frozen=True)
class Fact:
    """Something that was known inside, and who gets to know it. `private` means that the client should not."""

    what: str
    client: bool
    log: bool
    private: bool = True


@dataclass(frozen=True)
class ErrorPath:
    """A request followed to its end."""

    request: str
    status: int
    reason: str
    content_type: str
    body: str
    raised: tuple[Raised, ...] = ()
    logged: tuple[Logged, ...] = ()
    sent: tuple[tuple[str, str], ...] = ()


def facts_of(path: ErrorPath) -> tuple[Fact, ...]:
    """Return what was known inside, with who gets to know it; secrets that were sent (a password) count as known.

    What an exception says is meant for the client when FastAPI called a handler for it, and for nobody else.
    """
    log = "\n".join(f"{record.text}\n{record.whole}" for record in path.logged)
    found = [Fact(f"the {name} that was sent", value in path.body, value in log) for name, value in path.sent]
    said: dict[str, list[Raised]] = {}
    for raised in path.raised:
        if raised.text and not raised.library:
            said.setdefault(raised.text, []).append(raised)
    for text, sayers in said.items():
        public = any(raised.handler for raised in sayers)
        found.append(Fact(f"what {sayers[0].error} says", _holds(path.body, text), text in log, not public))
    own = [raised for raised in path.raised if raised.at]
    if own:
        names = {raised.error for raised in own} | {raised.at.path for raised in own if raised.at}
        client, logged = (any(name in text for name in names) for text in (path.body, log))
        found.append(Fact("names of classes and files", client, logged))
    return tuple(found)


def error_path_view(path: ErrorPath) -> View:
    """Show the stations of a failing request as cards, and below them who knows what."""
    stations = [_raise(path), _handler(path), _response(path), _log(path)]
    facts = facts_of(path)
    leaks = sum(fact.private and fact.client for fact in facts)
    verdict = _verdict(path, leaks)
    text = [path.request, ""]
    for number, (name, lines, _) in enumerate(stations, start=1):
        text += [f"{number} {name}", indent("\n".join(lines), "    "), ""]
    if facts:
        rows = [("known inside", "client", "log")]
        rows += [(fact.what, _word(fact.client) + _leak(fact), _word(fact.log)) for fact in facts]
        text += [text_table(rows), ""]
    text.append(verdict)
    return View(_html(path, stations, facts, verdict), "\n".join(text))


type Station = tuple[str, list[str], str]
"""Name, what is known there, and a tone."""


def _raise(path: ErrorPath) -> Station:
    lines: list[str] = []
    for raised in path.raised:
        says = f": {_cut(raised.text, MOST_TEXT)}" if raised.text else ""
        lines.append(f"{raised.error}{says}")
        lines += _place(raised.at) if raised.at else [f"  by {raised.library}, not by your code"]
        lines += [f"  because of {raised.cause}"] if raised.cause else []
    return "raise", lines or ["nothing"], "info" if path.raised else "quiet"


def _handler(path: ErrorPath) -> Station:
    lines: list[str] = []
    for raised in path.raised:
        if raised.caught is not None:
            lines += [f"{raised.error} is caught", *_place(raised.caught)]
        elif raised.handler is not None:
            lines.append(f"{raised.error} is handled by {raised.handler.function}")
            lines += _place(raised.handler) if raised.own_handler else [f"  {raised.handler.path}'s own"]
        elif raised.group:
            lines.append(f"{raised.error} goes on in an {raised.group}")
        else:
            lines.append(f"{raised.error} leaves the app: the server answers")
        if raised.passed:
            lines.append(f"  on its way through {' → '.join(place.function for place in raised.passed)}")
    return "handler", lines or ["nobody was asked"], "bad" if _lost(path) else "info" if lines else "quiet"


def _response(path: ErrorPath) -> Station:
    kind = path.content_type or "no content type"
    head = f"{path.status} {path.reason}".strip()
    lines = [f"{head}, {kind}, {count(len(path.body), 'character')}"]
    lines += [_ends(path.body)] if path.body else []
    good = path.status < 400
    return "response: what the client sees", lines, "ok" if good else "warn"


def _log(path: ErrorPath) -> Station:
    lines: list[str] = []
    for record in path.logged:
        lines.append(f"{record.level} {record.logger}: {_cut(record.text, MOST_TEXT)}")
        lines.append(f"  {_tracebacks(record)}")
    if not lines and _lost(path):
        lines = ["nothing of yours; the server prints a traceback"]
    return "log: what only you see", lines or ["nothing"], "ok" if path.logged else "quiet"


def _tracebacks(record: Logged) -> str:
    if not record.tracebacks:
        return "no traceback"
    return f"traceback of {' and '.join(record.tracebacks)}"


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


def _html(path: ErrorPath, stations: list[Station], facts: tuple[Fact, ...], verdict: str) -> str:
    bad = verdict.startswith("✗")
    cards = [
        _card(number, name, lines, "bad" if bad and number == 3 else tone)
        for number, (name, lines, tone) in enumerate(stations, start=1)
    ]
    head = el(
        "div",
        el("span", path.request, cls="pfc-code pfc-strong"),
        mark(verdict[0], verdict[2:], "bad" if bad else "ok"),
        cls="pfc-head",
    )
    inside = el("div", cards[0], _arrow("→"), cards[1], cls="pfc-lane")
    fork = el("div", cards[2], cards[3], cls="pfc-lane pfc-fork")
    body = [head, inside, _arrow("↓"), fork]
    return page("path", *body, _table(facts), css=CSS, label=f"{path.request}, followed")


def _card(number: int, name: str, lines: list[str], tone: str) -> Html:
    title, _, whose = name.partition(": ")
    head = el(
        "div",
        el("span", str(number), cls="pfc-step"),
        el("span", title, cls="pfc-title"),
        el("span", whose, cls="pfc-muted") if whose else None,
        cls="pfc-head",
    )
    side = " pfc-out" if number == 3 else ""
    return el("div", head, *_lines(lines), cls=f"pfc-card pfc-{tone} pfc-station{side}")


def _lines(lines: list[str]) -> Iterator[Html]:
    for line in lines:
        depth = len(line) - len(line.lstrip())
        yield el("p", line.strip(), cls="pfc-code" + (" pfc-muted pfc-in" if depth else ""))


def _arrow(symbol: str) -> Html:
    return el("div", symbol, cls="pfc-arrow pfc-muted", aria_hidden="true")


def _table(facts: tuple[Fact, ...]) -> Html | None:
    if not facts:
        return None
    columns = (el("th", name, scope="col") for name in ("known inside", "client", "log"))
    rows = (
        el(
            "tr",
            el("th", fact.what, scope="row"),
            el("td", _known(fact.client, "bad" if fact.private else "ok"), _leak(fact)),
            el("td", _known(fact.log, "ok")),
        )
        for fact in facts
    )
    table = el("table", el("thead", el("tr", *columns)), el("tbody", join(*rows)))
    return el("div", table, cls="pfc-scroll")


def _known(known: bool, tone: str) -> Html:
    return join(sign("●" if known else "○", "", tone if known else "quiet"), " ", _word(known))


def _word(known: bool) -> str:
    return SEEN if known else HIDDEN


def _leak(fact: Fact) -> str:
    return ", leaked" if fact.private and fact.client else ""


def _place(place: Place) -> list[str]:
    code = [f"  {_cut(place.code, MOST_CODE)}"] if place.code else []
    return [f"  {place.path}, line {place.line}", *code]


def _lost(path: ErrorPath) -> bool:
    """Whether an error went past everybody: then the server prints it and makes a 500 of it."""
    return any(not (raised.caught or raised.handler or raised.group) for raised in path.raised)


def _holds(body: str, text: str) -> bool:
    return text in body or text.replace('"', '\\"') in body


def _cut(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _ends(text: str) -> str:
    """The body's beginning and end: a traceback says where first and what last. Its underlining is not the same in
    every Python."""
    line = " ".join(re.sub(r"[~^]{2,}", "", text).replace("\\n", " ").split())
    return line if len(line) <= 2 * MOST_END else f"{line[:MOST_END]} … {line[-MOST_END:]}"


CSS = """& .pfc-lane{display:flex;flex-wrap:wrap;align-items:stretch;gap:8px;margin-top:8px}
& .pfc-station{flex:1 1 20em;min-width:0}
& .pfc-station p{overflow-wrap:anywhere}
& .pfc-station .pfc-in{padding-left:1.2em;margin-top:1px}
& .pfc-strong{font-weight:600;overflow-wrap:anywhere}
& .pfc-step{display:inline-block;min-width:20px;text-align:center;font-weight:700;color:var(--tone);border:1px solid var(--tone);border-radius:999px;font-size:12px;line-height:18px}
& .pfc-out{border-style:dashed;border-left-style:solid;border-color:var(--tone)}
& .pfc-arrow{align-self:center;text-align:center;font-size:18px;line-height:1}
& .pfc-fork{margin-top:4px}"""
