"""A machine of its own: accounts, homes and a clone that nobody else sees, in a mount namespace where root may make one."""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clone import ROOT, clone_at


def why_not() -> str:
    """Why there can be no such machine here; empty when there can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "accounts of their own need root on Linux"
    missing = [name for name in ("unshare", "useradd", "groupadd") if shutil.which(name) is None]
    if missing:
        return f"{', '.join(missing)} is not on this machine"
    done = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False)
    return "mount namespaces are not allowed here" if done.returncode else ""


@dataclass(frozen=True)
class Machine:
    """Where it keeps its own `/etc` and `/home`, and the clone on it."""

    base: Path

    @property
    def clone(self) -> Path:
        return self.base / "clone"

    @property
    def state(self) -> Path:
        return self.base / "state"

    def home(self, name: str) -> Path:
        """A person's home folder, as it is seen from outside."""
        return self.base / "home" / name

    def command(self, *arguments: str) -> list[str]:
        """The command line that runs a command on this machine: its process id stays."""
        return ["unshare", "-m", "--propagation", "private", "sh", "-ec", self._mounts(), "sh", *arguments]

    def _mounts(self) -> str:
        lines = [f"mount --bind {shlex.quote(str(self.base / name))} /{name}" for name in ("etc", "home")]
        for closed, needed in _behind_closed_folders().items():
            shadow = self.base / f"shadow-{closed.name}"
            for path in needed:
                place = shadow / path.relative_to(closed)
                place.mkdir(parents=True, exist_ok=True)
                lines.append(f"mount --rbind {shlex.quote(str(path))} {shlex.quote(str(place))}")
            lines.append(f"mount --rbind {shlex.quote(str(shadow))} {shlex.quote(str(closed))}")
        return "\n".join([*lines, 'exec "$@"'])


@contextmanager
def machine() -> Iterator[Machine]:
    """Make one, with a clone of this repository as it is now; its folder is removed at the end."""
    base = Path(tempfile.mkdtemp(prefix="course-workshop-")).resolve()
    try:
        base.chmod(0o755)
        found = Machine(base)
        shutil.copytree("/etc", base / "etc", symlinks=True)
        (base / "home").mkdir()
        clone_at(found.clone)
        yield found
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _behind_closed_folders() -> dict[Path, list[Path]]:
    """What learners' accounts need of this environment, by the folder that keeps them out of it here."""
    found: dict[Path, list[Path]] = {}
    for needed in dict.fromkeys([Path(sys.base_prefix), Path(sys.prefix), ROOT / "src"]):
        for folder in reversed(needed.parents):
            if not folder.stat().st_mode & 0o001:
                found.setdefault(folder, []).append(needed)
                break
    return found
