"""The keeper: the process between a sandbox and whoever started it.

It stays outside, runs none of the learner's code, and ends as the sandbox's process ends. When it is told to stop, or
when its own parent ends, it takes everything in the sandbox with it, daemons included.
"""

import contextlib
import math
import os
import resource
import signal
import sys
import time
from collections.abc import Collection
from typing import NoReturn

from course.sandbox.family import adopt_orphans, die_with_parent, end_descendants, hide_memory
from course.sandbox.policy import Limits
from course.sandbox.watch import children, overused

_WATCHED = {signal.SIGCHLD, signal.SIGTERM}
_IGNORED = {signal.SIGINT, signal.SIGHUP}  # they are meant for whoever started us
_LOOK_EVERY = 0.25  # seconds between two looks at what the sandbox uses
_CLOCK_ERROR = 0.2  # the kernel compares with a clock of its own
_LINUX = sys.platform == "linux"


def split(limits: Limits, trees: Collection[str]) -> None:
    """Fork: the calling process becomes the keeper and never returns, the new one returns and goes on."""
    parent = os.getppid()
    adopt_orphans()
    die_with_parent(signal.SIGTERM)
    if os.getppid() != parent:  # it ended before the line above
        os._exit(1)
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED | _IGNORED)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # where it is ignored, nobody learns how a child ended
    keeper = os.getpid()
    pid = os.fork()
    if pid:
        _keep(pid, limits, trees)
    signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
    die_with_keeper(keeper)


def die_with_keeper(keeper: int) -> None:
    """Ask to be killed when the keeper ends. Changing the user undoes it, so it is asked for again afterwards."""
    die_with_parent()
    if _LINUX and os.getppid() not in (keeper, 0):  # 0: the keeper is outside our process namespace
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


def _keep(pid: int, limits: Limits, trees: Collection[str]) -> NoReturn:
    code = 1
    try:
        hide_memory()
        for number in _IGNORED:
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.closerange(3, 1 << 16)
        ended = _wait_or_stop(pid, limits, trees)
        end_descendants(seconds=math.inf)  # what it left behind has become our children, or theirs
        code = _end_like(ended)
    finally:
        os._exit(code)


def _wait_or_stop(pid: int, limits: Limits, trees: Collection[str]) -> int:
    """Wait until the sandbox's process ends by itself or by our hand; returns its exit code, or minus a signal."""
    reason = 0
    while True:
        done, status, used = os.wait4(pid, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            if code == -signal.SIGKILL and used.ru_utime + used.ru_stime > limits.cpu_seconds - _CLOCK_ERROR:
                # The first process of a namespace is spared this signal, and killed a moment later.
                reason = reason or signal.SIGXCPU
            return -reason if reason and code == -signal.SIGKILL else code
        received = _next_signal()
        if received == signal.SIGCHLD:
            _reap_orphans(pid)
        elif received == signal.SIGTERM or (reason := overused(pid, limits, trees)):
            os.kill(pid, signal.SIGKILL)


def _next_signal() -> int | None:
    """Wait for a signal; None after a while without one."""
    if not hasattr(signal, "sigtimedwait"):  # macOS
        return signal.sigwait(_WATCHED)
    received = signal.sigtimedwait(_WATCHED, _LOOK_EVERY)
    return received.si_signo if received else None


def _reap_orphans(pid: int) -> None:
    """Take note of the ends of processes that were left to us, without taking the end of `pid` itself."""
    for orphan in children(os.getpid()):
        if orphan != pid:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(orphan, os.WNOHANG)


def _end_like(code: int) -> int:
    """End by the signal that ended the sandbox's process, or return its exit code."""
    if code >= 0:
        return code
    number = -code
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if number != signal.SIGKILL:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
    os.kill(os.getpid(), number)
    return 128 + number
