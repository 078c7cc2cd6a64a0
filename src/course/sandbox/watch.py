"""What all processes of a sandbox use together: no resource limit of the kernel counts that."""

import contextlib
import os
import signal
import stat
from collections.abc import Collection, Iterator

from course.sandbox.policy import Limits

_BLOCK = 512  # stat(2): the unit of st_blocks
_PAGE = os.sysconf("SC_PAGE_SIZE")


def overused(pid: int, limits: Limits, trees: Collection[str]) -> int:
    """The signal to name as the reason when `pid` and all below it use more than they may together, or 0.

    `trees` are the folders that they can write to.
    """
    family = [pid, *descendants(pid)]
    if _disk(family, trees, limits.disk_bytes) > limits.disk_bytes:
        return signal.SIGXFSZ
    # Resident pages are quick to count, and count what forks share several times over; the proportional share is exact.
    limit = limits.total_memory_bytes
    if sum(map(_resident, family)) > limit and sum(map(_share, family)) > limit:
        return signal.SIGKILL
    return 0


def descendants(pid: int) -> Iterator[int]:
    """All processes below a process."""
    for child in children(pid):
        yield child
        yield from descendants(child)


def children(pid: int) -> list[int]:
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
        for name in filter(str.isdigit, os.listdir("/proc")):
            # The name of the program may hold anything; the parent is the second field after it (proc(5)).
            if _read(f"/proc/{name}/stat").rpartition(b")")[2].split()[1:2] == [str(pid).encode()]:
                yield int(name)


def _disk(family: Collection[int], trees: Collection[str], enough: int) -> int:
    """How much is stored in the trees, and in deleted files that are still open; counting ends at `enough`."""
    used = 0
    for entry in _files(trees):
        used += entry.st_blocks * _BLOCK + _BLOCK  # an empty file is not free either
        if used > enough:
            return used
    deleted: dict[int, int] = {}
    for pid in family:
        with contextlib.suppress(OSError):
            for descriptor in os.listdir(f"/proc/{pid}/fd"):
                with contextlib.suppress(OSError):
                    entry = os.stat(f"/proc/{pid}/fd/{descriptor}")
                    if stat.S_ISREG(entry.st_mode) and entry.st_nlink == 0:
                        deleted[entry.st_ino] = entry.st_blocks * _BLOCK
    return used + sum(deleted.values())


def _files(trees: Collection[str]) -> Iterator[os.stat_result]:
    for tree in trees:
        for folder, folders, names in os.walk(tree):
            for name in (*folders, *names):
                with contextlib.suppress(OSError):
                    yield os.lstat(os.path.join(folder, name))


def _resident(pid: int) -> int:
    fields = _read(f"/proc/{pid}/statm").split()
    return int(fields[1]) * _PAGE if len(fields) > 1 else 0


def _share(pid: int) -> int:
    for line in _read(f"/proc/{pid}/smaps_rollup").splitlines():
        if line.startswith(b"Pss:"):
            return int(line.split()[1]) * 1024
    return _resident(pid)


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:  # the process has ended, or the system keeps this to itself
        return b""
