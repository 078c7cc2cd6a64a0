"""The proof of an exercise: its answer cards, the reference solution and the untouched starter, graded for real."""

import re
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from course.authoring.report import Report
from course.catalog import Chapter, Content
from course.errors import CourseError
from course.grading.answers import Answers, from_notebook
from course.grading.cards import ALL_TASKS, Card, read_cards
from course.grading.exercise import Exercise
from course.grading.runner import grade
from course.grading.verdict import Outcome, TaskVerdict, Verdict
from course.project.myst import Notebook

MIN_RIGHT = 3
MIN_WRONG = 8
MAX_SENTENCES = 3
WORKERS = 2
_SENTENCE_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)[.!?][\"')`]*(?=\s|$)")


@dataclass(frozen=True)
class Trial:
    """One answer to be graded, which tasks of it (None: all), and what it must come to."""

    name: str
    answers: Answers
    tasks: Collection[str] | None
    card: Card | None = None


def prove(chapter: Chapter, solution: Notebook, released: Notebook, where: Content, report: Report) -> None:
    """Grade everything that proves an exercise, held-out checks included, and note what does not come out as it must.

    `solution` and `released` are the instructor's and the learner's notebook. Raises CourseError for a malformed
    card.
    """
    exercise = Exercise.load(chapter.number)
    folder = where.name(where.folder(chapter))
    cards = read_cards(where.folder(chapter))
    _count_cards(cards, {task.id for task in exercise.tasks}, folder, report)
    untouched = Trial("the untouched starter", from_notebook(released, exercise), None)
    reference = Trial("the reference solution", from_notebook(solution, exercise), None)
    trials = [untouched, reference]
    for card in cards:
        try:
            files = card.over(exercise.reference)
        except CourseError as error:
            report.add(folder, str(error))
            continue
        tasks = None if card.is_right else (card.task,)
        trials.append(Trial(card.name, Answers(files=files, untouched=frozenset(), notes=()), tasks, card))
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        verdicts = list(
            pool.map(lambda trial: grade(exercise, trial.answers, held_out=True, tasks=trial.tasks), trials)
        )
    for trial, verdict in zip(trials, verdicts, strict=True):
        sentences = _judge(trial, verdict, untouched=trial is untouched)
        for sentence in sentences:
            report.add(f"{folder}/{trial.card.name}.md" if trial.card else folder, sentence)
        for sentence in _long_messages(verdict):
            report.add(folder, sentence)


def sentences(message: str) -> int:
    """Count the sentences of a check's message; a path or a number ends none."""
    return len(_SENTENCE_END.findall(message.strip()))


def judge_right(verdict: Verdict, task: str) -> list[str]:
    """Return what keeps a verdict from full points in a task, or in all of them."""
    found = []
    for judged in verdict.tasks:
        if task not in (ALL_TASKS, judged.task):
            continue
        if not judged.results:
            found.append(f"task {judged.task} was not checked at all.")
        found += [
            f"task {judged.task}: {result.name} came out {result.outcome}: {result.message or result.title}"
            for result in judged.results
            if result.outcome is not Outcome.PASS
        ]
    return found


def judge_wrong(verdict: TaskVerdict, message: str) -> list[str]:
    """Return what is wrong with how a wrong answer was judged: it must fail, with this text in a check's message."""
    caught = [result for result in verdict.results if result.outcome in (Outcome.FAIL, Outcome.ERROR)]
    if not caught:
        return [f"no check of task {verdict.task} catches it: it came out {verdict.outcome}."]
    if not any(message in result.message for result in caught):
        said = " | ".join(f"{result.name}: {result.message}" for result in caught)
        return [f"no failing check of task {verdict.task} says {message!r}; they say: {said}"]
    return []


def _judge(trial: Trial, verdict: Verdict, *, untouched: bool) -> list[str]:
    if untouched:
        attempted = [task.task for task in verdict.tasks if task.outcome is not Outcome.NOT_ATTEMPTED]
        return [f"{trial.name} counts as attempted in task {task}." for task in attempted] + (
            [f"{trial.name} gets {verdict.earned:g} points; it must get 0."] if verdict.earned else []
        )
    card = trial.card
    if card is not None and card.message is not None:
        judged = [task for task in verdict.tasks if task.task == card.task]
        return judge_wrong(judged[0], card.message) if judged else [f"there is no task {card.task}."]
    return [
        f"{trial.name}: {sentence}" for sentence in judge_right(verdict, card.task if card else ALL_TASKS)
    ]


def _long_messages(verdict: Verdict) -> list[str]:
    return [
        f"the message of {result.name} has more than {MAX_SENTENCES} sentences: {result.message!r}"
        for task in verdict.tasks
        for result in task.results
        if sentences(result.message) > MAX_SENTENCES
    ]


def _count_cards(cards: tuple[Card, ...], tasks: set[str], folder: str, report: Report) -> None:
    right = [card for card in cards if card.is_right]
    wrong = [card for card in cards if not card.is_right]
    report.saw("right answers", len(right))
    report.saw("wrong answers", len(wrong))
    if len(right) < MIN_RIGHT:
        report.add(f"{folder}/right", f"it has {len(right)} cards; {MIN_RIGHT} at least.")
    if len(wrong) < MIN_WRONG:
        report.add(f"{folder}/wrong", f"it has {len(wrong)} cards; {MIN_WRONG} at least.")
    for card in cards:
        if card.task not in tasks | {ALL_TASKS}:
            report.add(f"{folder}/{card.name}.md", f"there is no task {card.task}.")
    for task in sorted(tasks - {card.task for card in wrong}):
        report.add(f"{folder}/wrong", f"task {task} has no wrong answer.")
