"""`write_report`: the figures of a course root as a page and as tables."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from course.batch.engines import processors
from course.batch.handed_in import shown
from course.batch.misconceptions import Fingerprint, Matcher, fingerprints
from course.batch.report.facts import NOTHING_YET, Learner, learners
from course.batch.report.figures import GRADER, CheckFigures, figures
from course.batch.report.page import report_page
from course.batch.run import Problem, not_graded
from course.batch.settings import Settings
from course.catalog import Chapter, catalog
from course.errors import CourseError
from course.grading.exercise import Exercise
from course.grading.isolation import NOTHING_RAN
from course.grading.verdict import Outcome, TaskVerdict
from course.project.files import write_atomically

CHECK_COLUMNS = (
    *("assignment", "task", "check", "points", "submissions", "attempts", "passed", "failed", "errors"),
    *("pass_rate", "difficulty", "discrimination", "misconceptions", "isolation"),
)
_MOST_COSTLY = 3
LEARNER_COLUMNS = (
    *("assignment", "student", "score", "max_score", "late_penalty", "hours_late", "not_passed", "look_at"),
    "isolation",
)


@dataclass(frozen=True)
class Row:
    """One learner's line: `look_at` says in words what an instructor should look at."""

    learner: Learner
    not_passed: tuple[str, ...]
    look_at: tuple[str, ...]
    misconceptions: frozenset[str]
    """The cards that this learner's failures match."""
    isolation: str
    """What was in force when the submission was graded; empty without a verdict."""


@dataclass(frozen=True)
class ExerciseReport:
    """All there is to say of one exercise."""

    chapter: Chapter
    rows: tuple[Row, ...]
    checks: tuple[CheckFigures, ...]
    misconceptions: dict[str, str]
    """The cards that somebody's failure matches, with why people have that misconception."""
    learners_with: Counter[str]
    """How many learners have each of them."""
    isolation: Counter[str]
    by_isolation: dict[str, tuple[CheckFigures, ...]]
    """The checks' figures for each isolation by itself; empty when all that ran, ran under the same."""
    cut_short: int
    """Submissions whose checks did not run to their end."""

    @property
    def title(self) -> str:
        return f"Exercise {self.chapter.number}: {self.chapter.title}"

    @property
    def average(self) -> float:
        return sum(row.learner.score for row in self.rows) / len(self.rows)

    @property
    def most(self) -> float:
        return max(row.learner.max_score for row in self.rows)

    @property
    def costly(self) -> list[CheckFigures]:
        """Where the cohort lost most, first."""
        costly = sorted(self.checks, key=lambda check: -check.points_lost)[:_MOST_COSTLY]
        return [check for check in costly if check.points_lost]

    @property
    def commonest(self) -> list[tuple[str, int]]:
        """The misconceptions, the commonest first."""
        return sorted(self.learners_with.items(), key=lambda item: (-item[1], item[0]))

    @property
    def learners(self) -> dict[str, list[Row]]:
        """All learners in one table, or one table for each isolation that they were graded under, by its name's end."""
        tables: dict[str, list[Row]] = {}
        for row in self.rows:
            name = f", graded under {row.isolation}"
            if row.isolation not in self.by_isolation:
                name = f", {row.isolation or 'without a verdict'}"
            tables.setdefault(name if self.by_isolation else "", []).append(row)
        return tables


def write_report(root: Path, out: Path, *, workers: int | None = None) -> tuple[Path, ...]:
    """Write `report.html`, `checks.csv` and `learners.csv` about a course root into the folder `out`.

    The wrong cards of an exercise are graded on first use, to recognize their failures. Raises CourseError when nothing
    is graded yet, the gradebook cannot be read, or the folder cannot be written to.
    """
    settings = Settings.load(root)
    workers = workers or processors()
    chapters = [chapter for chapter in catalog().chapters if chapter.has_exercise]
    cohorts = [(chapter, learners(settings, chapter.slug)) for chapter in chapters]
    reports = [
        _exercise_report(settings, chapter, found, workers=workers) for chapter, found in cohorts if found
    ]
    if not reports:
        raise CourseError(NOTHING_YET)
    beside = _beside(settings, {chapter.slug: found for chapter, found in cohorts})
    files = {
        "report.html": report_page(catalog().title, reports, beside),
        "checks.csv": _table(CHECK_COLUMNS, (row for report in reports for row in _check_rows(report))),
        "learners.csv": _table(
            LEARNER_COLUMNS,
            (
                *(row for report in reports for row in _learner_rows(report)),
                *((one.assignment, one.student, *[""] * 5, one.reason, "") for one in beside),
            ),
        ),
    }
    for name, text in files.items():
        write_atomically(out / name, text)
    return tuple(out / name for name in files)


def _beside(settings: Settings, cohorts: dict[str, list[Learner]]) -> list[Problem]:
    """What lies in the submitted folder and has no row in the gradebook, with the reason."""
    found = settings.handed_in()
    waiting = [
        Problem(one.assignment, shown(one.student), "Not graded yet: run `course grade-all`.", graded=False)
        for one in found.submissions
        if one.student not in {learner.student for learner in cohorts.get(one.assignment, ())}
    ]
    return [*waiting, *not_graded(found)]


def _exercise_report(
    settings: Settings, chapter: Chapter, cohort: Sequence[Learner], *, workers: int
) -> ExerciseReport:
    verdicts = [learner.verdict for learner in cohort if learner.verdict]
    failed = any(
        task.outcome in (Outcome.FAIL, Outcome.ERROR) for verdict in verdicts for task in verdict.tasks
    )
    known: tuple[Fingerprint, ...] = ()
    if failed:
        cache = settings.state / f"cards-{chapter.slug}.json"
        known = fingerprints(Exercise.load(chapter.number), cache, workers=workers)
    match = Matcher(known)
    checks = figures(verdicts, match)
    isolation = Counter(verdict.isolation for verdict in verdicts)
    kinds = [name for name, _ in isolation.most_common() if name != NOTHING_RAN]
    by_isolation = {
        name: tuple(figures([one for one in verdicts if one.isolation == name], match))
        for name in (kinds if len(kinds) > 1 else ())
    }
    seen = {name for check in checks for name in check.misconceptions}
    labels = {(check.task, check.name): f"{check.task} {check.label}".rstrip(".") for check in checks}
    rows = tuple(_row(learner, labels, match) for learner in cohort)
    return ExerciseReport(
        chapter,
        rows,
        tuple(checks),
        {card.name: card.because for card in known if card.name in seen},
        Counter(name for row in rows for name in row.misconceptions),
        isolation,
        by_isolation,
        sum(any(_cut_short(task) for task in verdict.tasks) for verdict in verdicts),
    )


def _row(learner: Learner, labels: dict[tuple[str, str], str], match: Matcher) -> Row:
    not_passed: list[str] = []
    look_at: list[str] = []
    misconceptions: set[str] = set()
    if learner.verdict is None:
        look_at.append("there is no verdict to read: grade again")
    for task in learner.verdict.tasks if learner.verdict else ():
        look_at += [f"{task.task}: {reason}" for reason in filter(None, [_cut_short(task)])]
        if task.results and all(result.outcome is Outcome.NOT_ATTEMPTED for result in task.results):
            look_at.append(f"{task.task} was not attempted")
        for result in task.results:
            if result.name == GRADER or result.outcome not in (Outcome.FAIL, Outcome.ERROR):
                continue
            not_passed.append(labels[task.task, result.name])
            name = "" if result.held_out else match(task, result)
            if name:
                misconceptions.add(name)
                look_at.append(f"{task.task} looks like {name}")
        look_at += [f"{task.task}: {note}" for note in task.notes if note != _first_note(learner)]
    if note := _first_note(learner):
        look_at.insert(0, note)
    if learner.seconds_late:
        look_at.append(f"handed in {learner.seconds_late / 3600:.1f} hours late")
    if learner.needs_manual_grade:
        look_at.append("needs manual grading")
    isolation = learner.verdict.isolation if learner.verdict else ""
    reasons = dict.fromkeys(reason.rstrip(".") for reason in look_at)
    return Row(learner, tuple(not_passed), tuple(reasons), frozenset(misconceptions), isolation)


def _first_note(learner: Learner) -> str:
    """A remark that every task has is said once."""
    notes = [set(task.notes) for task in learner.verdict.tasks] if learner.verdict else []
    return next(iter(sorted(set.intersection(*notes))), "") if notes else ""


def _cut_short(task: TaskVerdict) -> str:
    return next(
        (result.message for result in task.results if result.name == GRADER and not result.held_out), ""
    )


def _check_rows(report: ExerciseReport) -> Iterable[tuple[object, ...]]:
    isolation = "; ".join(f"{name} ({count})" for name, count in report.isolation.most_common())
    for check in report.checks:
        yield (
            report.chapter.slug,
            check.task,
            check.label,
            check.points,
            check.submissions,
            check.attempts,
            check.outcomes[Outcome.PASS],
            check.outcomes[Outcome.FAIL],
            check.outcomes[Outcome.ERROR],
            *(_decimal(value) for value in (check.pass_rate, check.difficulty, check.discrimination)),
            "; ".join(f"{name} ({count})" for name, count in check.misconceptions.most_common()),
            isolation,
        )


def _learner_rows(report: ExerciseReport) -> Iterable[tuple[object, ...]]:
    for row in report.rows:
        learner = row.learner
        yield (
            report.chapter.slug,
            shown(learner.student),
            learner.score,
            learner.max_score,
            learner.penalty,
            _decimal(learner.seconds_late / 3600),
            "; ".join(row.not_passed),
            "; ".join(row.look_at),
            row.isolation,
        )


def _table(columns: Sequence[str], rows: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return text.getvalue()


def _harmless(value: object) -> object:
    """A learner's name may be a formula to a spreadsheet: a quote in front makes it text."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value


def _decimal(value: float | None) -> float | str:
    return "" if value is None else round(value, 3)
