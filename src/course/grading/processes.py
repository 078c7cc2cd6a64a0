"""Forked processes: what they start with, and how they ended."""

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable, Collection
from typing import NoReturn

from course.sandbox import die_with_parent, wait

_SPENT: dict[int, str] = {
    signal.SIGXCPU: "more processor time than it may",
    signal.SIGXFSZ: "more disk space than it may",
}


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
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", buffering=1, closefd=False)  # type: ignore[misc]  # typed as final
    sys.stderr = sys.__stderr__ = open(2, "w", encoding="utf-8", buffering=1, closefd=False)  # type: ignore[misc]  # typed as final


def exit_status(pid: int, *, seconds: float = 0.0) -> int | None:
    """How a child ended, as `sandbox.wait` says it; None while it runs, and for what is no child of ours."""
    try:
        return wait(pid, seconds)
    except ChildProcessError:
        return None


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
