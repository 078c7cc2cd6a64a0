"""The settings of a course root, as nbgrader itself would read them there."""

from dataclasses import dataclass
from pathlib import Path

from jupyter_core.paths import jupyter_config_path
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Application, Config

from course.batch.autograde import look_through
from course.batch.handed_in import HandedIn, Submission
from course.batch.names import Assignments
from course.batch.nbgrader_bridge import GradeAnswers, configure
from course.catalog import catalog
from course.errors import CourseError
from course.project.workspace import STATE
from course.sandbox import LAYERS

CONFIG_FILE = "nbgrader_config"


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
    def require(self) -> tuple[str, ...]:
        """The layers of isolation without which nothing is graded; CourseError for one that there is not."""
        found = tuple(GradeAnswers(config=self.config).require)
        for name in set(found) - set(LAYERS):
            raise CourseError(f"GradeAnswers.require names {name!r}: the layers are {', '.join(LAYERS)}.")
        return found

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

    def assignment(self, wanted: str) -> str:
        """Return the slug of the exercise that a number or a name means; CourseError when the course has none like it."""
        if wanted.strip().isdecimal():
            return catalog().chapter(int(wanted)).slug
        return Assignments.of_the_course().named(wanted) or catalog().by_slug(wanted).slug

    def handed_in(self) -> HandedIn:
        """All that lies in the submitted folder; learners whom the settings exclude are left out."""
        course = self.course
        pattern = Path(course.format_path(course.submitted_directory, "STUDENT", "ASSIGNMENT"))
        if pattern != Path(course.root, course.submitted_directory, "STUDENT", "ASSIGNMENT"):
            raise CourseError(
                "nbgrader_config.py sets CourseDirectory.directory_structure, which this course does not support: "
                "leave it out."
            )
        return look_through(course)
