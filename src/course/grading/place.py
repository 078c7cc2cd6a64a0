"""The folders of one grading run, and what became of those of runs that were killed."""

import contextlib
import fcntl
import os
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

PREFIX = "course-grade-"
_LOCK = "lock"
"""A file in a place that its process holds a lock on. The kernel lets go of it when that process ends, however it ends."""
_SECONDS_TO_REMOVE = 60.0
_SECONDS_UNLOCKED = 3600.0
"""How old a place without a lock is before nobody can still be about to lock it. A run takes minutes."""


@dataclass(frozen=True)
class Place:
    """The folders of one grading run, all below one temporary folder."""

    base: Path
    app: str = ""
    """Which of several projects of one submission this is about, such as `7.1`; the only one has no name."""

    @property
    def project(self) -> Path:
        """The project that the learner's app runs in, and may write to."""
        return self.base / f"project{self.app}"

    @property
    def files(self) -> Path:
        """What tools and checks look at: a copy that the app cannot reach."""
        return self.base / "files"

    @property
    def home(self) -> Path:
        """HOME and TMPDIR of the learner's processes."""
        return self.base / f"home{self.app}"

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
        """Make a fresh place, held until this process ends.

        Another user, as whom a sandbox may run, gets through it but cannot look around.
        """
        base = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
        if not _socket_fits(base):  # TMPDIR is too long a name for the sockets inside
            base.rmdir()
            base = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp")).resolve()
        place = cls(base)
        _hold(base)
        base.chmod(0o711)
        _make(
            {
                place.project: 0o700,
                place.files: 0o755,
                place.home: 0o700,
                place.tools: 0o700,
                place.grader: 0o700,
            }
        )
        return place

    def of(self, app: str) -> "Place":
        """The same place for one of several projects."""
        return Place(self.base, app)

    def lay(self, projects: Mapping[str, Mapping[str, str]], copy: Mapping[str, str]) -> None:
        """Write the projects to run, by name, and the copy that is looked at. ValueError for a path that leaves one."""
        old = os.umask(0o022)
        places = {name: self.of(name) for name in projects}
        _make(
            {
                folder: 0o700
                for name in projects
                if name
                for folder in (places[name].project, places[name].home)
            }
        )
        try:
            for tree, texts in (
                *((places[name].project, projects[name]) for name in projects),
                (self.files, copy),
            ):
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


def _make(folders: Mapping[Path, int]) -> None:
    for folder, mode in folders.items():
        folder.mkdir()
        folder.chmod(mode)


def lay(project: Path, path: str, text: str) -> None:
    """Write a submitted file into the temporary project. ValueError for a path that leaves it."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or "\0" in path or not pure.parts:
        raise ValueError(f"{path!r} leaves the project")
    target = project / pure
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")


def remove_stale() -> None:
    """Remove the places of runs that were killed before they could. Those of living processes are left alone."""
    for base in _abandoned():
        Place(base).remove()


def _abandoned() -> Iterator[Path]:
    """This user's places whose process has ended."""
    for parent in dict.fromkeys((tempfile.gettempdir(), "/tmp")):  # noqa: S108 - where `make` may have put them
        for base in Path(parent).glob(f"{PREFIX}*"):
            with contextlib.suppress(OSError):
                found = base.lstat()
                if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
                    continue
                if _is_let_go(base / _LOCK, since=found.st_mtime):
                    yield base


def _is_let_go(lock: Path, *, since: float) -> bool:
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return time.time() - since > _SECONDS_UNLOCKED
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)


def _hold(base: Path) -> None:
    """Lock a place for as long as this process lives; its forks close what they inherit."""
    descriptor, name = tempfile.mkstemp(dir=base)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    Path(name).rename(base / _LOCK)  # from now on it can be found, and it is locked


def _socket_fits(folder: Path) -> bool:
    """Whether a unix socket's path may be this long (108 bytes, fewer on macOS)."""
    return len(os.fsencode(str(folder / "grader" / "10.10-1000.sock"))) < 100
