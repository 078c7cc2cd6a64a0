"""What all processes of a sandbox use together: no resource limit of the kernel counts that."""

import contextlib
import os
import signal
import stat
from collections.abc import Collection, Iterator

from course.sandbox.policy import Limits

_BLOCK = 512  # stat(2): the unit of st_blocks
_ENTRY = 4096
"""What a file or folder is counted as beside its blocks: an empty one is not free either, and many are slow to count."""
_MOST_LOCKED = 16
_NO_FILES = (b"/dev/zero", b"/memfd:", b"/SYSV")
"""Shared memory without a file of its own: it is counted with the memory."""
_PAGE = os.sysconf("SC_PAGE_SIZE")


def overused(pid: int, limits: Limits, trees: Collection[str]) -> int:
    """The signal to name as the reason when `pid` and all below it use more than they may together, or 0.

    `trees` are the folders that they can write to.
    """
    family = [pid, *descendants(pid)]
    # Memory first: it takes an instant, and grows faster than a disk is walked. Resident pages are quick to count, and
    # count what forks share several times over; the proportional share is exact.
    limit = limits.total_memory_bytes
    if sum(map(_resident, family)) > limit and sum(map(_share, family)) > limit:
        return signal.SIGKILL
    opened = list(_opened(family))
    if len({entry.st_ino for entry in opened if stat.S_ISSOCK(entry.st_mode)}) > limits.sockets:
        return signal.SIGKILL
    deleted = {entry.st_ino: entry.st_blocks * _BLOCK for entry in opened if _is_deleted(entry)}
    for one in family:
        deleted |= _mapped(one)
    if _disk(trees, limits.disk_bytes) + sum(deleted.values()) > limits.disk_bytes:
        return signal.SIGXFSZ
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


def _disk(trees: Collection[str], enough: int) -> int:
    """How much is stored in the trees; counting ends at `enough`. What cannot be looked into counts as more than that."""
    used = 0
    try:
        for tree in trees:
            for folder, folders, names in os.walk(tree, onerror=_unless_gone):
                for name in (*folders, *names):
                    with contextlib.suppress(FileNotFoundError):
                        used += os.lstat(os.path.join(folder, name)).st_blocks * _BLOCK + _ENTRY
                if used > enough:
                    return used
    except OSError:  # what is hidden again and again, or too deep to be named, is not hidden by chance
        return enough + 1
    return used


class _Locked:
    """Folders that were found locked: they are opened, to be counted next time, but not for ever."""

    looks = 0


def _unless_gone(error: OSError) -> None:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return
    if not isinstance(error, PermissionError) or _Locked.looks >= _MOST_LOCKED:
        raise error
    _Locked.looks += 1
    handle = os.open(error.filename, os.O_PATH | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.chmod(f"/proc/self/fd/{handle}", 0o700)
    finally:
        os.close(handle)


def _opened(family: Collection[int]) -> Iterator[os.stat_result]:
    """What these processes have open."""
    for pid in family:
        with contextlib.suppress(OSError):
            for descriptor in os.listdir(f"/proc/{pid}/fd"):
                with contextlib.suppress(OSError):
                    yield os.stat(f"/proc/{pid}/fd/{descriptor}")


def _is_deleted(entry: os.stat_result) -> bool:
    return stat.S_ISREG(entry.st_mode) and entry.st_nlink == 0


def _mapped(pid: int) -> dict[int, int]:
    """The deleted files that a process still has in its memory: inode -> bytes."""
    found: dict[int, int] = {}
    for line in _read(f"/proc/{pid}/maps").splitlines():
        fields = line.split(maxsplit=5)
        if len(fields) == 6 and fields[5].endswith(b" (deleted)") and not fields[5].startswith(_NO_FILES):
            start, _, end = fields[0].partition(b"-")
            inode = int(fields[4])
            found[inode] = found.get(inode, 0) + int(end, 16) - int(start, 16)
    return found


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
