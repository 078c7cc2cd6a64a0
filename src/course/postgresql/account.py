"""As whom PostgreSQL runs: it refuses to be root, so for root it is `nobody`."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from course.errors import CourseError

NAMES = ("nobody", "postgres", "daemon")


class Options(TypedDict, total=False):
    """Of `subprocess`: whom a process runs as."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """The account of a server; that of this process where there is no number."""

    user: int | None = None
    group: int = 0

    def as_options(self) -> Options:
        """What `subprocess` has to be told."""
        return Options() if self.user is None else Options(user=self.user, group=self.group, extra_groups=[])

    def takes(self, folder: Path) -> bool:
        """Hand a folder over; whether the account can get to it."""
        if self.user is None:
            return True
        os.chown(folder, self.user, self.group)
        return self._can_reach(folder)

    def reachable(self, programs: Path, folder: Path) -> Path:
        """Return programs that the account can run: these, or a copy of them in its folder (a clone in /root, say)."""
        if self.user is None or self._can_reach(programs / "postgres"):
            return programs
        copy = folder / "programs"
        for part in ("bin", "lib", "share"):
            shutil.copytree(programs.parent / part, copy / part, symlinks=True)
        self.give(copy)
        return copy / "bin"

    def give(self, tree: Path) -> None:
        """Hand over a tree with all that is in it."""
        if self.user is None:
            return
        os.chown(tree, self.user, self.group)
        for folder, folders, files in os.walk(tree):
            for name in (*folders, *files):
                os.chown(os.path.join(folder, name), self.user, self.group, follow_symlinks=False)

    def _can_reach(self, path: Path) -> bool:
        os.setegid(self.group)
        os.seteuid(self.user or 0)
        try:
            return os.access(path, os.R_OK | os.X_OK, effective_ids=True)
        finally:
            os.seteuid(0)
            os.setegid(0)


def account_for(programs: Path) -> Account:
    """Return as whom a server is to run here; CourseError where root has nobody else."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return Account()
    import pwd

    for name in NAMES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise CourseError(
        f"{programs.name} does not run as root, and this machine has no user `nobody`: start as another."
    )
