"""The proof of an exercise: its answer cards, the reference solution and the untouched starter, graded for real.

What is proved stays proved while nothing changes that it depends on: `course verify` keeps a key of all that beside the
proof (`proofs/`). Of a chapter with the right key, the reference, the starter and a few cards are graded, every day
others: that also finds a proof that somebody wrote by hand.
"""

import re
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import NonNegativeInt

from course.authoring import turns
from course.authoring.report import Report
from course.catalog import Chapter, Content
from course.catalog.tables import Table, read_table
from course.errors import CourseError
from course.grading.answers import Answers, from_notebook
from course.grading.cards import ALL_TASKS, Card, read_cards
from course.grading.declared import Check, read_checks
from course.grading.exercise import Exercise
from course.grading.keys import proof_key
from course.grading.runner import grade
from course.grading.verdict import Outcome, TaskVerdict, Verdict
from course.project.myst import Notebook

MIN_RIGHT = 3
MIN_WRONG = 8
MAX_SENTENCES = 3
WORKERS = 2
SAMPLE = 3
"""So many cards of a proved chapter are graded each day."""
_SENTENCE_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)[.!?][\"')`]*(?=\s|$)")
_KEPT = """\
# Written by `course verify {number}` when every card came out as it says. Do not edit: `course verify` proves what changed.
key = "{key}"
right = {right}
wrong = {wrong}
"""


class Proof(Table):
    """What a chapter's file in `proofs/` says: the key of what was proved, and how many cards that were."""

    key: str
    right: NonNegativeInt
    wrong: NonNegativeInt


@dataclass(frozen=True)
class Trial:
    """One answer to be graded, by which tasks and checks (None: all), and what it must come to."""

    name: str
    answers: Answers
    tasks: Collection[str] | None
    checks: Collection[str] | None = None
    card: Card | None = None


def prove(
    chapter: Chapter,
    solution: Notebook,
    released: Notebook,
    where: Content,
    report: Report,
    *,
    day: date | None,
) -> None:
    """Grade what proves an exercise, held-out checks included, and note what does not come out as it must.

    `solution` and `released` are the instructor's and the learner's notebook. What is proved already is only sampled
    by the cards whose turn it is on the `day`; without one, all are graded. Raises CourseError for a malformed card.
    """
    exercise = Exercise.load(chapter.number)
    folder = where.name(where.folder(chapter))
    cards = read_cards(where.folder(chapter))
    checks = _checks(where.folder(chapter))
    _count_cards(cards, {task.id for task in exercise.tasks}, folder, report)
    if day is not None and is_proved(chapter, where):
        cards, known = tuple(turns.on(day, cards, SAMPLE)), len(cards)
        report.notes.append(
            f"{chapter.slug}: proved before; {len(cards)} of its {known} cards are graded today, {day}."
        )
    trials = [
        Trial("the untouched starter", from_notebook(released, exercise), None),
        Trial("the reference solution", from_notebook(solution, exercise), None),
    ]
    for card in cards:
        try:
            trials.append(_trial(card, exercise, checks))
        except CourseError as error:
            report.add(folder, str(error))
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        verdicts = list(pool.map(lambda trial: _grade(trial, exercise), trials))
    for trial, verdict in zip(trials, verdicts, strict=True):
        for sentence in _judge(trial, verdict, untouched=trial is trials[0]):
            report.add(f"{folder}/{trial.card.name}.md" if trial.card else folder, sentence)
        for sentence in _long_messages(verdict):
            report.add(folder, sentence)


def is_proved(chapter: Chapter, where: Content) -> bool:
    """Whether the exercise was proved as it stands now."""
    try:
        return read_table(Proof, where.proof(chapter)).key == _key(chapter)
    except (OSError, CourseError):
        return False


def keep_proof(chapter: Chapter, where: Content) -> None:
    """Write down that the exercise is proved as it stands: every card was graded and came out as it says."""
    cards = read_cards(where.folder(chapter))
    right = sum(card.is_right for card in cards)
    text = _KEPT.format(number=chapter.number, key=_key(chapter), right=right, wrong=len(cards) - right)
    path = where.proof(chapter)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _key(chapter: Chapter) -> str:
    return proof_key(Exercise.load(chapter.number), [Path(__file__)])


def _checks(folder: Path) -> dict[str, Check]:
    files = [folder / name for name in ("checks.py", "held_out.py")]
    texts = [file.read_text(encoding="utf-8") for file in files if file.is_file()]
    return {check.name: check for text in texts for check in read_checks(text)[0]}


def _trial(card: Card, exercise: Exercise, checks: dict[str, Check]) -> Trial:
    """A right card is graded by all checks, a wrong one by the one that must catch it; CourseError when it names none."""
    answers = Answers(files=card.over(exercise.reference), untouched=frozenset(), notes=())
    if card.is_right:
        return Trial(card.name, answers, None, None, card)
    if card.caught_by and getattr(checks.get(card.caught_by), "task", None) != card.task:
        raise CourseError(f"{card.name}: task {card.task} has no check {card.caught_by}.")
    return Trial(card.name, answers, (card.task,), (card.caught_by,) if card.caught_by else None, card)


def _grade(trial: Trial, exercise: Exercise) -> Verdict:
    return grade(exercise, trial.answers, held_out=True, tasks=trial.tasks, checks=trial.checks)


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


def judge_wrong(verdict: TaskVerdict, message: str, caught_by: str) -> list[str]:
    """Return what is wrong with how a wrong answer was judged: it must fail, with this text in a check's message.

    `caught_by` is the check that the card names; without a name, the right one is told.
    """
    caught = [result for result in verdict.results if result.outcome in (Outcome.FAIL, Outcome.ERROR)]
    if not caught:
        by = f"{caught_by} does not catch" if caught_by else f"no check of task {verdict.task} catches"
        return [f"{by} it: it came out {verdict.outcome}."]
    catching = [result.name for result in caught if message in result.message]
    if not catching:
        said = " | ".join(f"{result.name}: {result.message}" for result in caught)
        return [f"no failing check of task {verdict.task} says {message!r}; they say: {said}"]
    if not caught_by:
        return [f"say which check catches it: `caught_by: {catching[0]}`."]
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
        return (
            judge_wrong(judged[0], card.message, card.caught_by)
            if judged
            else [f"there is no task {card.task}."]
        )
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
