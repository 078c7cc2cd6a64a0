"""`course.hint("1.2")`, one step at a time, and `course.solution("1.2")`, once the task has passed."""

import difflib
from collections.abc import Iterator
from pathlib import Path

from course.catalog import content, readable
from course.errors import CourseError
from course.grading.cards import ALL_TASKS, Card, read_card
from course.notebook.display import message, stack
from course.notebook.exercises import Task, find_task
from course.notebook.session import progress, record, workspace
from course.pictures.diff import diff_view
from course.pictures.theme import el, fold, page, prose
from course.pictures.view import View
from course.progress import Kind
from course.project.files import read_tree
from course.project.sources import written_files


def hint(task: str) -> View:
    """Return the next hint of a task; after the last one, the last one again.

    Raises CourseError when there is no such task or it has no hints.
    """
    asked = find_task(task)
    hints = asked.exercise.hints(asked.id)
    if not hints:
        raise CourseError(f"Task {asked.id} has no hints: its text and the lesson have what it takes.")
    number = min(progress().hints_taken(asked.id) + 1, len(hints))
    problem = record(Kind.HINT, chapter=asked.chapter, item=asked.id, detail={"hint": number})
    lines = [f"Hint {number} of {len(hints)}: {hints[number - 1]}"]
    if number < len(hints):
        lines.append("Try it first; for the next one, run the cell again.")
    return message(*lines, *([problem] if problem else []), kind="hint")


def solution(task: str) -> View:
    """Return the reference answer of a task that has passed: how yours differs, the whole files, another way.

    Raises CourseError before the first PASS, or where the solutions cannot be read (a workshop's learners).
    """
    asked = find_task(task)
    if not progress().has_passed(asked.id):
        raise CourseError(
            f'The reference of task {asked.id} opens when its check passes: `await course.check("{asked.id}")`.'
            f' Until then, `course.hint("{asked.id}")` helps.'
        )
    files = _reference_of(asked)
    if not files:
        raise CourseError(
            f"The reference of task {asked.id} is not on this machine: ask your instructor for it."
        )
    record(Kind.SOLUTION, chapter=asked.chapter, item=asked.id)
    mine = read_tree(workspace().project)
    views = [
        message(
            f"The reference for task {asked.id}: `-` lines are yours, `+` lines the reference. Keep what you like better."
        )
    ]
    for path, text in files.items():
        views.append(_compared(path, mine.get(path, ""), text, "yours", "reference"))
        views.append(_whole(path, text))
    views += _alternative(asked, files)
    return stack(views)


def _reference_of(task: Task) -> dict[str, str]:
    """The files as this task's own cells write them: a later task may write one of them again."""
    source = content().exercise_source(task.exercise.chapter)
    cells = f"answer-{task.id.replace('.', '-')}"
    written = written_files(source) if readable(source) else ()
    return {file.path: file.content for file in written if f"{file.grade_id}-".startswith(f"{cells}-")}


def _alternative(task: Task, reference: dict[str, str]) -> Iterator[View]:
    """Another right answer with its trade-off: the first card made for this task, else the first for all tasks."""
    cards = [read_card(path, right=True) for path in _right_cards(task)]
    fitting = [
        card for card in cards if card.task in (task.id, ALL_TASKS) and reference.keys() & card.files.keys()
    ]
    if not fitting:
        return
    card = min(fitting, key=lambda card: card.task == ALL_TASKS)
    yield message(f"Another way: {card.path.stem.replace('_', ' ')}.", *_prose(card))
    for path, text in card.files.items():
        if path in reference and text != reference[path]:
            yield _compared(path, reference[path], text, "reference", "another way")


def _right_cards(task: Task) -> list[Path]:
    cards = sorted((content().folder(task.exercise.chapter) / "right").glob("*.md"))
    return [card for card in cards if readable(card)]


def _prose(card: Card) -> list[str]:
    """The paragraphs of a card, up to its first file."""
    body = card.path.read_text(encoding="utf-8").split("\n---\n", 1)[1]
    paragraphs = body.partition("```")[0].strip().split("\n\n")
    return [" ".join(paragraph.split()) for paragraph in paragraphs if paragraph.strip()]


def _compared(path: str, one: str, other: str, name: str, other_name: str) -> View:
    if one == other:
        return message(f"`{path}`: {name} is the same as the {other_name}.")
    lines = difflib.unified_diff(
        one.splitlines(), other.splitlines(), f"{path} ({name})", f"{path} ({other_name})", lineterm="", n=2
    )
    return diff_view(path, "\n".join(lines), compared=f"- {name}, + {other_name}")


def _whole(path: str, text: str) -> View:
    """The whole file, folded away in HTML; its text twin is the diff, which stands right before it."""
    return View(
        page("solution", fold(prose(f"The whole `{path}`"), el("pre", text, tabindex=0))),
        f"{path}, whole:\n\n{text.rstrip()}",
    )
