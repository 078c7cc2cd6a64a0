"""A PostgreSQL server of this process's own, on a unix socket: it lives as long as the process, however that ends."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from course.errors import CourseError
from course.postgresql.account import Account, account_for
from course.postgresql.cluster import Cluster

PREFIX = "course-postgresql-"
SECONDS_TO_START = 30.0
SECONDS_TO_STOP = 10.0
_SOCKET_BYTES = 90
"""How long a folder's name may be, with `/.s.PGSQL.5432` after it in a socket's 104 bytes."""

# What a lesson needs, and little memory: no workers beside those of the connections, nothing that survives a crash.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "40",
    "shared_buffers": "16MB",
    "dynamic_shared_memory_type": "mmap",
    "io_method": "sync",
    "autovacuum": "off",
    "max_logical_replication_workers": "0",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}

# The shell waits for the end of its input, which comes when this process closes the pipe or ends in whatever way.
_KEEPER = """
folder=$1; shift
echo $$ >"$folder/keeper"
trap : INT TERM HUP
"$@" </dev/null >"$folder/log" 2>&1 &
server=$!
read -r _
kill -INT $server
wait $server || wait $server
rm -rf "$folder"
"""


@dataclass
class Server:
    """A server that runs: `folder` is where its socket is."""

    folder: Path
    keeper: "subprocess.Popen[bytes]"

    @classmethod
    def start(cls, programs: Path, ready: Callable[[Path], bool]) -> "Server":
        """Start one in a fresh folder, and wait until `ready` says yes of that folder.

        CourseError, with what the server said, when it does not start.
        """
        remove_stale()
        account = account_for(programs)
        folder = _fresh_folder(account)
        try:
            programs = account.reachable(programs, folder)
            data = Cluster(programs, account).put_into(folder)
            command = [str(programs / "postgres"), "-D", str(data), "-k", str(folder)]
            command += [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
            keeper = subprocess.Popen(  # noqa: S603 - our own command
                ["/bin/sh", "-c", _KEEPER, "keeper", str(folder), *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                start_new_session=True,  # what interrupts a cell, or restarts a kernel, is not for the server
                **account.as_options(),
            )
        except (OSError, subprocess.SubprocessError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise CourseError(f"PostgreSQL does not start here: {error}.") from error
        server = cls(folder, keeper)
        try:
            server._wait(ready)
        except BaseException:
            server.stop()
            raise
        return server

    def is_running(self) -> bool:
        """Whether it has not been stopped."""
        return self.keeper.poll() is None

    def stop(self) -> None:
        """Stop it and remove its folder: all that was in it is gone."""
        if self.keeper.stdin is not None:
            with suppress(OSError):
                self.keeper.stdin.close()
        try:
            self.keeper.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.keeper.kill()
            self.keeper.wait()
        if self.keeper.returncode:
            _kill(self.folder)  # its keeper could not
        shutil.rmtree(self.folder, ignore_errors=True)  # where the keeper's account may not

    def _wait(self, ready: Callable[[Path], bool]) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while not ready(self.folder):
            said = _log(self.folder)
            if "FATAL:" in said and "starting up" not in said:
                raise CourseError(f"PostgreSQL does not start here: {said.partition('FATAL:')[2].strip()}.")
            if time.monotonic() > deadline:
                raise CourseError(f"PostgreSQL was not ready within {SECONDS_TO_START:g} s. {said}".strip())
            time.sleep(0.02)


def remove_stale() -> None:
    """Remove the folders of servers whose keeper was killed before it could, and end those servers."""
    for parent in dict.fromkeys((tempfile.gettempdir(), "/tmp")):  # noqa: S108 - where `_fresh_folder` puts them
        for folder in Path(parent).glob(f"{PREFIX}*"):
            with suppress(OSError, ValueError):
                keeper = int((folder / "keeper").read_text())
                try:
                    os.kill(keeper, 0)
                except ProcessLookupError:
                    _kill(folder)
                    shutil.rmtree(folder)


def _fresh_folder(account: Account) -> Path:
    for parent in dict.fromkeys((tempfile.gettempdir(), "/tmp")):  # noqa: S108 - where TMPDIR is no place for it
        with suppress(OSError):
            folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
            if len(os.fsencode(folder)) <= _SOCKET_BYTES and account.takes(folder):
                return folder
            folder.rmdir()
    raise CourseError(
        "PostgreSQL does not start here: there is no temporary folder for its socket, not even /tmp."
    )


def _log(folder: Path) -> str:
    try:
        lines = (folder / "log").read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    fatal = [line for line in lines if "FATAL:" in line]
    return (fatal or lines or [""])[-1]


def _kill(folder: Path) -> None:
    with suppress(OSError, ValueError, IndexError):
        os.kill(int((folder / "data" / "postmaster.pid").read_text().splitlines()[0]), 9)
