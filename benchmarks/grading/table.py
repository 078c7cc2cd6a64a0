"""What was measured, as Markdown."""

from collections.abc import Mapping, Sequence

from benchmarks.grading.cohort import Submission
from benchmarks.grading.graders import OTTER as OTTER_VERSION
from benchmarks.grading.graders import Graded
from benchmarks.grading.meter import Cost, is_exact
from course.batch.engines import processors

OURS, STOCK, OTTER = "course grade-all", "nbgrader autograde", "otter-grader"
SOUND = ("right", "wrong")
"""Kinds of submissions that all three must give the same points."""


def comparison(
    submissions: Sequence[Submission], found: Mapping[str, Graded], hung: Mapping[str, Graded], *, load: float
) -> str:
    """Return the table of all graders, then what was said of the scores."""
    count, base = len(submissions), found[OURS].cost
    rows = [
        "| grader | s per submission | to ours | processor s per submission | to ours | peak memory (MB) | to ours |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, graded in found.items():
        cost = graded.cost
        cells = (
            *(f"{cost.wall / count:.2f}", f"{cost.wall / base.wall:.1f}"),
            *(f"{cost.cpu / count:.2f}", f"{cost.cpu / base.cpu:.1f}"),
            *(f"{cost.peak:.0f}", f"{cost.peak / base.peak:.1f}"),
        )
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(
        [*rows, "", _caption(submissions, load), "", *_hanging(hung), "", *_scores(submissions, found)]
    )


def scale(rows: Sequence[tuple[int, Cost]]) -> str:
    """Return the table of cohorts of several sizes."""
    lines = ["| submissions | s in all | s per submission | peak memory (MB) |", "|---:|---:|---:|---:|"]
    for size, cost in rows:
        lines.append(f"| {size} | {cost.wall:.0f} | {cost.wall / size:.3f} | {cost.peak:.0f} |")
    return "\n".join([*lines, "", f"{_machine()} {_processor_note()}"])


def _caption(submissions: Sequence[Submission], load: float) -> str:
    kinds = [one.kind for one in submissions]
    mixed = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    return (
        f"{len(submissions)} submissions of exercise 1 ({mixed}); {_machine()} Load before the run: {load:.1f}. "
        f"{_processor_note()} Start-up of each command is in it. {OTTER_VERSION}."
    )


def _machine() -> str:
    return f"{processors()} cores."


def _processor_note() -> str:
    if is_exact():
        return "Processor time counts every process that a command started."
    return "Processor time is the whole machine's: run this where nothing else runs."


def _hanging(hung: Mapping[str, Graded]) -> list[str]:
    rows = ["| grader | s per hanging submission | points |", "|---|---:|---|"]
    for name, graded in hung.items():
        ended = "" if graded.cost.ended else "more than "
        points = ", ".join("no score" if one is None else f"{one:g}" for one in graded.scores.values())
        rows.append(f"| {name} | {ended}{graded.cost.wall / max(len(graded.scores), 1):.1f} | {points} |")
    return rows


def _scores(submissions: Sequence[Submission], found: Mapping[str, Graded]) -> list[str]:
    """Compare the scores; AssertionError when sound graders disagree."""
    others = [name for name in found if name != OURS]
    lines, differ = [], []
    for one in submissions:
        scores = {name: graded.scores.get(one.student) for name, graded in found.items()}
        if len(set(scores.values())) > 1:
            said = ", ".join(
                f"{name} {'none' if score is None else f'{score:g}'}" for name, score in scores.items()
            )
            differ.append((one, f"* {one.kind}, {one.source}: {said}"))
    same = len(submissions) - len(differ)
    lines.append(
        f"{same} of {len(submissions)} submissions have the same score from {' and '.join([OURS, *others])}."
    )
    lines += [line for _, line in differ]
    unsound = [line for one, line in differ if one.kind in SOUND]
    if unsound:
        raise AssertionError("\n".join([*lines, "Graders disagree about a right or wrong answer."]))
    return lines
