"""What a check, a task and a submission came to. Plain data: it crosses processes as JSON."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

_UNSHOWN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What steers a terminal or turns the direction of a line, and half characters, which no file can hold."""


_LONGEST_REMARK = 240
_MOST_REMARKS = 12


def printable(text: str) -> str:
    """A text of a submission's as it may be shown and written anywhere."""
    return _UNSHOWN.sub("\ufffd", text)


def remarks(notes: Iterable[str]) -> list[str]:
    """Remarks on a submission as they are kept: none is long, and there are not many, whatever they are about."""
    found = [printable(note) for note in dict.fromkeys(notes)]
    shown = [note if len(note) <= _LONGEST_REMARK else f"{note[: _LONGEST_REMARK - 1]}…" for note in found]
    if len(shown) > _MOST_REMARKS:
        shown[_MOST_REMARKS:] = [f"… and {len(shown) - _MOST_REMARKS} more remarks like these."]
    return shown


class Outcome(StrEnum):
    """The four things that can be said of a check. No verdict is never a pass."""

    PASS = "PASS"  # noqa: S105 - an outcome, not a password
    FAIL = "FAIL"
    ERROR = "ERROR"
    NOT_ATTEMPTED = "NOT ATTEMPTED"


@dataclass(frozen=True)
class CheckResult:
    """One check: the sentence it checks, and what it found.

    A failure says in `message` what its last four fields say one by one: `sent` is a line to paste and run where it is
    a request.
    """

    name: str
    title: str
    task: str
    points: float
    outcome: Outcome
    held_out: bool = False
    message: str = ""
    detail: str = ""
    promise: str = ""
    sent: str = ""
    came: str = ""
    expected: str = ""
    look_at: str = ""

    @property
    def earned(self) -> float:
        return self.points if self.outcome is Outcome.PASS else 0.0


@dataclass(frozen=True)
class TaskVerdict:
    """All checks of one task, such as `1.2`, with remarks that belong to no single check."""

    task: str
    results: tuple[CheckResult, ...]
    notes: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        return sum(result.points for result in self.results)

    @property
    def earned(self) -> float:
        return sum(result.earned for result in self.results)

    @property
    def outcome(self) -> Outcome:
        """The worst that happened; NOT ATTEMPTED as soon as nothing was attempted."""
        outcomes = {result.outcome for result in self.results}
        for worst in (Outcome.ERROR, Outcome.FAIL, Outcome.NOT_ATTEMPTED):
            if worst in outcomes:
                return worst
        return Outcome.PASS if outcomes else Outcome.ERROR

    def visible(self) -> Self:
        """The same verdict without its held-out checks."""
        return replace(self, results=tuple(r for r in self.results if not r.held_out))

    def held_out(self) -> Self:
        """The same verdict with its held-out checks only."""
        return replace(self, results=tuple(r for r in self.results if r.held_out))


@dataclass(frozen=True)
class Verdict:
    """What one submission of one exercise came to, and under which conditions."""

    chapter: int
    tasks: tuple[TaskVerdict, ...]
    seed: int
    isolation: str
    seconds: float = field(default=0.0, compare=False)
    hurried: bool = field(default=False, compare=False)
    """Whether the clock stopped it on a machine that was busy with other things: then it says little."""

    @property
    def points(self) -> float:
        return sum(task.points for task in self.tasks)

    @property
    def earned(self) -> float:
        return sum(task.earned for task in self.tasks)

    def task(self, task: str) -> TaskVerdict:
        """The verdict of one task; KeyError when the exercise has no such task."""
        for verdict in self.tasks:
            if verdict.task == task:
                return verdict
        raise KeyError(task)

    def to_json(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The inverse of `to_json`; KeyError, TypeError or ValueError on data of another shape."""
        tasks = tuple(
            TaskVerdict(task["task"], _results(task["results"]), tuple(task["notes"]))
            for task in data["tasks"]
        )
        return cls(
            data["chapter"],
            tasks,
            data["seed"],
            data["isolation"],
            data["seconds"],
            data.get("hurried", False),
        )


def _results(rows: Iterable[dict[str, Any]]) -> tuple[CheckResult, ...]:
    return tuple(CheckResult(**{**row, "outcome": Outcome(row["outcome"])}) for row in rows)
