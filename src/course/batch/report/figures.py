"""The figures of item analysis, from verdicts.

Difficulty is the share of all submissions that pass a check (the higher, the easier). Discrimination is the
point-biserial correlation of passing a check with the rest of the score, that is the score without this check: L.
Crocker and J. Algina, *Introduction to Classical and Modern Test Theory* (1986), ch. 14; the check is left out of
the score as S. Henrysson shows in *Psychometrika* 28 (1963), 211-218. A point-biserial correlation is Pearson's with a
variable that is 0 or 1, which is what the standard library computes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import StatisticsError, correlation

from course.grading.verdict import CheckResult, Outcome, TaskVerdict, Verdict

ENOUGH = 5
"""Submissions below which a correlation says nothing."""
GRADER = "grader"
"""The result that stands for checks which did not run to their end."""

type Match = Callable[[TaskVerdict, CheckResult], str]
"""The misconception behind a result that did not pass; empty when none fits."""


@dataclass
class CheckFigures:
    """What a cohort made of one check. `label` names it without saying what a held-out check is about."""

    task: str
    name: str
    label: str
    points: float
    held_out: bool
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    discrimination: float | None = None
    misconceptions: Counter[str] = field(default_factory=Counter)

    @property
    def submissions(self) -> int:
        return self.outcomes.total()

    @property
    def attempts(self) -> int:
        return self.submissions - self.outcomes[Outcome.NOT_ATTEMPTED]

    @property
    def pass_rate(self) -> float | None:
        """The share of attempts that pass."""
        return self.outcomes[Outcome.PASS] / self.attempts if self.attempts else None

    @property
    def points_lost(self) -> float:
        """What the whole cohort did not earn in this check."""
        return self.points * (self.submissions - self.outcomes[Outcome.PASS])

    @property
    def difficulty(self) -> float | None:
        """The share of all submissions that pass."""
        return self.outcomes[Outcome.PASS] / self.submissions if self.submissions else None


def figures(verdicts: Sequence[Verdict], match: Match) -> list[CheckFigures]:
    """Return the figures of every check that any verdict names, task by task."""
    found = {(check.task, check.name): check for check in _checks(verdicts)}
    passed: dict[tuple[str, str], list[float]] = {key: [] for key in found}
    rest: dict[tuple[str, str], list[float]] = {key: [] for key in found}
    for verdict in verdicts:
        tasks = {task.task: task for task in verdict.tasks}
        results = {(result.task, result.name): result for task in verdict.tasks for result in task.results}
        for key, check in found.items():
            result = results.get(key)
            outcome = result.outcome if result else _missing(tasks.get(check.task))
            check.outcomes[outcome] += 1
            passed[key].append(float(outcome is Outcome.PASS))
            rest[key].append(verdict.earned - (result.earned if result else 0.0))
            if result and not result.held_out and outcome in (Outcome.FAIL, Outcome.ERROR):
                if name := match(tasks[check.task], result):
                    check.misconceptions[name] += 1
    for key, check in found.items():
        check.discrimination = discrimination(passed[key], rest[key])
    return list(found.values())


def discrimination(passed: Sequence[float], rest: Sequence[float]) -> float | None:
    """Return how well passing (1 or 0) goes with the rest of the score; None for too few, or when all are alike."""
    if len(passed) < ENOUGH:
        return None
    try:
        return correlation(passed, rest)
    except StatisticsError:  # everybody passes, nobody does, or all have the same rest
        return None


def _checks(verdicts: Iterable[Verdict]) -> list[CheckFigures]:
    """Every check once, in the order of tasks; held-out ones are numbered within the exercise."""
    seen: dict[tuple[str, str], CheckResult] = {}
    for verdict in verdicts:
        for task in verdict.tasks:
            for result in task.results:
                if result.name != GRADER:
                    seen.setdefault((result.task, result.name), result)
    checks, number = [], 0
    for result in sorted(seen.values(), key=lambda result: _order(result.task)):
        number += result.held_out
        label = f"held-out {number}" if result.held_out else result.title
        checks.append(CheckFigures(result.task, result.name, label, result.points, result.held_out))
    return checks


def _missing(task: TaskVerdict | None) -> Outcome:
    """What a check came to that a verdict does not name: its task was not attempted, or grading was cut short."""
    if task is not None and task.results and task.outcome is Outcome.NOT_ATTEMPTED:
        return Outcome.NOT_ATTEMPTED
    return Outcome.ERROR


def _order(task: str) -> tuple[int, ...]:
    return tuple(int(part) for part in task.split(".") if part.isdecimal())
