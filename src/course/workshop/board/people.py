"""One person on the board: where they are, what fails, and whether they are stuck."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from course.grading.verdict import Outcome
from course.progress import STUCK_AFTER
from course.workshop.board import facts
from course.workshop.board.sent import Sent
from course.workshop.board.store import Heard


@dataclass
class Person:
    """What somebody's events come to."""

    name: str
    chapter: int | None = None
    exercise: bool = False
    since: datetime | None = None
    """When they began where they are."""
    last: datetime | None = None
    """When they did something last."""
    checkpoints: dict[int, Sent] = field(default_factory=dict)
    """The last checkpoint of each chapter."""
    checks: dict[str, Sent] = field(default_factory=dict)
    """The last check of each task."""
    failed_before: dict[str, set[str]] = field(default_factory=dict)
    """For each task, the checks that ever failed."""
    row: dict[str, int] = field(default_factory=dict)
    """For each task, how often in a row it failed in the same way."""
    first_choices: dict[str, Sent] = field(default_factory=dict)
    """The first answer to each question: what somebody thought before anything was explained."""

    @property
    def stuck(self) -> dict[str, int]:
        """The tasks of the chapter they are in that fail again and again in the same way, with how often."""
        here = (task for task, count in self.row.items() if count >= STUCK_AFTER)
        return {task: self.row[task] for task in here if self.checks[task].chapter == self.chapter}

    @property
    def red(self) -> tuple[str, ...]:
        """The tools that are red at the checkpoint of the chapter they are in."""
        checkpoint = self.checkpoints.get(-1 if self.chapter is None else self.chapter)
        return tuple(tool for tool in checkpoint.detail.red if tool in facts.TOOLS) if checkpoint else ()

    @property
    def green(self) -> bool:
        """Whether the checkpoint of the chapter they are in was green, the last time it ran."""
        checkpoint = self.checkpoints.get(-1 if self.chapter is None else self.chapter)
        return checkpoint is not None and checkpoint.outcome is Outcome.PASS

    @property
    def passed(self) -> int:
        """How many tasks of the chapter they are in pass."""
        mine = (event for event in self.checks.values() if event.chapter == self.chapter)
        return sum(event.outcome is Outcome.PASS for event in mine)

    def failing(self, task: str) -> set[str]:
        """The checks of a task that fail now."""
        return {name for name, _ in self.checks[task].detail.failing}

    def hear(self, event: Sent) -> None:
        """Take the next event in."""
        self.last = event.at
        match event.kind:
            case "begin":
                here = (event.chapter, event.item == "exercise")
                if here != (self.chapter, self.exercise):
                    self.since = event.at
                self.chapter, self.exercise = here
            case "checkpoint":
                self.checkpoints[event.chapter] = event
            case "check":
                self._checked(event)
            case "quiz":
                self.first_choices.setdefault(event.item, event)

    def _checked(self, event: Sent) -> None:
        before = self.checks.get(event.item)
        self.checks[event.item] = event
        failed = self.failed_before.setdefault(event.item, set())
        failed |= {name for name, _ in event.detail.failing}
        if event.outcome in (Outcome.PASS, Outcome.NOT_ATTEMPTED, ""):
            self.row[event.item] = 0
        else:
            same = before is not None and before.detail.failures == event.detail.failures
            self.row[event.item] = self.row[event.item] + 1 if same else 1


def people(heard: Iterable[Heard], *, without: frozenset[str]) -> tuple[Person, ...]:
    """Return everybody who sent something, by name; `without` are the instructors, who only try things."""
    found: dict[str, Person] = {}
    known = facts.titles()
    for one in heard:
        if one.who not in without and one.event.chapter in known and _is_known(one.event):
            found.setdefault(one.who, Person(one.who)).hear(one.event)
    return tuple(found[name] for name in sorted(found))


def _is_known(event: Sent) -> bool:
    """Whether the course has what a check is about: anybody can send anything under their own name."""
    if event.kind != "check":
        return True
    checks = facts.checks(event.chapter)
    tasks = {check.task for check in checks.values()}
    return event.item in tasks and all(
        name in checks and checks[name].task == event.item for name, _ in event.detail.failing
    )
