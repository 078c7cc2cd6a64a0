"""Process families: who dies with whom, and how nobody is left behind."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Collection

from course.sandbox.syscalls import prctl
from course.sandbox.watch import descendants

# linux/prctl.h
_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36
_LINUX = sys.platform == "linux"


def die_with_parent(number: int = signal.SIGKILL) -> None:
    """Ask the kernel for a signal when this process's parent ends; no effect outside Linux.

    Changing the user undoes it. Whoever asks looks afterwards whether the parent has ended already.
    """
    if _LINUX:
        prctl(_PR_SET_PDEATHSIG, number)


def adopt_orphans() -> None:
    """Become the parent of every orphan below this process, so that `end_descendants` finds it; Linux only."""
    if _LINUX:
        prctl(_PR_SET_CHILD_SUBREAPER, 1)


def hide_memory() -> None:
    """Keep other processes of the same user out of this one's memory, environment and descriptors; Linux only."""
    if _LINUX:
        prctl(_PR_SET_DUMPABLE, 0)


def show_own_proc() -> None:
    """Give /proc/self back to a process that has changed its user: the change makes it root's own (prctl(2))."""
    prctl(_PR_SET_DUMPABLE, 1)


def end_descendants(groups: Collection[int] = (), seconds: float = 2.0) -> None:
    """Kill every process below this one, escaped daemons included, and wait for them; for `seconds` at most.

    Where /proc shows no processes (outside Linux, say) only the process groups in `groups` are reached.
    """
    deadline = time.monotonic() + seconds
    while True:
        # Stopped first, a process cannot fork away from the kill.
        for number in (signal.SIGSTOP, signal.SIGKILL):
            seen = list(descendants(os.getpid()))
            for kill, targets in ((os.kill, seen), (os.killpg, () if seen else groups)):
                for target in targets:
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        kill(target, number)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        if time.monotonic() > deadline:
            return
        time.sleep(0.001)
