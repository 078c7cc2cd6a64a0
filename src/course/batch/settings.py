"""The settings of a course root, as nbgrader itself would read them there."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jupyter_core.paths import jupyter_config_path
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Application, Config

from course.batch.nbgrader_bridge import configure
from course.catalog import catalog
from course.errors import CourseError
from course.project.workspace import STATE

CONFIG_FILE = "nbgrader_config"
NO_DATE = "a file of another kind"
"""Stands for a timestamp.txt that is a link, a pipe, a folder, or too large for a date."""
_LONGEST_DATE = 200


@dataclass(frozen=True)
class Submission:
    """One learner's folder for one assignment, as nbgrader's submitted folder holds it."""

    student: str
    assignment: str
    folder: Path

    @property
    def notebook(self) -> Path:
        """Where the notebook should be."""
        return self.folder / f"{self.assignment}.ipynb"

    @property
    def timestamp(self) -> str:
        """When it was handed in, as nbgrader wrote it; empty when it did not. What can be no date is not read."""
        file = self.folder / "timestamp.txt"
        try:
            status = file.lstat()
            if not stat.S_ISREG(status.st_mode) or status.st_size > _LONGEST_DATE:
                return NO_DATE
            return file.read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            return ""


@dataclass(frozen=True)
class Settings:
    """Where a course root keeps things, and its nbgrader configuration."""

    root: Path
    config: Config

    @classmethod
    def load(cls, root: Path) -> "Settings":
        """Read this course's settings, then `nbgrader_config.py` of the root and of Jupyter's own folders over them.

        Raises CourseError when such a file cannot be run.
        """
        root = root.resolve()
        config = Config()
        configure(config, root)
        reader = Application(raise_config_file_errors=True)
        try:
            reader.load_config_file(CONFIG_FILE, path=[str(root), *jupyter_config_path()])
        except Exception as error:
            raise CourseError(f"{CONFIG_FILE}.py of {root} cannot be used: {error}.") from error
        config.merge(reader.config)
        return cls(root, config)

    @property
    def course(self) -> CourseDirectory:
        """nbgrader's own view of these settings."""
        return CourseDirectory(config=self.config)

    @property
    def db_url(self) -> str:
        """The gradebook's address."""
        return str(self.course.db_url)

    @property
    def state(self) -> Path:
        """The batch's own records."""
        return self.root / STATE / "batch"

    def autograded(self, submission: Submission) -> Path:
        """Where nbgrader keeps a graded notebook."""
        folder = self.course.format_path(
            self.course.autograded_directory, submission.student, submission.assignment
        )
        return Path(folder) / f"{submission.assignment}.ipynb"

    def assignments(self, wanted: str | None) -> list[str]:
        """Return the slugs to grade: the one that is wanted, by slug or by number, or all that somebody handed in.

        Raises CourseError for an assignment that the course does not have.
        """
        if wanted is not None:
            number = wanted.isdecimal()
            chapter = catalog().chapter(int(wanted)) if number else catalog().by_slug(wanted)
            return [chapter.slug]
        known = [chapter.slug for chapter in catalog().chapters if chapter.has_exercise]
        return [slug for slug in known if next(self.submissions(slug), None)]

    def submissions(self, assignment: str) -> Iterator[Submission]:
        """What was handed in for an assignment, by student; those that the settings exclude are left out."""
        course = self.course
        excluded = set(filter(None, course.student_id_exclude.split(",")))
        pattern = Path(course.format_path(course.submitted_directory, "*", assignment))
        steps = Path(course.submitted_directory)
        base = steps if steps.is_absolute() else self.root / steps
        if pattern != base / "*" / assignment:
            raise CourseError(
                "nbgrader_config.py sets CourseDirectory.directory_structure, which this course does not support: "
                "leave it out."
            )
        if not base.is_dir():
            return
        for student in sorted(folder.name for folder in base.iterdir()):
            folder = base / student / assignment
            if student not in excluded and folder.is_dir():
                yield Submission(student, assignment, folder)
