"""What a process that runs a learner's code may use. The one place where isolation is decided.

Today there is one backend: resource limits, an environment of its own, and folders of its own. It stops accidents
(endless loops, floods, runaway memory), not an attacker. Stronger backends belong here, behind `confine`.
"""

import contextlib
import os
import resource
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

LIMITS_ONLY = "limits only"
"""What verdicts say of the conditions they were reached under."""

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """How much a submission may use. Times are wall-clock seconds."""

    import_seconds: float = 10.0
    request_seconds: float = 5.0
    check_seconds: float = 15.0
    tool_seconds: float = 60.0
    overall_seconds: float = 120.0
    cpu_seconds: int = 60
    memory_bytes: int = 1024 * MEGABYTE
    file_bytes: int = 64 * MEGABYTE
    open_files: int = 256
    output_bytes: int = 8 * MEGABYTE
    response_bytes: int = 4 * MEGABYTE

    def to_json(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The inverse of `to_json`; TypeError on data of another shape."""
        return cls(**data)


def confine(limits: Limits, *, home: Path, project: Path) -> None:
    """Put this process, and all that it starts, under the limits, into its own environment and into the project.

    `home` is the one folder it may write to for its own ends (HOME and TMPDIR).
    """
    os.environ.clear()
    os.environ.update(environment(home))
    os.chdir(project)
    os.umask(0o077)
    _limit(resource.RLIMIT_CPU, limits.cpu_seconds)
    # RLIMIT_AS would count address space that allocators and thread stacks only reserve.
    _limit(resource.RLIMIT_DATA, limits.memory_bytes)
    _limit(resource.RLIMIT_FSIZE, limits.file_bytes)
    _limit(resource.RLIMIT_NOFILE, limits.open_files)
    _limit(resource.RLIMIT_CORE, 0)


def environment(home: Path) -> dict[str, str]:
    """The whole environment of a confined process: nothing of the grader's own."""
    return {
        "HOME": str(home),
        "TMPDIR": str(home),
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
        "NO_COLOR": "1",
    }


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    with contextlib.suppress(OSError, ValueError):  # macOS refuses some of them; the wall clock still holds
        resource.setrlimit(kind, (value, value))
