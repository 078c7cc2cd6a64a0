"""A route's signature taken apart: each piece of each annotation, and what FastAPI makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from course.pictures.frame import Note, picture
from course.pictures.table import Group, Row, Table
from course.pictures.theme import Bit, Line
from course.pictures.view import View

COLUMNS = ("Piece", "In OpenAPI", "A request that breaks it")
NOTHING = "It takes nothing: there is nothing to check and nothing to document."


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
    groups = [
        Group(
            [
                Row((Bit(piece.code, "code"), _documented(piece), _broken(piece)))
                for piece in parameter.pieces
            ],
            (Bit(parameter.declared, "code"), "   ", Bit(f"({parameter.place})", "muted")),
        )
        for parameter in parameters
    ]
    title = f"{operation} → {function}"
    shown = Table(COLUMNS, groups, title, flat=True) if parameters else Note(NOTHING, apart=True)
    return picture("signature", title, shown, tone="info")


def _documented(piece: Piece) -> Line:
    return Bit(piece.openapi, "code") if piece.openapi else Bit("nothing", "muted")


def _broken(piece: Piece) -> Line:
    if not piece.request:
        return Bit(piece.note, "muted")
    refused = piece.answer.startswith("4")
    answer = Bit(piece.answer, "badge", "ok" if refused else "bad", "✓" if refused else "✗")
    return (Bit(piece.request, "code"), " → ", answer, Bit(piece.message, "below"))
