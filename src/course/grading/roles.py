"""Who is played: the functions of an app's outside world, how they answer, and who asked them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from course.grading.channel import Json

NEVER: Final = object()


type Answer = Callable[..., Json]


def hangs(**_: Json) -> Json:
    """An answer that never comes."""
    return NEVER


def raises(error: Exception) -> Answer:
    """The answer of a supplier that has a bad day, or of a client with a bug: a built-in exception."""

    def answer(**_: Json) -> Json:
        raise error

    return answer


@dataclass(eq=False)
class Call:
    """One call of a played function."""

    arguments: Mapping[str, Any]
    asked_at: float
    """On the app's clock, in seconds."""
    answered: bool = False
    cancelled: bool = False
    ended: bool = False
    ended_at: float | None = None
    due: float | None = None

    @property
    def runs(self) -> bool:
        """Whether this question was neither answered nor given up."""
        return not (self.answered or self.ended)


@dataclass(eq=False)
class Role:
    """One function of the world: how it answers, and who asked.

    `answer` is called with the function's arguments, by name, in the grader's process: what it returns goes out, a
    built-in exception that it raises is raised in the app. `after` are seconds of the app's clock.
    """

    name: str
    answer: Answer
    after: float = 0.0
    calls: list[Call] = field(default_factory=list)
    most: int = 0
    """How many calls ran at the same time, at most."""

    @property
    def started(self) -> int:
        """How often it was asked."""
        return len(self.calls)

    @property
    def running(self) -> int:
        """How many questions run now."""
        return sum(call.runs for call in self.calls)
