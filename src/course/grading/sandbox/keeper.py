"""The keeper: the process between a sandbox and whoever started it.

It stays outside, runs none of the learner's code, and ends as the sandbox's process ends. When it is told to stop, or
when its own parent ends, it takes everything in the sandbox with it, daemons included.
"""

import contextlib
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from typing import NoReturn

from course.grading.sandbox.identity import hide_memory
from course.grading.sandbox.syscalls import prctl

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h
_WATCHED = {signal.SIGCHLD, signal.SIGTERM}
_IGNORED = {signal.SIGINT, signal.SIGHUP}  # they are meant for whoever started us
_CLOCK_ERROR = 0.2  # the kernel compares with a clock of its own
_LINUX = sys.platform == "linux"


def split(cpu_seconds: int) -> None:
    """Fork: the calling process becomes the keeper and never returns, the new one returns and goes on."""
    parent = os.getppid()
    if _LINUX:
        prctl(_PR_SET_CHILD_SUBREAPER, 1)
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it ended before the line above
            os._exit(1)
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED | _IGNORED)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # where it is ignored, nobody learns how a child ended
    keeper = os.getpid()
    pid = os.fork()
    if pid:
        _keep(pid, cpu_seconds)
    signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
    die_with_keeper(keeper)


def die_with_keeper(keeper: int) -> None:
    """Ask to be killed when the keeper ends. Changing the user undoes it, so it is asked for again afterwards."""
    if _LINUX:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() not in (keeper, 0):  # 0: the keeper is outside our process namespace
            os._exit(1)


def stop(keeper: int, seconds: float = 5.0) -> int:
    """Stop a sandbox by its keeper's id, a child of this process; returns how it ended, like `run`.

    Everything in the sandbox is gone when this returns. A keeper that has not managed that in `seconds` is killed.
    """
    with contextlib.suppress(ProcessLookupError):
        os.kill(keeper, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while (status := wait(keeper, 0.01)) is None:
        if time.monotonic() > deadline:
            os.kill(keeper, signal.SIGKILL)
            return os.waitstatus_to_exitcode(os.waitpid(keeper, 0)[1])
    return status


def wait(keeper: int, seconds: float | None) -> int | None:
    """Wait for a sandbox to end: its exit code, minus the signal that ended it, or None when the time is over."""
    if seconds is None:
        return os.waitstatus_to_exitcode(os.waitpid(keeper, 0)[1])
    deadline = time.monotonic() + seconds
    while True:
        done, status = os.waitpid(keeper, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        left = deadline - time.monotonic()
        if left <= 0:
            return None
        time.sleep(min(left, 0.005))


def _keep(pid: int, cpu_seconds: int) -> NoReturn:
    code = 1
    try:
        if _LINUX:
            hide_memory()
        for number in _IGNORED:
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.closerange(3, 1 << 16)
        status = _wait_or_stop(pid)
        _end_leftovers()
        code = _end_like(status, cpu_seconds)
    finally:
        os._exit(code)


def _wait_or_stop(pid: int) -> tuple[int, float]:
    """Wait until the sandbox's process ends by itself or by our hand; returns its status and processor time."""
    while True:
        done, status, used = os.wait4(pid, os.WNOHANG)
        if done:
            return status, used.ru_utime + used.ru_stime
        if signal.sigwait(_WATCHED) == signal.SIGTERM:
            os.kill(pid, signal.SIGKILL)
        else:
            _reap_orphans(pid)


def _reap_orphans(pid: int) -> None:
    """Take note of the ends of processes that were left to us, without taking the end of `pid` itself."""
    for orphan in _children(os.getpid()):
        if orphan != pid:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(orphan, os.WNOHANG)


def _end_leftovers() -> None:
    """Kill what the sandbox's process left behind: all of it has become our children, or theirs."""
    while True:
        # Stopped first, a process cannot fork away from the kill.
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in _descendants(os.getpid()):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.001)


def _descendants(pid: int) -> Iterator[int]:
    for child in _children(pid):
        yield child
        yield from _descendants(child)


def _children(pid: int) -> list[int]:
    """The children of a process: from the kernel's own list, or by asking every process for its parent."""
    try:
        found = []
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", "rb") as file:
                found += [int(child) for child in file.read().split()]
    except OSError:
        return list(_children_by_parent(pid))
    return found


def _children_by_parent(pid: int) -> Iterator[int]:
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc"):
            if name.isdigit():
                with (
                    contextlib.suppress(OSError),
                    open(f"/proc/{name}/stat", "rb") as file,
                ):
                    if int(file.read().rpartition(b")")[2].split()[1]) == pid:
                        yield int(name)


def _end_like(ended: tuple[int, float], cpu_seconds: int) -> int:
    """End by the signal that ended the sandbox's process, or return its exit code."""
    status, used = ended
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return code
    number = -code
    if number == signal.SIGKILL and used > cpu_seconds - _CLOCK_ERROR:
        number = (
            signal.SIGXCPU
        )  # the first process of a namespace is spared that signal, and killed a moment later
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if number != signal.SIGKILL:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
    os.kill(os.getpid(), number)
    return 128 - code
