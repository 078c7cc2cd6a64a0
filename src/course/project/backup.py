"""What the course would change of a learner's files goes to a backup first."""

import shutil
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from course.errors import CourseError


class Backup:
    """A folder `.course/backup/<time>` that comes into being with the first file it takes."""

    def __init__(self, state: Path) -> None:
        self._parent = state / "backup"
        self.folder: Path | None = None

    def keep(self, file: Path, path: str) -> None:
        """Copy a file there as `path`; CourseError when it cannot be written."""
        self._put(shutil.copy2, file, path)

    def take(self, file: Path, path: str) -> None:
        """Move a file there as `path`, if it is there at all; CourseError when it cannot be written."""
        if file.exists() or file.is_symlink():
            self._put(Path.rename, file, path)

    def _put(self, put: Callable[[Path, Path], object], file: Path, path: str) -> None:
        try:
            self.folder = self.folder or self._make()
            place = self.folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            put(file, place)
        except OSError as error:
            raise CourseError(
                f"{file} was left alone: no copy of it can be kept in {self._parent} ({error.strerror})."
            ) from error

    def _make(self) -> Path:
        self._parent.mkdir(parents=True, exist_ok=True)
        stamp = time.strftime("%Y%m%d-%H%M%S")
        for attempt in count():
            folder = self._parent / (f"{stamp}-{attempt}" if attempt else stamp)
            try:
                folder.mkdir()
            except FileExistsError:
                continue
            return folder
        raise AssertionError  # unreachable
