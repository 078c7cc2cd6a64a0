"""The report as one page: what its template needs to say numbers and names."""

from collections.abc import Iterable

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from course.batch.handed_in import shown
from course.grading.verdict import Outcome
from course.pictures.theme import count, number, points, prose

NONE = "\u2013"


def report_page(title: str, reports: Iterable[object], beside: Iterable[object] = ()) -> str:
    """Return the whole page for these exercises (`write.ExerciseReport`), and what is not graded (`run.Problem`).

    Everything that learners can name is escaped."""
    pages = Environment(
        loader=PackageLoader("course.batch.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    pages.filters |= {
        "count": count,
        "decimal": lambda value: NONE if value is None else f"{value:.2f}".replace("-", "\u2212"),
        "number": number,
        "points": points,
        "prose": lambda text: Markup(prose(text)),  # noqa: S704 - `prose` escapes
        "shown": shown,
        "words": lambda name: name.replace("_", " "),
    }
    outcomes = (Outcome.PASS, Outcome.FAIL, Outcome.ERROR, Outcome.NOT_ATTEMPTED)
    page = pages.get_template("page.html.jinja")
    return page.render(title=title, reports=tuple(reports), beside=tuple(beside), outcomes=outcomes)
