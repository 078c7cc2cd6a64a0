"""A route's signature taken apart: each piece of each annotation, and what FastAPI makes of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from course.pictures.theme import Html, el, indent, mark, page, text_table
from course.pictures.view import View

NOTHING = "nothing"
COLUMNS = ("Piece", "In OpenAPI", "A request that breaks it")


@dataclass(frozen=True)
class Piece:
    """One piece of an annotation.

    `openapi` is what it adds to the document, `request` what was sent against it, `answer` what came back
    (`422 less_than_equal`) with its `message`. `note` stands there instead when nothing can be sent.
    """

    code: str
    openapi: str = ""
    request: str = ""
    answer: str = ""
    message: str = ""
    note: str = ""


@dataclass(frozen=True)
class Parameter:
    """A parameter as the function declares it (`limit: Limit = 20`), where FastAPI takes it from, and its pieces."""

    declared: str
    place: str
    pieces: tuple[Piece, ...]


def signature_view(operation: str, function: str, parameters: Sequence[Parameter]) -> View:
    """Show the signature behind an operation such as `GET /api/v1/users`, one table of pieces a parameter."""
    title = f"{operation} → {function}"
    text = [title]
    for parameter in parameters:
        text += ["", f"{parameter.declared}   ({parameter.place})"]
        text.append(indent(text_table([_text_row(piece) for piece in parameter.pieces])))
    if not parameters:
        text += ["", "It takes nothing: there is nothing to check and nothing to document."]
    head = el(
        "tr",
        *(el("th", name, scope="col") for name in COLUMNS),
    )
    bodies = [
        el("tbody", _heading(parameter), *(_html_row(piece) for piece in parameter.pieces))
        for parameter in parameters
    ]
    table = el("table", el("thead", head), *bodies, aria_label=title)
    html = page(
        "signature",
        el(
            "div",
            el(
                "div",
                el("span", operation, cls="pfc-code pfc-strong"),
                el("span", "→", cls="pfc-muted", aria_hidden="true"),
                el("code", function),
                cls="pfc-head",
            ),
            el("div", table, cls="pfc-scroll", tabindex=0)
            if parameters
            else el("p", "It takes nothing: there is nothing to check and nothing to document."),
            cls="pfc-card pfc-info",
        ),
        css=CSS,
        label=title,
    )
    return View(html, "\n".join(line.rstrip() for line in "\n".join(text).splitlines()))


def _text_row(piece: Piece) -> tuple[str, str, str]:
    broken = f"{piece.request} → {piece.answer}: {piece.message}" if piece.request else piece.note
    return piece.code, piece.openapi or NOTHING, broken


def _heading(parameter: Parameter) -> Html:
    return el(
        "tr",
        el(
            "th",
            el("code", parameter.declared, cls="pfc-strong"),
            " ",
            el("span", f"({parameter.place})", cls="pfc-muted"),
            scope="rowgroup",
            colspan=len(COLUMNS),
        ),
        cls="pfc-param",
    )


def _html_row(piece: Piece) -> Html:
    return el(
        "tr",
        el("th", el("code", piece.code), scope="row"),
        el("td", el("code", piece.openapi) if piece.openapi else el("span", NOTHING, cls="pfc-muted")),
        el("td", *_broken(piece)),
    )


def _broken(piece: Piece) -> Iterator[Html]:
    if not piece.request:
        yield el("span", piece.note, cls="pfc-muted")
        return
    refused = piece.answer.startswith("4")
    yield el("code", piece.request)
    yield el("span", " → ", cls="pfc-muted")
    yield mark("✓" if refused else "✗", piece.answer, "ok" if refused else "bad")
    yield el("div", piece.message, cls="pfc-muted") if piece.message else Html()


CSS = """
& .pfc-strong{font-weight:600;overflow-wrap:anywhere}
& .pfc-param th{padding-top:11px;border-top:1px solid var(--line)}
& tbody tr:not(.pfc-param) th{padding-left:18px;border-top:0}
& tbody tr:not(.pfc-param) td{border-top:0}
& tbody tr:not(.pfc-param) th code{border-left:3px solid color-mix(in srgb,var(--info) 55%,transparent);padding-left:8px}
& td code,& th code{white-space:nowrap}
"""
