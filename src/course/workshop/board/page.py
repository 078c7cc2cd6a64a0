"""The board's page and the part of it that changes, as HTML. Everything is escaped: names, and the course's own texts."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from course.catalog import catalog
from course.grading.verdict import printable
from course.pictures.theme import count, prose
from course.workshop.board.room import Room


@dataclass(frozen=True)
class Look:
    """Who looks: an instructor's page has more, and names when they are asked for."""

    instructor: bool = False
    names: bool = False


def whole_page(room: Room, look: Look, prefix: str, xsrf: str) -> str:
    """Return the page. `prefix` is where the service is; `xsrf` lets its script ask what a login may see."""
    return _template("page.html.jinja").render(
        room=room, look=look, prefix=prefix, xsrf=xsrf, title=catalog().title
    )


def changing_part(room: Room, look: Look) -> str:
    """Return what the page's script asks for again and again."""
    return _template("room.html.jinja").render(room=room, look=look)


@lru_cache(maxsize=1)
def _pages() -> Environment:
    pages = Environment(
        loader=PackageLoader("course.workshop.board", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= {
        "ago": _ago,
        "count": count,
        "name": lambda name: printable(name) if len(name) <= 60 else f"{printable(name[:59])}…",
        "prose": lambda text: Markup(prose(text)),  # noqa: S704 - `prose` escapes
        "share": lambda part, whole: round(100 * part / whole) if whole else 0,
    }
    return pages


def _template(name: str) -> Template:
    return _pages().get_template(name)


def _ago(moment: datetime | None, at_once: str = "now") -> str:
    """Return how long ago that was, in words that change once a minute."""
    if moment is None:
        return "-"
    minutes = int((datetime.now(UTC) - moment).total_seconds() // 60)
    if minutes < 1:
        return at_once
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
