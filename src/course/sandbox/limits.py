"""Resource limits (setrlimit(2)) for this process and all that it starts."""

import os
import resource
import sys
from collections.abc import Collection

from course.sandbox.policy import MEGABYTE, Limits

SHARED_ROOM = 256
"""Processes granted on top where the kernel counts those of the same user outside the sandbox too."""

RESERVED_BYTES = 1024 * MEGABYTE
"""Address space on top of the memory: what thread stacks and malloc's arenas reserve and never use."""


def apply_limits(limits: Limits, *, running: int, held: Collection[int] = ()) -> str:
    """Set the limits, and say what this system would not limit (nothing: an empty string).

    `running` is how many processes of this user the kernel counts already, `held` which descriptors are taken.
    """
    refused = []
    wanted = {
        "RLIMIT_CORE": 0,
        "RLIMIT_CPU": limits.cpu_seconds,
        # Private memory, and all address space: the first alone would not count shared mappings.
        "RLIMIT_DATA": limits.memory_bytes,
        "RLIMIT_AS": limits.memory_bytes + RESERVED_BYTES,
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_NOFILE": descriptors_for(limits.open_files, held),
        "RLIMIT_NPROC": running + limits.processes,
    }
    for name, value in wanted.items():
        try:
            _limit(getattr(resource, name), value)
        except (AttributeError, OSError, ValueError):  # macOS knows neither all of them nor all values
            refused.append(name)
    return f"{', '.join(refused)} cannot be set on {sys.platform}" if refused else ""


def descriptors_for(open_files: int, held: Collection[int]) -> int:
    """Below which number there are `open_files` free descriptors: the kernel limits the number, not the count."""
    end = open_files
    for number in sorted(held):
        if number >= end:
            break
        end += 1
    return end


def tasks_of(user: int) -> int:
    """How many processes and threads of a user there are, as far as /proc shows them."""
    count = 0
    try:
        entries = os.scandir("/proc")
    except OSError:
        return 0
    with entries:
        for entry in entries:
            if not entry.name.isdigit():
                continue
            try:
                status = os.stat(f"/proc/{entry.name}/task")
            except OSError:
                continue  # it has ended
            if status.st_uid == user:
                count += status.st_nlink - 2  # a folder for each thread
    return count


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))
