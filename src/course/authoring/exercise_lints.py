"""What an exercise is held to before anything of it runs: points, ids, docstrings, hints, gaps."""

import ast
from collections import defaultdict
from pathlib import Path

from course.authoring.promises import lint_promises
from course.authoring.report import Report
from course.catalog import Chapter, Content, catalog
from course.catalog.questions import read_hints
from course.errors import CourseError
from course.grading.declared import Check, read_checks
from course.project.myst import Notebook
from course.project.sources import BEGIN_SOLUTION, TODO, split_write

EXERCISE_POINTS = 10
STUB = "..."


def lint_exercise(
    chapter: Chapter, solution: Notebook, released: Notebook, where: Content, report: Report
) -> None:
    """Note what is wrong with an exercise's notebook, checks and hints.

    `solution` and `released` are the instructor's and the learner's notebook.
    """
    folder = where.folder(chapter)
    declared: dict[str, list[Check]] = {"checks.py": [], "held_out.py": []}
    for file in (folder / name for name in declared):
        name = where.name(file)
        if not file.is_file():
            report.add(name, "it is missing: each exercise has one.")
            continue
        found, wrong = read_checks(file.read_text(encoding="utf-8"))
        declared[file.name] = found
        for line, sentence in wrong:
            report.add(f"{name}:{line}", sentence)
    visible, held_out = declared.values()
    checks = [*visible, *held_out]
    name = where.name(where.exercise_source(chapter))
    cells = {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in solution["cells"] if _is_graded(cell)}
    for sentence in lint_tasks(chapter.number, cells, checks):
        report.add(name, sentence)
    for sentence in lint_gaps(cells, released):
        report.add(name, sentence)
    for sentence in lint_end(chapter, solution, where):
        report.add(name, sentence)
    for sentence in lint_promises(solution, visible, held_out):
        report.add(name, sentence)
    _lint_hints(folder / "hints.toml", {check.task for check in checks}, where, report)


def lint_tasks(chapter: int, cells: dict[str, Notebook], checks: list[Check]) -> list[str]:
    """Return what does not agree between the graded cells (by grade_id) and the checks of an exercise."""
    wrong = []
    points: defaultdict[str, float] = defaultdict(float)
    for check in checks:
        points[check.task] += check.points
    graded = {grade_id: cell for grade_id, cell in cells.items() if cell["metadata"]["nbgrader"]["grade"]}
    expected = {f"check-{task.replace('.', '-')}": task for task in points}
    for grade_id, task in sorted(expected.items()):
        if not task.startswith(f"{chapter}."):
            wrong.append(f"the checks name task {task}, which is none of chapter {chapter}.")
        elif grade_id not in graded:
            wrong.append(f"task {task} has checks, but no graded cell {grade_id}.")
        else:
            wrong += _lint_check_cell(task, graded[grade_id], points[task])
        answer = f"answer-{task.replace('.', '-')}"
        if not any(grade_id == answer or grade_id.startswith(f"{answer}-") for grade_id in cells):
            wrong.append(f"task {task} has no answer cell {answer}.")
    wrong += [
        f"the graded cell {grade_id} has no checks." for grade_id in sorted(graded.keys() - expected.keys())
    ]
    total = sum(points.values())
    if total != EXERCISE_POINTS:
        wrong.append(
            f"the checks are worth {total:g} points together; an exercise is worth {EXERCISE_POINTS}."
        )
    return wrong


def lint_gaps(cells: dict[str, Notebook], released: Notebook) -> list[str]:
    """Return what is wrong with the gaps of the answer cells and with what the release made of them."""
    wrong = []
    starters = {cell["id"]: cell["source"] for cell in released["cells"]}
    for grade_id, cell in cells.items():
        if not cell["metadata"]["nbgrader"]["solution"]:
            continue
        lines = cell["source"].splitlines()
        gaps = [number for number, line in enumerate(lines) if line.strip() == BEGIN_SOLUTION]
        if not gaps:
            wrong.append(f"the answer cell {grade_id} has no {BEGIN_SOLUTION}: all of it would be blanked.")
        if any(not lines[number - 1].strip().startswith(TODO) for number in gaps):
            wrong.append(f"the answer cell {grade_id} has a gap without a `{TODO}: …` line right before it.")
        written = split_write(cell["source"])
        if written is None:
            wrong.append(f"the answer cell {grade_id} does not start with `%%write PATH`.")
            continue
        starter = starters.get(grade_id, "")
        ours = {line.strip() for line in lines}
        if invented := [line for line in starter.splitlines() if line.strip() not in ours | {STUB, ""}]:
            wrong.append(
                f"the starter of {grade_id} has a line that the solution does not: {invented[0].strip()!r}."
            )
        if written[0].endswith(".py"):
            wrong += _lint_starter(grade_id, starter)
    return wrong


def lint_end(chapter: Chapter, solution: Notebook, where: Content) -> list[str]:
    """Return what an exercise's end lacks: the cell that grades it, and the ways on."""
    sources = [cell["source"].strip() for cell in solution["cells"]]
    grades = f"await course.grade({chapter.number})"
    if grades not in sources:
        return [f"no cell grades the exercise: `{grades}`, after the last task."]
    chapters = catalog().chapters
    ways = [chapters[0], *(one for one in chapters if one.number == chapter.number + 1)]
    last = "\n".join(sources[sources.index(grades) + 1 :])
    return [
        f"it ends without a link to ../../notebooks/{way.slug}.ipynb."
        for way in ways
        if where.is_published(way) and f"](../../notebooks/{way.slug}.ipynb)" not in last
    ]


def _lint_check_cell(task: str, cell: Notebook, points: float) -> list[str]:
    wrong = []
    worth = cell["metadata"]["nbgrader"].get("points")
    if worth != points:
        wrong.append(f"the checks of task {task} are worth {points:g} points, its cell says {worth}.")
    if cell["source"].strip() != f'await course.check("{task}")':
        wrong.append(f'the graded cell of task {task} must be `await course.check("{task}")`, nothing else.')
    if not cell["metadata"]["nbgrader"]["locked"]:
        wrong.append(f"the graded cell of task {task} must be locked.")
    return wrong


def _lint_starter(grade_id: str, starter: str) -> list[str]:
    written = split_write(starter)
    try:
        ast.parse(written[1] if written else starter)
    except SyntaxError as error:
        return [f"the starter of {grade_id} does not parse (line {error.lineno}): {error.msg}."]
    return []


def _lint_hints(file: Path, tasks: set[str], where: Content, report: Report) -> None:
    name = where.name(file)
    if not file.is_file():
        report.add(name, "it is missing: each task has hints.")
        return
    try:
        hints = read_hints(file)
    except CourseError as error:
        report.add(name, str(error))
        return
    for task in sorted(tasks - hints.keys()):
        report.add(name, f"task {task} has no hints.")
    for task in sorted(hints.keys() - tasks):
        report.add(name, f"there is no task {task}.")
    report.saw("hints", sum(map(len, hints.values())))


def _is_graded(cell: Notebook) -> bool:
    return bool(cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("grade_id"))
