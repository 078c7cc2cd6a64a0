"""The report as one page: no script, nothing from elsewhere, light or dark as the reader's system is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from course.grading.verdict import Outcome
from course.pictures.theme import Html, count, el, join, number, points, prose

if TYPE_CHECKING:
    from course.batch.report.figures import CheckFigures
    from course.batch.report.write import ExerciseReport, Row

CSS = """
:root{color-scheme:light dark;--ink:#1f2328;--paper:#fff;--quiet:#57606a;--line:#d0d7de;--bar:#0969da;--tint:#f6f8fa}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--quiet:#9da7b1;--line:#3d444d;--bar:#58a6ff;--tint:#161b22}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:78rem;padding:1.5rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;margin:0 0 .5rem}h2{font-size:1.3rem;margin:2.5rem 0 .5rem}
p,ul,ol{margin:.4rem 0;max-width:60rem}.quiet{color:var(--quiet)}
a{color:var(--bar)}a:focus-visible,.scroll:focus-visible{outline:3px solid var(--bar);outline-offset:2px}
.scroll{overflow-x:auto;margin:1rem 0 1.5rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:left;font-weight:600;font-size:1rem;padding:.3rem 0}
th,td{text-align:left;vertical-align:top;padding:.35rem .8rem .35rem 0;border-top:1px solid var(--line)}
thead th{border-top:0;color:var(--quiet);font-weight:600;vertical-align:bottom}thead .num{white-space:normal}
tbody th{font-weight:400;min-width:12rem}td:last-child:not(.num){min-width:11rem}
.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.bar{display:block;height:.35rem;border-radius:.2rem;background:var(--line);min-width:5rem}
.bar>span{display:block;height:100%;border-radius:.2rem;background:var(--bar)}
@media print{body{max-width:none;padding:0}}
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
NONE = "\u2013"
_MOST_COSTLY = 3


def report_page(title: str, reports: Iterable[ExerciseReport]) -> str:
    """Return the whole page. Everything that learners can name is escaped."""
    reports = tuple(reports)
    head = join(
        Html('<meta charset="utf-8">'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        el("title", f"{title}: report"),
        Html(f"<style>{CSS}</style>"),
    )
    contents = el(
        "nav",
        el("ul", *(el("li", el("a", _title(one), href=f"#{one.chapter.slug}")) for one in reports)),
        aria_label="Exercises",
    )
    body = el(
        "main",
        el("h1", f"{title}: report"),
        _legend(),
        contents if len(reports) > 1 else None,
        *(_exercise(one) for one in reports),
    )
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>{body}</body></html>\n'


def _legend() -> Html:
    return el(
        "p",
        "Pass rate: the share of attempts that pass. Difficulty: the share of all submissions that pass, so higher is "
        "easier. Discrimination: how well passing goes with the rest of the score (point-biserial correlation, \u22121 "
        "to 1); below 0.2, look at the check. Held-out checks have numbers only.",
        cls="quiet",
    )


def _exercise(report: ExerciseReport) -> Html:
    slug = report.chapter.slug
    scores = [row.learner.score for row in report.rows]
    most = max(row.learner.max_score for row in report.rows)
    isolation = "; ".join(
        f"{name} ({count(number_, 'submission')})" for name, number_ in report.isolation.most_common()
    )
    return el(
        "section",
        el("h2", _title(report), id=slug),
        el(
            "p",
            f"{count(len(scores), 'submission')}, {number(sum(scores) / len(scores))} of {points(most)} on average.",
        ),
        el("p", f"Isolation: {isolation or 'not known'}."),
        _mixed(report),
        el("p", f"Grading was cut short for {count(report.cut_short, 'submission')}.")
        if report.cut_short
        else None,
        _costs(report),
        _misconceptions(report),
        _table(
            f"Checks of {_title(report)}",
            _CHECK_HEADS,
            (_check(check) for check in report.checks),
        ),
        *(
            _table(
                f"Checks of {_title(report)}, graded under {name}",
                _CHECK_HEADS,
                (_check(check) for check in checks),
            )
            for name, checks in report.by_isolation.items()
        ),
        *_learners(report),
        aria_labelledby=slug,
    )


def _mixed(report: ExerciseReport) -> Html | None:
    if not report.by_isolation:
        return None
    return el(
        "p",
        "This cohort was graded under several kinds of isolation. Compare their figures below before you compare "
        "learners: a submission graded under less isolation could see and do more.",
    )


_CHECK_HEADS = (
    *("Task", "Check", "#Points", "#Attempts", "#Passed", "#Failed", "#Errors", "#Not attempted"),
    *("#Pass rate", "#Difficulty", "#Discrimination", "Failures look like"),
)
_LEARNER_HEADS = ("Learner", "#Score", "#Late penalty", "Not passed", "Look at")


def _check(check: CheckFigures) -> Html:
    like = "; ".join(f"{_words(name)} ({times})" for name, times in check.misconceptions.most_common())
    return el(
        "tr",
        el("td", check.task),
        el("th", prose(check.label), scope="row"),
        _num(number(check.points)),
        _num(str(check.attempts)),
        *(
            _num(str(check.outcomes[outcome]))
            for outcome in (Outcome.PASS, Outcome.FAIL, Outcome.ERROR, Outcome.NOT_ATTEMPTED)
        ),
        _rate(check.pass_rate),
        _num(_decimal(check.difficulty)),
        _num(_decimal(check.discrimination)),
        el("td", like or NONE),
    )


def _learners(report: ExerciseReport) -> Iterator[Html]:
    """All learners in one table, or one table for each isolation that they were graded under."""
    title = f"Learners in {_title(report)}"
    if not report.by_isolation:
        yield _table(title, _LEARNER_HEADS, (_learner(row) for row in report.rows))
        return
    for name in dict.fromkeys(row.isolation for row in report.rows):
        rows = [_learner(row) for row in report.rows if row.isolation == name]
        under = f"graded under {name}" if name in report.by_isolation else name or "without a verdict"
        yield _table(f"{title}, {under}", _LEARNER_HEADS, rows)


def _learner(row: Row) -> Html:
    learner = row.learner
    return el(
        "tr",
        el("th", learner.student, scope="row"),
        _num(f"{number(learner.score)} of {number(learner.max_score)}"),
        _num(number(learner.penalty) if learner.penalty else NONE),
        el("td", _listed(row.not_passed)),
        el("td", _listed(row.look_at)),
    )


def _listed(texts: Iterable[str]) -> Html:
    """Texts in a row; a backtick left open in one of them ends with it."""
    return join(*(prose(text) for text in texts), by="; ") or Html(NONE)


def _costs(report: ExerciseReport) -> Html | None:
    """Where the cohort lost most, first."""
    costly = sorted(report.checks, key=lambda check: -check.points_lost)[:_MOST_COSTLY]
    lines = [
        el(
            "li",
            el("strong", f"{points(check.points_lost)}"),
            f" in {check.task}, ",
            prose(check.label.rstrip(".")),
            f": {check.outcomes[Outcome.PASS]} of {check.submissions} passed.",
        )
        for check in costly
        if check.points_lost
    ]
    return join(el("p", "Most points were lost here:"), el("ol", *lines)) if lines else None


def _misconceptions(report: ExerciseReport) -> Html | None:
    """The commonest first."""
    if not report.misconceptions:
        return None
    rows = (
        el(
            "tr",
            el("th", _words(name), scope="row"),
            _num(str(times)),
            el("td", prose(report.misconceptions.get(name, "")) or NONE),
        )
        for name, times in sorted(report.learners_with.items(), key=lambda item: (-item[1], item[0]))
    )
    return _table(
        f"What failures in {_title(report)} look like",
        ("Misconception", "#Learners", "Why people have it"),
        rows,
    )


def _words(name: str) -> str:
    """A card's name, as words."""
    return name.replace("_", " ")


def _table(caption: str, heads: Iterable[str], rows: Iterable[Html]) -> Html:
    """A table that scrolls by itself when it is wide, by keyboard as well."""
    columns = (
        el("th", head.removeprefix("#"), scope="col", cls="num" if head.startswith("#") else None)
        for head in heads
    )
    table = el("table", el("caption", caption), el("thead", el("tr", *columns)), el("tbody", *rows))
    return el("div", table, cls="scroll", tabindex=0, role="region", aria_label=caption)


def _rate(rate: float | None) -> Html:
    if rate is None:
        return _num(NONE)
    bar = el("span", el("span", style=f"width:{rate:.0%}"), cls="bar", aria_hidden="true")
    return el("td", f"{rate:.0%}", bar, cls="num")


def _num(text: str) -> Html:
    return el("td", text, cls="num")


def _decimal(value: float | None) -> str:
    return NONE if value is None else f"{value:.2f}".replace("-", "\u2212")


def _title(report: ExerciseReport) -> str:
    return f"Exercise {report.chapter.number}: {report.chapter.title}"
