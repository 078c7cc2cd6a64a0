"""What a command costs: seconds, processor time and memory of everything that it starts."""

import contextlib
import os
import secrets
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

MEGABYTE = 1024 * 1024
_SAMPLE_SECONDS = 0.25
_CGROUPS = ((Path("/sys/fs/cgroup/cpuacct"), "cpuacct.usage"), (Path("/sys/fs/cgroup"), "cpu.stat"))


@dataclass(frozen=True)
class Cost:
    """What a command cost. Memory is the peak of the tree's proportional set size: shared pages count once."""

    wall: float
    cpu: float
    peak: float
    ended: bool = True
    """False for a command that was stopped because its time was up."""


def measure(
    command: Sequence[str | Path], *, cwd: Path, env: dict[str, str], log: Path, seconds: float | None = None
) -> Cost:
    """Run a command to its end, or until its time is up, and return what it cost. Its output goes to `log`.

    Raises CalledProcessError when it fails.
    """
    with log.open("wb") as output, _processor_meter() as meter:
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=meter.join,
        )
        memory = _MemoryMeter(process.pid)
        ended = True
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            ended = False
        finally:  # an interrupt, too
            wall = time.perf_counter() - started
            if process.poll() is None:
                _kill_tree(process.pid)
                process.wait()
        peak = memory.stop()
        cost = Cost(wall, meter.seconds(), peak, ended)
    if ended and process.returncode:
        raise subprocess.CalledProcessError(
            process.returncode, [str(part) for part in command], log.read_text(errors="replace")[-2000:]
        )
    return cost


class _WholeMachine:
    """The processor time that the whole machine used: right where nothing else runs."""

    exact = False

    def __init__(self) -> None:
        self._before = _busy()

    def join(self) -> None:
        """Nothing to join."""

    def seconds(self) -> float:
        return _busy() - self._before


class _ControlGroup:
    """The processor time of a control group of its own: exact, forks of forks included."""

    exact = True

    def __init__(self, folder: Path, usage: str) -> None:
        self.folder = folder
        self._usage = folder / usage

    def join(self) -> None:
        (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def seconds(self) -> float:
        text = self._usage.read_text()
        if self._usage.name == "cpuacct.usage":
            return int(text) / 1e9
        return int(dict(line.split() for line in text.splitlines())["usage_usec"]) / 1e6


@contextmanager
def _processor_meter() -> Iterator[_ControlGroup | _WholeMachine]:
    for parent, usage in _CGROUPS:
        folder = parent / f"course-benchmark-{secrets.token_hex(4)}"
        try:
            folder.mkdir()
            (folder / usage).read_text()
        except OSError:
            with contextlib.suppress(OSError):
                folder.rmdir()
            continue
        try:
            yield _ControlGroup(folder, usage)
        finally:
            for _ in range(50):
                with contextlib.suppress(OSError):
                    folder.rmdir()
                    break
                time.sleep(0.1)
        return
    yield _WholeMachine()


def is_exact() -> bool:
    """Whether processor time is counted for the command alone."""
    with _processor_meter() as meter:
        return meter.exact


class _MemoryMeter:
    """Looks at a process tree four times a second and keeps the largest sum."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._peak = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """End looking; the peak in MB."""
        self._stopped.set()
        self._thread.join()
        return self._peak / MEGABYTE

    def _watch(self) -> None:
        while not self._stopped.wait(_SAMPLE_SECONDS):
            with contextlib.suppress(psutil.Error):
                tree = [self._root, *self._root.children(recursive=True)]
                self._peak = max(self._peak, sum(map(_share, tree)))


def _share(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error, OSError):
        return int(process.memory_full_info().pss)
    return 0


def _busy() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.system)


def _kill_tree(pid: int) -> None:
    with contextlib.suppress(psutil.Error):
        root = psutil.Process(pid)
        for process in [*root.children(recursive=True), root]:
            with contextlib.suppress(psutil.Error):
                process.kill()
