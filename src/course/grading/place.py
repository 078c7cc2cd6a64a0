"""The folders of one grading run."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_SECONDS_TO_REMOVE = 60.0


@dataclass(frozen=True)
class Place:
    """The folders of one grading run, all below one temporary folder."""

    base: Path

    @property
    def project(self) -> Path:
        """The project that the learner's app runs in, and may write to."""
        return self.base / "project"

    @property
    def files(self) -> Path:
        """What tools and checks look at: a copy that the app cannot reach."""
        return self.base / "files"

    @property
    def home(self) -> Path:
        """HOME and TMPDIR of the learner's processes."""
        return self.base / "home"

    @property
    def tools(self) -> Path:
        """HOME and TMPDIR of the tools."""
        return self.base / "tools"

    @property
    def grader(self) -> Path:
        """The grader's own folder: sockets and settings."""
        return self.base / "grader"

    @classmethod
    def make(cls) -> "Place":
        """Make a fresh place. Another user, as whom a sandbox may run, gets through it but cannot look around."""
        base = Path(tempfile.mkdtemp(prefix="course-grade-")).resolve()
        if not _socket_fits(base):  # TMPDIR is too long a name for the sockets inside
            base.rmdir()
            base = Path(tempfile.mkdtemp(prefix="course-grade-", dir="/tmp")).resolve()
        place = cls(base)
        base.chmod(0o711)
        for folder, mode in (
            (place.project, 0o700),
            (place.files, 0o755),
            (place.home, 0o700),
            (place.tools, 0o700),
            (place.grader, 0o700),
        ):
            folder.mkdir()
            folder.chmod(mode)
        return place

    def lay(self, files: Mapping[str, str], copy: Mapping[str, str]) -> None:
        """Write the submitted project, and the copy that is looked at. ValueError for a path that leaves the project."""
        old = os.umask(0o022)
        try:
            for tree, texts in ((self.project, files), (self.files, copy)):
                for path, text in texts.items():
                    lay(tree, path, text)
        finally:
            os.umask(old)

    def remove(self) -> None:
        """Remove everything, whatever a submission made of it."""
        try:
            shutil.rmtree(self.base)
        except (OSError, RecursionError):  # folders without rights, or thousands of them in each other
            open_up = ["find", str(self.base), "-type", "d", "-exec", "chmod", "u+rwx", "{}", "+"]
            for command in (open_up, ["rm", "-rf", str(self.base)]):
                with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                    subprocess.run(  # noqa: S603 - our own folder
                        command,
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL,
                        timeout=_SECONDS_TO_REMOVE,
                        check=False,
                    )


def lay(project: Path, path: str, text: str) -> None:
    """Write a submitted file into the temporary project. ValueError for a path that leaves it."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or "\0" in path or not pure.parts:
        raise ValueError(f"{path!r} leaves the project")
    target = project / pure
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")


def _socket_fits(folder: Path) -> bool:
    """Whether a unix socket's path may be this long (108 bytes, fewer on macOS)."""
    return len(os.fsencode(str(folder / "grader" / "1000.sock"))) < 100
