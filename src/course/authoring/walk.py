"""Learners who come from the exercise before a lesson, each solved in its own way: the lesson's story must stay true."""

from pathlib import Path

from course.catalog import Chapter, Content
from course.grading.cards import read_cards
from course.grading.exercise import Exercise
from course.project.bring import bring
from course.project.files import write_file
from course.project.ground import Ground
from course.project.workspace import Workspace

UNTOUCHED, HALF = "untouched starters", "every second answer"


def ways(chapter: Chapter, where: Content) -> tuple[str, ...]:
    """Return how one can have left a chapter's exercise: solved as each right card says, half done, or only begun."""
    if not where.exercise_source(chapter).is_file():
        return ()
    cards = (card.name for card in read_cards(where.folder(chapter)) if card.is_right)
    return (*cards, UNTOUCHED, HALF)


def arrive(root: Path, chapter: Chapter, way: str, where: Content) -> None:
    """Make a learner's workspace at `root` that stands in a chapter's exercise, left in one of its `ways`."""
    root.mkdir(parents=True, exist_ok=True)
    workspace = Workspace(root)
    bring(workspace, Ground(chapter.number, exercise=True))
    for path, text in _answers(chapter, way, where).items():
        write_file(workspace.project, path, text)


def _answers(chapter: Chapter, way: str, where: Content) -> dict[str, str]:
    exercise = Exercise.load(chapter.number)
    starters = dict(exercise.starters.values())
    if way == UNTOUCHED:
        return {path: text for path, text in starters.items() if path.endswith(".py")}  # others do not parse
    if way == HALF:
        return {path: exercise.reference[path] for path in sorted(starters)[::2]}
    card = next(card for card in read_cards(where.folder(chapter)) if card.name == way)
    return card.over(exercise.reference)
