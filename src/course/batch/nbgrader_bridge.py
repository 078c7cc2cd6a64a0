"""nbgrader with this course's executor: the layout of a course root, and the preprocessor that grades.

No submitted code runs in a kernel. `GradeAnswers` stands where nbgrader's Execute does, and what follows it (scores,
late penalties, gradebook, feedback, formgrader, export) is nbgrader's own.
"""

import json
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from sqlalchemy.exc import SAWarning
from traitlets import List, Unicode
from traitlets.config import Config
from traitlets.log import get_logger

from course.batch import autograde
from course.catalog import Chapter, catalog, content
from course.errors import CourseError
from course.grading import submission
from course.grading.exercise import Exercise, task_of
from course.grading.release import CODE_STUB
from course.grading.runner import grade
from course.grading.verdict import Outcome, Verdict
from course.pictures.verdict import task_verdict_view
from course.pictures.view import View, with_sheet
from course.project.files import write_atomically
from course.project.workspace import STATE

type Resources = dict[str, Any]
"""What nbconvert passes along with a notebook."""

HANDED_IN_UNTOUCHED = "This task was handed in as it was given."


def configure(c: Config, root: Path) -> None:
    """Set up nbgrader for the course root `root`: the clone, or a learner's copy of it.

    Sources are the clone's `solutions/`; releases go to `exercises/` in the clone, and under `.course/` in a copy, where
    `exercises/` is the learner's own. Everything else lies under `.course/`, which is made when it is missing.
    """
    _make_room_for_nbgrader()
    root = root.resolve()
    clone = content().root
    state = root / STATE
    state.mkdir(parents=True, exist_ok=True)

    course = c.CourseDirectory
    course.course_id = catalog().id
    course.root = str(root)
    course.source_directory = "solutions" if root == clone else str(clone / "solutions")
    course.release_directory = "exercises" if root == clone else f"{STATE}/release"
    for step in ("submitted", "autograded", "feedback", "solution", "source_with_tests"):
        setattr(course, f"{step}_directory", f"{STATE}/{step}")
    course.db_url = f"sqlite:///{state / 'gradebook.db'}"
    course.ignore = [
        *(".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", ".pytest_cache", ".mypy_cache"),
    ]
    c.ClearSolutions.code_stub = CODE_STUB
    c.GenerateAssignment.permissions = 644

    here = "course.batch.nbgrader_bridge"
    c.Autograde.exporter_class = f"{here}.SubmissionExporter"
    c.Autograde.autograde_preprocessors = [
        f"{here}.GradeAnswers",
        "nbgrader.preprocessors.LimitOutput",
        "nbgrader.preprocessors.SaveAutoGrades",
        "nbgrader.preprocessors.AssignLatePenalties",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    c.OverwriteCells.add_missing_cells = True


def _make_room_for_nbgrader() -> None:
    """Give nbgrader what it expects of its process, and take from it what is not safe."""
    autograde.take_over()
    # It calls `alembic` by name to make a gradebook, which fails when the environment is not activated.
    commands = str(Path(sys.executable).parent)
    if commands not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join(filter(None, [commands, os.environ.get("PATH", "")]))
    # nbgrader 0.9.6 relates new rows before it adds them, which SQLAlchemy 2.1 remarks on; nobody here can fix it.
    warnings.filterwarnings("ignore", category=SAWarning, module=r"nbgrader\.")


@contextmanager
def collected_log() -> Iterator[list[str]]:
    """Keep nbgrader's errors instead of printing its whole log."""
    lines: list[str] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    logger = logging.getLogger(get_logger().name)
    handler = Collect(logging.ERROR)
    old = logger.handlers[:], logger.propagate
    logger.handlers, logger.propagate = [handler], False
    try:
        yield lines
    finally:
        logger.handlers, logger.propagate = old


def verdict_path(root: Path, student: str, assignment: str) -> Path:
    """Where the whole verdict of a submission is kept, for instructors."""
    return root / STATE / "verdicts" / student / f"{assignment}.json"


class SubmissionExporter(NotebookExporter):
    """Reads any submission as a sound notebook, so that one broken file never goes without a grade."""

    def from_filename(
        self, filename: str, resources: Resources | None = None, **kw: object
    ) -> tuple[NotebookNode, Resources]:
        """Read and convert a submission; any file is one."""
        resources = {} if resources is None else resources
        chapter = _chapter(resources)
        if chapter is None:
            return super().from_filename(filename, resources, **kw)
        release = json.loads(content().exercise_notebook(chapter).read_text(encoding="utf-8"))
        path = Path(filename)
        text, problem = submission.content_of(path)
        resources.setdefault("metadata", {}).update({"name": path.stem, "path": str(path.parent)})
        notebook = _node(submission.read(text, release, problem, again=True))
        converted: tuple[NotebookNode, Resources] = self.from_notebook_node(notebook, resources, **kw)  # type: ignore[no-untyped-call] # nbconvert's
        return converted


class GradeAnswers(NbGraderPreprocessor):  # type: ignore[misc] # nbgrader has no types
    """Grades a submission with all checks, and puts the verdicts where nbgrader looks for outputs."""

    require = List(
        Unicode(),
        help="Layers of isolation without which nothing is graded: namespaces, landlock, seccomp, limits.",
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Set the outputs of every graded cell, and save the whole verdict under `.course/verdicts`.

        CourseError when the grader itself cannot run: then nbgrader records no score rather than a wrong one.
        """
        chapter = _chapter(resources)
        names = resources["nbgrader"]
        if chapter is None:
            raise CourseError(f"{names['assignment']} is not an exercise of this course: see course.toml.")
        verdict = self.verdict(nb, chapter)
        self._save(verdict, names)
        tasks = {task.task: task for task in verdict.tasks}
        first = True
        for cell in nb.cells:
            graded = cell.metadata.get("nbgrader", {})
            task = tasks.get(task_of(str(graded.get("grade_id", ""))) or "")
            if cell.cell_type == "code" and graded.get("grade") and task is not None:
                untouched = task.outcome is Outcome.NOT_ATTEMPTED
                shown = task_verdict_view(task, next_step=HANDED_IN_UNTOUCHED if untouched else "")
                outputs = _outputs(with_sheet(shown) if first else shown, task.earned, float(graded.points))
                cell.outputs, cell.execution_count = [_node(output) for output in outputs], None
                first = False
        return nb, resources

    def verdict(self, nb: NotebookNode, chapter: Chapter) -> Verdict:
        """Grade it here and now; a batch that has its verdicts already says so instead."""
        exercise = Exercise.load(chapter.number)
        return grade(exercise, submission.answers(nb, exercise), held_out=True, require=tuple(self.require))

    def _save(self, verdict: Verdict, names: dict[str, str]) -> None:
        # nbgrader changes to the course root before it converts anything
        path = verdict_path(Path.cwd(), names["student"], names["assignment"])
        write_atomically(path, json.dumps(verdict.to_json(), indent=1) + "\n")


def _outputs(shown: View, earned: float, points: float) -> list[dict[str, Any]]:
    """What a graded cell shows: the verdict as in the notebook, then the score as nbgrader reads partial credit.

    `points` is the cell's maximum, which the score never exceeds.
    """
    score = max(0.0, min(earned, points))
    return [
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {"text/plain": shown.text, "text/html": shown.html},
        },
        {
            "output_type": "execute_result",
            "execution_count": None,
            "metadata": {},
            "data": {"text/plain": f"{score:g}"},
        },
    ]


def _node(data: dict[str, Any]) -> NotebookNode:
    node: NotebookNode = nbformat.from_dict(data)  # type: ignore[no-untyped-call] # nbformat's
    return node


def _chapter(resources: Resources) -> Chapter | None:
    """The chapter whose exercise an nbgrader assignment is; None for an assignment that is not this course's."""
    try:
        return catalog().by_slug(resources.get("nbgrader", {}).get("assignment", ""))
    except CourseError:
        return None
