"""A container engine of the tests' own: Debian's dockerd, with its state, its socket and its mounts in a folder that goes."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

PLACES = os.pathsep.join(["/usr/local/sbin", "/usr/sbin", "/sbin"])
ROOT = Path(__file__).parents[2]
IN_MEMORY, ENOUGH = Path("/dev/shm"), 6 * 2**30  # noqa: S108 - a folder of our own in it
"""An image is written twice while it is built: on a disk that takes a minute, in memory some seconds."""
NO_WAY_OUT = "--iptables=false --ip6tables=false --ip-forward=false --ip-masq=false"
"""Containers can talk to this machine and to each other, and to nobody else."""


def why_not() -> str:
    """Why no engine can be started here; empty when one can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "a container engine of the tests' own needs root on Linux"
    missing = [
        name for name in ("dockerd", "docker", "containerd", "runc", "unshare", "ip") if not _found(name)
    ]
    if missing:
        return f"{', '.join(missing)} is not on this machine (Debian: apt-get install docker.io)"
    if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
        return "mount namespaces are not allowed here, and dockerd needs one"
    try:
        with _bridge():
            pass
    except subprocess.CalledProcessError as error:
        return f"no network for containers can be made here: {error.stderr.strip()}"
    return ""


@dataclass(frozen=True)
class Engine:
    """An engine that runs, and where it keeps things."""

    folder: Path

    @property
    def address(self) -> str:
        return f"unix://{self.folder / 'socket'}"

    def docker(self, *arguments: str, timeout: float = 300) -> "subprocess.CompletedProcess[str]":
        """Run docker's client with these arguments, and wait for it."""
        return subprocess.run(
            ["docker", *arguments],
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def do(self, *arguments: str, timeout: float = 300) -> str:
        """The same for what has to work: what it printed."""
        done = self.docker(*arguments, timeout=timeout)
        assert done.returncode == 0, (
            f"docker {' '.join(arguments)}: {done.stdout[-4000:]}{done.stderr[-4000:]}"
        )
        return done.stdout

    def take(self, name: str, root: Path, *settings: str) -> None:
        """Make an image of a root file system; `settings` are lines of a Dockerfile."""
        changes = [word for line in settings for word in ("--change", line)]
        self._packed(
            ["--owner=0", "--group=0", "--directory", str(root), "."], ["import", *changes, "-", name]
        )

    def build(self, context: Sequence[str], *arguments: str) -> str:
        """Build an image from these files of the repository; what was said."""
        files = ["--no-recursion", "--directory", str(ROOT), *context]
        return self._packed(files, [*arguments, "-"])

    def _packed(self, what: Sequence[str], command: Sequence[str]) -> str:
        with subprocess.Popen(
            ["tar", "--create", "--numeric-owner", *what], stdout=subprocess.PIPE
        ) as packing:
            done = subprocess.run(
                ["docker", *command],
                env=self.environment(),
                stdin=packing.stdout,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
        assert done.returncode == packing.returncode == 0, done.stdout[-4000:]
        return done.stdout

    def environment(self) -> dict[str, str]:
        """What a client of this engine needs in its environment."""
        # The old builder: it is in the engine, and the new one is a program of its own.
        return _environment() | {"DOCKER_HOST": self.address, "DOCKER_BUILDKIT": "0"}


@contextmanager
def engine() -> Iterator[Engine]:
    """Start one; at the end it is stopped by its own id, and has to leave neither a process nor a mount nor a file."""
    folder = Path(tempfile.mkdtemp(prefix="course-docker-", dir=_place())).resolve()
    with _bridge() as bridge:
        yield from _run(folder, bridge)
    assert not folder.exists()
    assert str(folder) not in Path("/proc/self/mountinfo").read_text()


@contextmanager
def _bridge() -> Iterator[str]:
    """A network of the tests' own on this machine; its name."""
    name = f"course{os.getpid()}"
    which, third = divmod(os.getpid(), 250)  # another worker's are others
    _ip(f"link add {name} type bridge")
    try:
        _ip(f"address add 10.{200 + which % 50}.{third}.1/24 dev {name}")
        _ip(f"link set {name} up")
        yield name
    finally:
        _ip(f"link delete {name}")


def _ip(command: str) -> None:
    subprocess.run(["ip", *command.split()], env=_environment(), capture_output=True, text=True, check=True)


def _run(folder: Path, bridge: str) -> Iterator[Engine]:
    log = folder / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [
                *"unshare --mount --propagation private dockerd".split(),
                *("--data-root", str(folder / "data")),
                *("--exec-root", str(folder / "exec")),
                *("--pidfile", str(folder / "pid")),
                *("--host", f"unix://{folder / 'socket'}"),
                *("--bridge", bridge),
                *NO_WAY_OUT.split(),
            ],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    found = Engine(folder)
    try:
        deadline = time.monotonic() + 60
        while found.docker("version").returncode:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield found
    finally:
        for name in found.docker("ps", "--all", "--quiet").stdout.split():
            found.docker("rm", "--force", "--volumes", name)
        family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.terminate()
        try:
            process.wait(60)
            _, left = psutil.wait_procs(family, timeout=30)
            assert [one.cmdline() for one in left] == [], "something outlived the engine"
        finally:
            for one in family:
                if one.is_running():
                    one.kill()
            if process.poll() is None:
                process.kill()
            shutil.rmtree(folder, ignore_errors=True)


def _place() -> Path | None:
    try:
        return IN_MEMORY if shutil.disk_usage(IN_MEMORY).free > ENOUGH else None
    except OSError:
        return None


def _found(name: str) -> str | None:
    return shutil.which(name, path=_environment()["PATH"])


def _environment() -> dict[str, str]:
    """Engines are in folders that are root's, and not always on PATH."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(("DOCKER_", "COURSE_"))}
    return known | {"PATH": f"{os.environ['PATH']}{os.pathsep}{PLACES}"}
