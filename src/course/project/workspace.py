"""Where a learner's work lives."""

import atexit
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self

from course.catalog import content
from course.errors import CourseError

PROJECT = "my-api"
STATE = ".course"
COPY_MARKER = f"{STATE}/copy.json"
TEMPORARY = ":temporary:"


@dataclass(frozen=True)
class Workspace:
    """A learner's folder: the notebooks, the API they build and the course's records of it."""

    root: Path

    @property
    def project(self) -> Path:
        """The API that the learner builds."""
        return self.root / PROJECT

    @property
    def state(self) -> Path:
        """The course's own records: progress, gradebook, backups. Ignored by git."""
        return self.root / STATE

    @classmethod
    def find(cls, start: Path | None = None) -> Self:
        """Return the workspace that `start` (default: the current folder) lies in.

        `COURSE_WORKSPACE` overrides the search; `:temporary:` stands for an empty folder that lasts as long as
        this process. Raises CourseError when no folder above `start` is a learner's copy or the clone.
        """
        named = os.environ.get("COURSE_WORKSPACE")
        if named == TEMPORARY:
            return cls(_temporary())
        if named:
            return cls(Path(named).resolve())
        here = (start or Path.cwd()).resolve()
        for folder in (here, *here.parents):
            if (folder / COPY_MARKER).is_file() or folder == content().root:
                return cls(folder)
        raise CourseError(
            f"{here} is not inside a learner's copy of the course: run `course start` to make one."
        )


@lru_cache(maxsize=1)
def _temporary() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="course-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder.resolve()
