"""Copies of a learner's files, made before the course changes them."""

import shutil
import time
from pathlib import Path

from course.errors import CourseError


class Backup:
    """A folder `.course/backup/<time>` that comes into being with the first file it takes."""

    def __init__(self, state: Path) -> None:
        self._parent = state / "backup"
        self.folder: Path | None = None

    def take(self, file: Path, path: str) -> Path:
        """Copy a file there as `path` and return the copy; CourseError when it cannot be written."""
        try:
            folder = self.folder = self.folder or self._make()
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, place)
        except OSError as error:
            raise CourseError(
                f"{file} was left alone: no copy of it can be kept in {self._parent} ({error.strerror})."
            ) from error
        return place

    def _make(self) -> Path:
        self._parent.mkdir(parents=True, exist_ok=True)
        stamp = time.strftime("%Y%m%d-%H%M%S")
        attempt = 0
        while True:
            folder = self._parent / (f"{stamp}-{attempt}" if attempt else stamp)
            try:
                folder.mkdir()
            except FileExistsError:
                attempt += 1
            else:
                return folder
