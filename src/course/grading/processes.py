"""Process trees: who dies with whom, and how nobody is left behind."""

import contextlib
import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Collection
from pathlib import Path
from typing import NoReturn

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36
_SPENT: dict[int, str] = {
    signal.SIGXCPU: "more processor time than it may",
    signal.SIGXFSZ: "more disk space than it may",
}
_LINUX = sys.platform == "linux"


def fork(run: Callable[[], None], *, keep: Collection[int] = ()) -> int:
    """Fork a child that runs `run` and ends, whatever happens in it; returns its process id.

    The child leads a process group of its own, is killed when its parent ends (on Linux), has the default signal
    handlers, and inherits only the standard streams and the descriptors in `keep`.
    """
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        with contextlib.suppress(OSError):  # the child does it too: whoever comes first
            os.setpgid(pid, pid)
        return pid
    status = 1
    try:
        os.setpgid(0, 0)
        die_with_parent()
        if os.getppid() != parent:  # it ended before the line above
            os._exit(1)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        close_all_but(keep)
        run()
        status = 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        _leave(status)
    raise AssertionError  # unreachable


def _leave(status: int) -> NoReturn:
    with contextlib.suppress(Exception):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)  # never back into the code that forked


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends; no effect outside Linux."""
    if _LINUX:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def adopt_orphans() -> None:
    """Become the parent of every orphan below this process, so that `kill_descendants` finds it."""
    if _LINUX:
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def hide_memory() -> None:
    """Keep other processes of the same user out of this one's memory and descriptors; no effect outside Linux."""
    if _LINUX:
        _prctl(_PR_SET_DUMPABLE, 0)


def close_all_but(keep: Collection[int]) -> None:
    """Close every descriptor but the standard streams and these."""
    start = 3
    for descriptor in sorted(number for number in keep if number > 2):
        os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, max(start, 4096))


def point_streams_at(descriptor: int) -> None:
    """Make standard output and error write to `descriptor`, and standard input read nothing."""
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    # The stream objects belong to the process that forked us: a notebook kernel's are not files at all.
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", buffering=1, closefd=False)  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = open(2, "w", encoding="utf-8", buffering=1, closefd=False)  # type: ignore[misc]


def kill_descendants(known: Collection[int], seconds: float = 2.0) -> None:
    """Kill every process below this one, escaped daemons included, and wait for them.

    Outside Linux only the groups in `known` are reached.
    """
    deadline = time.monotonic() + seconds
    while True:
        children = _children() or [pid for pid in known if _is_child(pid)]
        if not children:
            return
        for pid in children:
            for kill in (os.killpg, os.kill):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    kill(pid, signal.SIGKILL)
        for pid in children:
            _wait_until(pid, deadline)
        if time.monotonic() > deadline:
            return


def exit_status(pid: int, *, seconds: float = 0.0) -> int | None:
    """How a child ended: its exit code, minus the signal's number when one ended it, or None while it runs."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            done, status = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            return None
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= deadline:
            return None
        time.sleep(0.005)


def describe_exit(status: int | None) -> str:
    """In words: `exited with code 3`, `was killed by SIGKILL`."""
    if status is None:
        return "ended"
    if status >= 0:
        return f"exited with code {status}"
    if reason := _SPENT.get(-status):
        return f"was stopped: it used {reason}"
    with contextlib.suppress(ValueError):
        return f"was killed by {signal.Signals(-status).name}"
    return f"was killed by signal {-status}"


def _children() -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path("/proc/self/task").iterdir():
            found += [int(pid) for pid in (task / "children").read_text().split()]
    return found


def _is_child(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == 0
    except ChildProcessError:
        return False


def _wait_until(pid: int, deadline: float) -> None:
    while time.monotonic() < deadline:
        try:
            if os.waitpid(pid, os.WNOHANG)[0]:
                return
        except ChildProcessError:
            return
        time.sleep(0.002)


def _prctl(option: int, value: int) -> None:
    _libc.prctl(option, value, 0, 0, 0)


_libc = ctypes.CDLL(None)
