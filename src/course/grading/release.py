"""What learners get of an exercise, made by nbgrader itself, without a gradebook."""

import logging
import tempfile
from pathlib import Path

from course.catalog import Chapter, Content
from course.errors import CourseError
from course.grading.exercise import PROBES
from course.grading.probes import probes_named
from course.project.cells import without_outputs
from course.project.files import GAP
from course.project.myst import Notebook, skip_slow_import, to_notebook
from course.project.notebooks import from_text, normalize, to_text

RELEASED_FILES = ("checks.py", "hints.toml")
CODE_STUB = {"python": GAP}
"""What nbgrader puts where a solution was."""


def solution_notebook(chapter: Chapter, where: Content) -> Notebook:
    """Return the instructor's notebook of a chapter's exercise, not executed; CourseError when its source is not right."""
    source = where.exercise_source(chapter)
    derived_from = where.name(source)
    return normalize(to_notebook(source, derived_from=derived_from), derived_from=derived_from)


def exercise_files(chapter: Chapter, where: Content) -> dict[Path, str]:
    """Return the instructor's notebook and the released folder, path to text; nothing when there is no exercise."""
    if not where.exercise_source(chapter).is_file():
        return {}
    solution = solution_notebook(chapter, where)
    target = where.solution_notebook(chapter)
    return {target: to_text(solution)} | release(chapter, solution, where)


def release(chapter: Chapter, solution: Notebook, content: Content) -> dict[Path, str]:
    """Return what is released of a chapter's exercise: path to text.

    `solution` is the instructor's notebook. What lies beside the notebook lies beside the instructor's, too: nbgrader
    copies it, so a release made in Formgrader is byte for byte this one. Of the probes, only those that checks.py
    names are released, with what they import. Raises CourseError when nbgrader refuses it, with nbgrader's reason, and
    when a file that belongs to an exercise is missing.
    """
    source = content.name(content.exercise_source(chapter))
    files = {content.exercise_notebook(chapter): to_text(released_notebook(chapter, solution, source))}
    for name in RELEASED_FILES:
        file = content.folder(chapter) / name
        if not file.is_file():
            raise CourseError(f"{content.name(file)} is missing: each exercise has one.")
        files |= _copies(chapter, file, content)
    checks = content.folder(chapter) / "checks.py"
    probes = content.folder(chapter) / PROBES
    for name in probes_named(checks.read_text(encoding="utf-8"), probes):
        files |= _copies(chapter, probes / f"{name}.py", content)
    return files


def _copies(chapter: Chapter, file: Path, content: Content) -> dict[Path, str]:
    """A file of the chapter as it lies beside the released notebook, and beside the instructor's."""
    name = file.relative_to(content.folder(chapter))
    note = f"# Derived from {content.name(file)} by `course build`: change it there.\n"
    text = note + file.read_text(encoding="utf-8")
    return {folder / name: text for folder in (content.exercise(chapter), content.solution(chapter))}


def released_notebook(chapter: Chapter, solution: Notebook, source: str) -> Notebook:
    """Return the learner's notebook: what nbgrader's `generate_assignment` makes of the instructor's.

    `source` names the text it comes from. Raises CourseError when nbgrader refuses it.
    """
    with tempfile.TemporaryDirectory(prefix="course-release-") as folder:
        root = Path(folder).resolve()
        place = root / "solutions" / chapter.slug
        place.mkdir(parents=True)
        (place / f"{chapter.slug}.ipynb").write_text(to_text(solution), encoding="utf-8")
        _generate_assignment(root, chapter, source)
        made = root / "exercises" / chapter.slug / f"{chapter.slug}.ipynb"
        notebook = from_text(made.read_text(encoding="utf-8"))
    return without_outputs(normalize(notebook, derived_from=source))


def _generate_assignment(root: Path, chapter: Chapter, source: str) -> None:
    skip_slow_import()
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    config = Config()
    place = config.CourseDirectory
    place.root, place.assignment_id = str(root), chapter.slug
    place.source_directory, place.release_directory = "solutions", "exercises"
    config.ClearSolutions.code_stub = CODE_STUB
    # What `nbgrader generate_assignment --no-db` sets: a new gradebook costs seconds, the instructor's is not ours.
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    said = _Said()
    log = logging.getLogger(f"course.release.{id(said)}")
    log.propagate = False
    log.addHandler(said)
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config, log=log)
    try:
        converter.start()
    except NbGraderException as error:
        reason = said.reason or str(error)
        raise CourseError(f"{source}: nbgrader does not release it: {reason}") from error


class _Said(logging.Handler):
    """The last line of nbgrader's traceback: the exception it raises says only "see the above"."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.reason = ""

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage().strip()
        if text.startswith("Traceback"):
            self.reason = text.splitlines()[-1]
