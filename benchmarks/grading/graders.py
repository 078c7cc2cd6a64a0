"""Three graders of the same submissions: how each wants them laid out, and what it says of them."""

import ast
import csv
import json
import os
import shutil
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

from benchmarks.grading.cohort import Submission, notebook, starting_project
from benchmarks.grading.meter import Cost, measure
from course.catalog import catalog, content
from course.errors import CourseError
from course.grading.exercise import Exercise
from course.project.cells import nbgrader_of, source_of
from course.project.files import package_files
from run import find_uv

OTTER = "otter-grader==7.0.0"
_HERE = Path(__file__).parent
_SCRIPTS = Path(sys.executable).parent


@dataclass(frozen=True)
class Graded:
    """What a grader made of a cohort: each student's points (None: no score), and what it cost."""

    scores: Mapping[str, float | None]
    cost: Cost


def ours(
    exercise: Exercise,
    submissions: Sequence[Submission],
    folder: Path,
    *,
    jobs: int,
    seconds: float | None = None,
) -> Graded:
    """Grade with `course grade-all`: a fresh course root, a fresh gradebook."""
    slug = exercise.chapter.slug
    for one in submissions:
        _write(folder / ".course/submitted" / one.student / slug / f"{slug}.ipynb", notebook(exercise, one))
    (folder / "nbgrader_config.py").write_text(
        "from pathlib import Path\nfrom course.batch.nbgrader_bridge import configure\n"
        "configure(get_config(), Path(__file__).parent)\n"
    )
    cost = grade_all(exercise, folder, jobs=jobs, seconds=seconds)
    return Graded(_gradebook(folder / ".course/gradebook.db", catalog().id), cost)


def grade_all(exercise: Exercise, root: Path, *, jobs: int, seconds: float | None = None) -> Cost:
    """Run `course grade-all` in a course root."""
    env = {**os.environ, "COURSE_CONTENT": str(content().root)}
    command = [str(_SCRIPTS / "course"), "grade-all", exercise.chapter.slug, "--jobs", str(jobs)]
    return measure(command, cwd=root, env=env, log=root / "log.txt", seconds=seconds)


def stock(
    exercise: Exercise, submissions: Sequence[Submission], folder: Path, *, seconds: float | None = None
) -> Graded:
    """Grade with `nbgrader autograde` as it comes: the notebook runs in a kernel, its test cells hold the checks."""
    slug = exercise.chapter.slug
    source = folder / "source" / slug
    _lay(source, _beside_the_notebook(exercise))
    reference = Submission("", "right", "the reference", dict(exercise.reference))
    _write_notebook(_plain_notebook(exercise, reference, graded=True), source / f"{slug}.ipynb")
    for one in submissions:
        place = folder / "submitted" / one.student / slug
        place.mkdir(parents=True)
        _write_notebook(_plain_notebook(exercise, one, graded=True), place / f"{slug}.ipynb")
    (folder / "nbgrader_config.py").write_text(
        'c = get_config()\nc.CourseDirectory.course_id = "benchmark"\n'
    )
    env = {
        **os.environ,
        "PATH": os.pathsep.join([str(_SCRIPTS), os.environ["PATH"]]),
    }  # nbgrader calls alembic
    nbgrader = [sys.executable, "-P", "-m", "nbgrader"]
    measure([*nbgrader, "generate_assignment", slug], cwd=folder, env=env, log=folder / "generate.txt")
    cost = measure(
        [*nbgrader, "autograde", slug], cwd=folder, env=env, log=folder / "log.txt", seconds=seconds
    )
    return Graded(_gradebook(folder / "gradebook.db", "benchmark"), cost)


def otter(
    exercise: Exercise, submissions: Sequence[Submission], folder: Path, *, seconds: float | None = None
) -> Graded:
    """Grade with otter-grader's local grading, one process for all: its command starts one for each."""
    files = _beside_the_notebook(exercise)
    for path, text in files.items():
        if not path.startswith("tests/"):  # otter-grader's own folder
            _lay(folder / "files", {path: text})
    for name, points in _checks(exercise).items():
        test = (
            "from otter.test_files import test_case\n\nOK_FORMAT = False\n"
            f"name = {name!r}\npoints = {points}\n\n\n"
            f"@test_case()\ndef {name}(env):\n    env['check_in_thread']({name!r})\n"
        )
        _lay(folder / "tests", {f"{name}.py": test})
    _lay(folder, {"otter_config.json": json.dumps({"lang": "python", "print_summary": False})})
    with zipfile.ZipFile(folder / "autograder.zip", "w") as archive:
        for found in sorted(folder.rglob("*")):
            if found.suffix != ".zip":
                archive.write(found, found.relative_to(folder))
    for one in submissions:
        (folder / "submissions").mkdir(exist_ok=True)
        _write_notebook(
            _plain_notebook(exercise, one, graded=False), folder / "submissions" / f"{one.student}.ipynb"
        )
    loop = folder / "grade_all.py"
    shutil.copyfile(_HERE / "otter_loop.py", loop)
    cost = measure(
        [*with_otter(), "python", loop],
        cwd=folder,
        env=dict(os.environ),
        log=folder / "log.txt",
        seconds=seconds,
    )
    scores: dict[str, float | None] = {one.student: None for one in submissions}
    if (folder / "scores.csv").exists():
        with (folder / "scores.csv").open(newline="") as file:
            scores |= {student: float(score) for student, score in csv.reader(file)}
    return Graded(scores, cost)


def with_otter() -> list[str]:
    """The command that runs another with otter-grader beside our packages: in an environment that uv throws away."""
    uv = find_uv()
    if uv is None:
        raise CourseError(
            "The benchmark installs otter-grader with uv: `python3 run.py uv --version` brings uv here."
        )
    return [uv, "run", "--quiet", "--no-sync", "--project", str(content().root), "--with", OTTER]


def warm_otter(folder: Path) -> None:
    """Have uv make otter-grader's environment, and Python its bytecode, before anything is measured."""
    command = [
        *with_otter(),
        "python",
        "-c",
        "import otter.api, otter.execute, pandas, nbconvert.preprocessors",
    ]
    measure(command, cwd=folder, env=dict(os.environ), log=folder / "otter.txt")


def _beside_the_notebook(exercise: Exercise) -> dict[str, str]:
    """What lies beside a notebook whose kernel is graded: the project, the checks, and what runs them."""
    if exercise.check_file is None or exercise.held_out_file is None:
        raise CourseError("The benchmark needs the checks of exercise 1: run it in the clone.")
    files = starting_project(exercise)
    files |= dict.fromkeys(package_files([*files, *exercise.reference]), "") | files
    return files | {
        "checks.py": exercise.check_file.read_text(encoding="utf-8"),
        "held_out.py": exercise.held_out_file.read_text(encoding="utf-8"),
        "in_kernel.py": (_HERE / "in_kernel.py").read_text(encoding="utf-8"),
    }


def _plain_notebook(exercise: Exercise, submission: Submission, *, graded: bool) -> NotebookNode:
    """A notebook for graders that run it: answers written with IPython's own magic, one test cell a check."""
    cells = [_cell("import in_kernel\nfrom in_kernel import check, check_in_thread", "setup", locked=True)]
    cells += [
        _cell(source_of(cell).replace("%%write ", "%%writefile ", 1), nbgrader_of(cell).get("grade_id", ""))
        for cell in notebook(exercise, submission)["cells"]
        if source_of(cell).startswith("%%write ")
    ]
    if graded:
        cells += [
            _cell(f"await check({name!r})", name, points=points) for name, points in _checks(exercise).items()
        ]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    made: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=kernel)  # type: ignore[no-untyped-call] # nbformat is untyped
    return made


def _cell(source: str, grade_id: str, *, points: float | None = None, locked: bool = False) -> NotebookNode:
    graded = points is not None
    data: dict[str, Any] = {"grade_id": grade_id, "schema_version": 3, "task": False, "grade": graded}
    data |= {"solution": not graded and not locked, "locked": graded or locked}
    if graded:
        data["points"] = points
    metadata = {"nbgrader": data} if grade_id else {}
    cell: NotebookNode = nbformat.v4.new_code_cell(source, metadata=metadata)  # type: ignore[no-untyped-call] # nbformat is untyped
    return cell


def _checks(exercise: Exercise) -> dict[str, float]:
    """Every check and its points, read from the `@task` marks."""
    found: dict[str, tuple[str, float]] = {}
    for path in (exercise.check_file, exercise.held_out_file):
        for node in ast.parse(path.read_text(encoding="utf-8")).body if path else ():
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                mark = next(one for one in node.decorator_list if isinstance(one, ast.Call))
                found[node.name] = ast.literal_eval(mark.args[0]), ast.literal_eval(mark.keywords[0].value)
    return {name: float(points) for name, (_, points) in sorted(found.items(), key=lambda item: item[1][0])}


def _gradebook(path: Path, course: str) -> dict[str, float | None]:
    """What nbgrader's gradebook has of each student; None while a cell has no score."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{path}", course) as gradebook:
        return {
            submission.student.id: None if submission.needs_manual_grade else float(submission.score)
            for assignment in gradebook.assignments
            for submission in assignment.submissions
        }


def _write_notebook(notebook: NotebookNode, path: Path) -> None:
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call] # nbformat is untyped


def _lay(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def _write(path: Path, data: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data), encoding="utf-8")
