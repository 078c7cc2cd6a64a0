"""A page's `fetch` to another origin: what its script says, what the browser asks, what comes back, what the script gets."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from httpx2 import Headers

from course.pictures.frame import picture
from course.pictures.steps import Step, Steps
from course.pictures.theme import Bit, Line
from course.pictures.view import View

MOST_BODY = 110
TELLING = ("access-control-", "location", "vary", "x-request-id")

type Lines = list[tuple[int, Line]]


@dataclass(frozen=True)
class Exchange:
    """A request that the browser sent, and its response."""

    method: str
    path: str
    sent: Mapping[str, str]
    status: int
    reason: str
    headers: Headers
    body: str


@dataclass
class Visit:
    """One `fetch`. `blocked` is why the script gets nothing, as the console says it; `reads` are headers that it can read."""

    origin: str
    method: str
    url: str
    headers: Mapping[str, str]
    json: object = None
    credentials: bool = False
    why: list[str] = field(default_factory=list)
    preflight: Exchange | None = None
    request: Exchange | None = None
    blocked: str = ""
    reads: list[str] = field(default_factory=list)
    raised: str = ""

    @property
    def console(self) -> str:
        """Return what Chromium writes into the page's console."""
        if not self.blocked:
            return ""
        start = (
            f"Access to fetch at '{self.url}' from origin '{self.origin}' has been blocked by CORS policy: "
        )
        return start + self.blocked


def visit_view(visit: Visit) -> View:
    """Show a `fetch` from the page's line of code to what its script gets. Whether that is good, the picture cannot know."""
    rows = [[Step("The page's script", visit.origin, _script(visit), number=1)]]
    if visit.preflight:
        refused = bool(visit.blocked) and visit.request is None
        asks = ("The browser asks first", f"because of {', '.join(visit.why)}")
        rows.append(_exchange(visit.preflight, visit, asks, 2, refused=refused))
    if visit.request:
        number = 3 if visit.preflight else 2
        refused = bool(visit.blocked)
        asks = ("The browser sends it", "" if visit.preflight else "without asking first")
        rows.append(_exchange(visit.request, visit, asks, number, refused=refused))
    rows.append([_result(visit, len(rows) + 1)])
    if visit.request and visit.blocked:
        rows[-1].append(_server(visit.request, visit))
    outcome = ("⊘", "blocked", "info") if visit.blocked else ("●", "readable", "info")
    return picture("browser", f"{visit.method} from {visit.origin}", Steps(rows, forks=True), outcome=outcome)


def _script(visit: Visit) -> Lines:
    options = []
    if visit.method != "GET":
        options.append(f'method: "{visit.method}"')
    if visit.headers:
        options.append(f"headers: {json.dumps(dict(visit.headers))}")
    if visit.json is not None:
        options.append(f"body: JSON.stringify({json.dumps(visit.json)})")
    if visit.credentials:
        options.append('credentials: "include"')
    call = f'fetch("{visit.url}"' + (", {" if options else ")")
    lines: Lines = [(0, Bit(call, "code"))]
    lines += [(1, Bit(f"{option},", "code")) for option in options]
    return [*lines, (0, Bit("})", "code"))] if options else lines


def _exchange(
    exchange: Exchange, visit: Visit, asks: tuple[str, str], number: int, *, refused: bool
) -> list[Step]:
    sent: Lines = [(0, f"{exchange.method} {exchange.path}")]
    sent += [(0, f"{name}: {value}") for name, value in exchange.sent.items()]
    came: Lines = [(0, f"{exchange.status} {exchange.reason}".strip()), *_telling(exchange, visit)]
    if number == 2 and visit.preflight and exchange.status >= 400:
        came += [(0, _cut(exchange.body))]
    missing = "access-control-allow-origin" not in exchange.headers
    if missing:
        came += [(0, Bit("no Access-Control-Allow-Origin", "", "bad" if refused else "quiet", "⚠"))]
    return [
        Step(*asks, sent, "info", number),
        Step("The server answers", "", came, "info" if not refused else "warn"),
    ]


def _telling(exchange: Exchange, visit: Visit) -> Iterator[tuple[int, Line]]:
    """Headers that decide, or that a lesson is about; a value that is another one each time is left out."""
    known = set(visit.headers.values())
    for name, value in exchange.headers.multi_items():
        lower = name.lower()
        if lower == "vary" and exchange.method == "OPTIONS":
            continue
        if lower.startswith(TELLING):
            shown = value if lower != "x-request-id" or value in known else "…"
            yield 0, f"{_written(lower)}: {shown}"


def _result(visit: Visit, number: int) -> Step:
    if visit.blocked:
        lines: Lines = [(0, "TypeError: Failed to fetch"), (0, "and in the console:"), (1, visit.console)]
        return Step("The script gets", "no status, no headers, no body", lines, "warn", number, dashed=True)
    assert visit.request is not None  # noqa: S101 - a visit that is not blocked has an answer
    lines = [(0, f"status {visit.request.status}"), (0, f"headers: {', '.join(visit.reads)}")]
    if visit.request.body:
        lines.append((0, f"body: {_cut(visit.request.body)}"))
    return Step("The script gets", "", lines, "info", number)


def _server(request: Exchange, visit: Visit) -> Step:
    lines: Lines = [(0, f"{request.status} {request.reason}".strip())]
    if request.body:
        lines.append((0, _cut(request.body)))
    if visit.raised:
        lines.append((0, f"the app raised {visit.raised}"))
    return Step(
        "Only you see this", "the server did answer", lines, "bad" if request.status >= 500 else "quiet"
    )


def _cut(text: str) -> str:
    return text if len(text) <= MOST_BODY else f"{text[: MOST_BODY - 1]}…"


def _written(name: str) -> str:
    return "-".join("ID" if part == "id" else part.capitalize() for part in name.split("-"))
