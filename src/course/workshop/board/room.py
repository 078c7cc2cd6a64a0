"""What the board says of the room. `seen` counts; names stand in it only where the page asks for them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from course.catalog.questions import Question
from course.grading.verdict import Outcome
from course.workshop.board import facts
from course.workshop.board.beliefs import Beliefs
from course.workshop.board.people import Person

MOST_FAILURES = 6
MOST_QUESTIONS = 4


@dataclass(frozen=True)
class ChapterRow:
    """How many are in a chapter: in its lesson, past its green checkpoint, in its exercise."""

    number: int
    title: str
    reading: int
    green: int
    exercise: int
    red: tuple[tuple[str, int], ...]
    """Tools that are red at the checkpoint, with how many people."""

    @property
    def here(self) -> int:
        return self.reading + self.green + self.exercise


@dataclass(frozen=True)
class Failure:
    """A check that fails: for how many of those who checked its task, and what they believe."""

    task: str
    task_title: str
    title: str
    failing: int
    tried: int
    past: int
    """How many it failed for who are past it."""
    beliefs: tuple[tuple[str, str, int], ...]
    """Misconceptions in words, why people have them, and how many do."""


@dataclass(frozen=True)
class Bars:
    """A question, and how often each option was the first choice."""

    name: str
    question: Question
    chosen: tuple[int, ...]

    @property
    def answered(self) -> int:
        return sum(self.chosen)


@dataclass(frozen=True)
class Room:
    """Everything on the page."""

    people: tuple[Person, ...]
    chapters: tuple[ChapterRow, ...]
    failures: tuple[Failure, ...]
    stuck: tuple[tuple[str, int], ...]
    """Tasks that people are stuck at, with how many."""
    questions: tuple[Bars, ...]
    reading_cards: bool


def room(people: Sequence[Person], beliefs: Beliefs) -> Room:
    """Return what a room of these people looks like."""
    return Room(
        tuple(people),
        tuple(_chapters(people)),
        tuple(sorted(_failures(people, beliefs), key=lambda one: (-one.failing, one.task))[:MOST_FAILURES]),
        tuple(Counter(task for person in people for task in person.stuck).most_common()),
        tuple(_questions(people)),
        beliefs.reading(),
    )


def _chapters(people: Sequence[Person]) -> Iterable[ChapterRow]:
    for number, title in facts.titles().items():
        here = [person for person in people if person.chapter == number]
        if here:
            red = Counter(tool for person in here for tool in person.red)
            exercise = sum(person.exercise for person in here)
            green = sum(person.green and not person.exercise for person in here)
            yield ChapterRow(
                number, title, len(here) - exercise - green, green, exercise, tuple(red.most_common())
            )


def _failures(people: Sequence[Person], beliefs: Beliefs) -> Iterable[Failure]:
    tried: Counter[str] = Counter()
    failing: Counter[tuple[int, str]] = Counter()
    past: Counter[tuple[int, str]] = Counter()
    believed: defaultdict[tuple[int, str], Counter[tuple[str, str]]] = defaultdict(Counter)
    for person in people:
        for task, last in person.checks.items():
            tried[task] += last.outcome is not Outcome.NOT_ATTEMPTED
            now = person.failing(task)
            if last.detail.failing:
                beliefs.want(last.chapter)
            failing.update((last.chapter, name) for name in now)
            past.update((last.chapter, name) for name in person.failed_before[task] - now)
            for name, belief in beliefs.names(last.chapter, task, last.detail.failing).items():
                believed[last.chapter, name][belief] += 1
    for (chapter, name), count in failing.items():
        known = facts.checks(chapter).get(name)
        if known is not None:  # the text of a check that the course does not have is nobody's to show
            yield Failure(
                known.task,
                known.task_title,
                known.title,
                count,
                tried[known.task],
                past[chapter, name],
                tuple((words, why, number) for (words, why), number in believed[chapter, name].most_common()),
            )


def _questions(people: Sequence[Person]) -> Iterable[Bars]:
    """The questions that were answered last, in the order of the course."""
    newest: dict[str, tuple[datetime, int]] = {}
    chosen: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for person in people:
        for name, event in person.first_choices.items():
            question = facts.questions(event.chapter).get(name)
            if question is not None and 0 <= event.detail.choice < len(question.options):
                chosen[name][event.detail.choice] += 1
                newest[name] = max(newest.get(name, (event.at, event.chapter)), (event.at, event.chapter))
    last = sorted(newest, key=lambda name: newest[name], reverse=True)[:MOST_QUESTIONS]
    for name in sorted(last):
        question = facts.questions(newest[name][1])[name]
        yield Bars(name, question, tuple(chosen[name][number] for number in range(len(question.options))))
