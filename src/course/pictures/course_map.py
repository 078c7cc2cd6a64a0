"""The course map: every chapter, what it takes, and how far the learner is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from course.pictures.theme import Html, count, el, fold, indent, join, number, page, sign, text_table
from course.pictures.view import View

BAR_CHARACTERS = 24


class ChapterState(StrEnum):
    """How far a chapter is."""

    NOT_STARTED = "not started"
    STARTED = "in progress"
    DONE = "done"


# symbol and tone of a state
FACES = {
    ChapterState.NOT_STARTED: ("○", "quiet"),
    ChapterState.STARTED: ("◐", "info"),
    ChapterState.DONE: ("✓", "ok"),
}


@dataclass(frozen=True)
class MapRow:
    """One chapter on the map. `lesson` and `exercise` are links (empty: none); `score` is None before an attempt."""

    part: str
    number: int
    title: str
    minutes: int
    state: ChapterState = ChapterState.NOT_STARTED
    score: float | None = None
    maximum: float = 0.0
    lesson: str = ""
    exercise: str = ""
    exercise_minutes: int = 0
    written: bool = True


@dataclass(frozen=True)
class Resume:
    """Where to go on: `Resume("01 Project structure, task 1.2", "exercises/…ipynb")`."""

    label: str
    link: str = ""


def course_map_view(
    rows: Sequence[MapRow],
    resume: Resume | None = None,
    *,
    title: str = "Course map",
    why_later: str = "in preparation",
) -> View:
    """Show the chapters grouped by part, with progress in bar and words, and where to continue.

    `why_later` says of chapters without a lesson why there is none. Without `resume`, the first chapter that is written and not done is where to go.
    """
    place, invitation = _place(rows, resume)
    later = [row for row in rows if not row.written]
    rows = [row for row in rows if row.written]
    done = _done(rows)
    progress = f"{done} of {count(len(rows), 'chapter')} done{_points(rows)}"
    parts = [(part, list(group)) for part, group in groupby(rows, key=lambda row: row.part)]

    filled = round(BAR_CHARACTERS * done / len(rows)) if rows else 0
    text = [title]
    text += [f"{invitation}: {place.label}"] if place else []
    text.append(f"[{'#' * filled}{'-' * (BAR_CHARACTERS - filled)}] {progress}")
    widths = text_table([_cells(row) for row in rows], right=(3,)).splitlines()
    lines = iter(widths)
    for part, group in parts:
        text += ["", f"{part} ({_done(group)} of {len(group)} done)"]
        text += [indent(next(lines)) for _ in group]
    text += ["", f"{_named_later(later, why_later)}."] if later else []

    columns = [el("th", name, scope="col", cls=cls) for name, cls in COLUMNS]
    table = el(
        "table",
        el("thead", el("tr", *columns)),
        *(_part(part, group, place) for part, group in parts),
        cls="pfc-map",
        aria_label="Chapters",
    )
    html = page(
        "map",
        el(
            "div",
            el("div", title, cls="pfc-title"),
            _go(place, invitation, progress, done, len(rows)),
            cls="pfc-card pfc-info",
        ),
        el("div", table, cls="pfc-scroll"),
        fold(_named_later(later, why_later), el("ul", *(el("li", _name(row)) for row in later)))
        if later
        else None,
        label=title,
    )
    return View(html, "\n".join(text))


COLUMNS = (
    ("No.", "pfc-num"),
    ("Chapter", None),
    ("State", None),
    ("Minutes", None),
    ("Points", None),
    ("Exercise", None),
)


def _name(row: MapRow) -> str:
    return f"{row.number:02} {row.title}"


def _named_later(later: Sequence[MapRow], why: str) -> str:
    """One line for what cannot be opened yet."""
    first, last = _name(later[0]), _name(later[-1])
    return f"{count(len(later), 'more chapter')} {why}: {first}{f' to {last}' if len(later) > 1 else ''}"


def _place(rows: Sequence[MapRow], resume: Resume | None) -> tuple[Resume | None, str]:
    if resume is not None:
        return resume, "Continue"
    for row in rows:
        if row.written and row.state is not ChapterState.DONE:
            return Resume(f"{row.number:02} {row.title}", row.lesson), "Start here" if not _done(
                rows
            ) else "Next"
    return None, ""


def _done(rows: Sequence[MapRow]) -> int:
    return sum(row.state is ChapterState.DONE for row in rows)


def _points(rows: Sequence[MapRow]) -> str:
    maximum = sum(row.maximum for row in rows)
    earned = sum(row.score or 0 for row in rows)
    return f" · {number(earned)} of {number(maximum)} points" if maximum else ""


def _go(place: Resume | None, invitation: str, progress: str, done: int, total: int) -> Html:
    share = 100 * done / total if total else 0
    link = None
    if place:
        label = el("a", place.label, href=place.link) if place.link else el("strong", place.label)
        link = el("span", f"{invitation}: ", label)
    bar = el("div", el("span", style=f"width:{share:.4g}%"), cls="pfc-progress", aria_hidden="true")
    return el("div", link, bar, el("span", progress, cls="pfc-muted"), cls="pfc-go")


def _part(part: str, rows: Sequence[MapRow], place: Resume | None) -> Html:
    done = el("span", f" {_done(rows)} of {len(rows)} done", cls="pfc-muted")
    heading = el("tr", el("th", part, done, scope="rowgroup", colspan=len(COLUMNS), cls="pfc-part"))
    return el("tbody", heading, *(_row(row, place) for row in rows))


def _row(row: MapRow, place: Resume | None) -> Html:
    symbol, tone = FACES[row.state]
    chapter = el("a", row.title, href=row.lesson) if row.lesson else join(row.title)
    state = join(sign(symbol, "", tone), " ", row.state)
    exercise = None
    if row.exercise:
        exercise = el("a", "Exercise", href=row.exercise, aria_label=f"Exercise {row.number}: {row.title}")
    here = place is not None and place.link != "" and place.link in (row.lesson, row.exercise)
    return el(
        "tr",
        el("td", f"{row.number:02}", cls="pfc-num pfc-muted"),
        el("th", chapter, scope="row"),
        el("td", state, cls="pfc-state"),
        el("td", _minutes(row), cls="pfc-state"),
        el("td", _score(row), cls="pfc-state"),
        el("td", exercise),
        cls="pfc-here" if here else None,
    )


def _minutes(row: MapRow) -> str:
    return f"{row.minutes} + {row.exercise_minutes}" if row.exercise_minutes else str(row.minutes)


def _score(row: MapRow) -> str:
    if not row.maximum:
        return ""
    return (
        f"{number(row.score)} of {number(row.maximum)}"
        if row.score is not None
        else f"0 of {number(row.maximum)}"
    )


def _cells(row: MapRow) -> tuple[str, str, str, str, str]:
    symbol = FACES[row.state][0]
    score = f"{_score(row)} points" if row.maximum else ""
    return symbol, _name(row), row.state, f"{_minutes(row)} min", score
