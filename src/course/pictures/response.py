"""An HTTP response, as `httpx2` gives it (httpx's has the same shape, and is shown the same)."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from course.pictures.theme import Html, count, el, fold, join, mark, page
from course.pictures.view import View

if TYPE_CHECKING:  # a picture of a response needs no HTTP client
    from httpx2 import Request, Response

MOST_LINES = 60
WIDTH = 76
MOST_CHARACTERS = 6_000
TELLING_HEADERS = ("content-type", "location", "allow", "retry-after", "www-authenticate")
TEXT_TYPES = ("text/", "application/xml", "application/javascript", "application/x-www-form-urlencoded")
RAISED = "app_exception"  # in Response.extensions, where the client runs the app itself: what the app raised
# first digit of the status: what such a status means, symbol, tone. ✓ and ✗ say whether something went well, and a
# request that is refused may have to be: it has a sign of its own.
CLASSES = {
    1: ("informational", "…", "quiet"),
    2: ("success", "✓", "ok"),
    3: ("redirect", "↪", "info"),
    4: ("client error", "⊘", "info"),
    5: ("server error", "✗", "bad"),
}


def response_view(response: "Response") -> View:
    """Show a response: request line, status, body, all headers; the time it took is in the HTML only."""
    request = _request(response)
    line = f"{request.method} {_target(request)}" if request else "Response"
    status = f"{response.status_code} {response.reason_phrase}".strip()
    word, symbol, tone = CLASSES.get(response.status_code // 100, ("unknown class", "?", "quiet"))
    headers = [(name, _printable(value)) for name, value in response.headers.multi_items()]
    body, note = _body(response)
    raised = _printable(str(response.extensions.get(RAISED, "")))

    text = [f"{line} → {status}"]
    text += [f"{name}: {value}" for name, value in headers if name.lower() in TELLING_HEADERS]
    text += ["", body] if body else []
    text += ["", f"({note})"] if note else []
    text += ["", f"Only you see this: the app raised {raised}"] if raised else []

    head = el(
        "div",
        el("span", line, cls="pfc-code pfc-strong"),
        el("span", "→", cls="pfc-muted", aria_hidden="true"),
        mark(symbol, status, tone),
        el("span", word, cls="pfc-muted"),
        _time(response),
        cls="pfc-head",
    )
    html = page(
        "response",
        el(
            "div",
            head,
            el("pre", body, tabindex=0, role="group", aria_label="Body") if body else None,
            el("p", note, cls="pfc-muted") if note else None,
            el("p", "Only you see this: the app raised ", el("code", raised)) if raised else None,
            _headers(headers),
            cls=f"pfc-card pfc-{tone}",
        ),
        label=f"{line}: {status}",
    )
    return View(html, "\n".join(text))


def _request(response: "Response") -> "Request | None":
    try:
        return response.request
    except RuntimeError:  # a response that somebody made by hand
        return None


def _target(request: "Request") -> str:
    return _printable(request.url.raw_path.decode("ascii", errors="replace"))


def _time(response: "Response") -> Html | None:
    try:
        seconds = response.elapsed.total_seconds()
    except RuntimeError:  # known only once the response was read to its end
        return None
    shown = f"{seconds * 1000:.0f} ms" if seconds >= 0.001 else "< 1 ms"
    return el("span", shown, cls="pfc-time pfc-muted pfc-end")


def _headers(headers: list[tuple[str, str]]) -> Html | None:
    if not headers:
        return None
    rows = (el("tr", el("th", name, scope="row"), el("td", el("code", value))) for name, value in headers)
    columns = el("tr", el("th", "Header", scope="col"), el("th", "Value", scope="col"))
    table = el("table", el("thead", columns), el("tbody", join(*rows)))
    return fold(count(len(headers), "header"), el("div", table, cls="pfc-scroll"))


def _body(response: "Response") -> tuple[str, str]:
    """The body as it can be shown, and a note about what is not shown."""
    try:
        content = response.content
    except RuntimeError:  # a stream that nobody has read
        return "", "the body has not been read"
    if not content:
        return "", "no body"
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        return _cut(_pretty(response), len(content))
    if kind.startswith(TEXT_TYPES) or kind.endswith("+xml"):
        return _cut(_printable(response.text), len(content))
    return "", f"{len(content):,} bytes of {_printable(kind) or 'an unnamed type'}"


def _pretty(response: "Response") -> str:
    try:
        return _printable(laid_out(json.loads(response.content)))
    except (ValueError, RecursionError):
        return _printable(response.text)


def laid_out(value: object, depth: int = 0) -> str:
    """Return JSON with one entry a line; what is small and holds nothing nested stays on one line."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value:
        return line
    inner = value.values() if isinstance(value, dict) else value
    if (
        depth
        and len(line) + 2 * depth <= WIDTH
        and not any(isinstance(entry, dict | list) for entry in inner)
    ):
        return line
    pad = "  " * (depth + 1)
    if isinstance(value, dict):
        entries = [
            f"{pad}{json.dumps(key, ensure_ascii=False)}: {laid_out(v, depth + 1)}"
            for key, v in value.items()
        ]
    else:
        entries = [pad + laid_out(entry, depth + 1) for entry in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return "\n".join([opening, ",\n".join(entries), "  " * depth + closing])


def _cut(text: str, size: int) -> tuple[str, str]:
    lines = text.splitlines()
    shown = "\n".join(lines[:MOST_LINES])[:MOST_CHARACTERS]
    if shown == "\n".join(lines):
        return shown, ""
    return f"{shown}\n…", f"cut here: the body is {size:,} bytes in {count(len(lines), 'line')}"


def _printable(text: str) -> str:
    """The text with control characters made visible, so that no body can steer a terminal or a page."""
    return "".join(_visible(text))


def _visible(text: str) -> Iterator[str]:
    for character in text:
        if character in "\n\t" or character.isprintable():
            yield character
        elif character != "\r":
            yield f"\\x{ord(character):02x}" if ord(character) < 256 else f"\\u{ord(character):04x}"
