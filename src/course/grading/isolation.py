"""What the processes of a grading run may use and see. The one place where grading decides it; `sandbox` enforces it."""

import os
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from course import sandbox
from course.sandbox import LAYERS, Isolation, Policy

MEGABYTE = 1024 * 1024

NOTHING_RAN = "nothing was run"
"""What verdicts say of a submission whose code was never started."""


@dataclass(frozen=True)
class Limits:
    """How much a submission may use. Times are wall-clock seconds; all but the overall ones grow with `patience`."""

    import_seconds: float = 10.0
    request_seconds: float = 5.0
    check_seconds: float = 15.0
    tool_seconds: float = 60.0
    overall_seconds: float = 120.0
    cpu_seconds: int = 60
    memory_bytes: int = 1024 * MEGABYTE
    total_memory_bytes: int = 1536 * MEGABYTE
    processes: int = 128
    file_bytes: int = 64 * MEGABYTE
    disk_bytes: int = 128 * MEGABYTE
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


@dataclass(frozen=True)
class Terms:
    """The terms on which a submission is graded: its limits, what it must not see, the layers to leave out."""

    limits: Limits
    hidden: tuple[Path, ...] = ()
    without: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {
            "limits": self.limits.to_json(),
            "hidden": [str(path) for path in self.hidden],
            "without": sorted(self.without),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        hidden = tuple(Path(path) for path in data["hidden"])
        return cls(Limits.from_json(data["limits"]), hidden, frozenset(data["without"]))


def confine(
    terms: Terms,
    *,
    work: Path,
    here: Path,
    writable: Collection[Path] = (),
    readable: Collection[Path] = (),
    keep_fds: Collection[int] = (),
) -> Isolation:
    """Put this process, and all that it starts, into a sandbox with an environment of its own, at `here`.

    `work` is the folder it may write to for its own ends (HOME and TMPDIR). Forks, as `sandbox.apply` does: the calling
    process becomes the keeper. Raises IsolationError when nothing must be run here.
    """
    limits = terms.limits
    isolation = sandbox.apply(
        Policy(
            work=work,
            readable=tuple(readable),
            writable=tuple(writable),
            hidden=terms.hidden,
            limits=sandbox.Limits(
                cpu_seconds=limits.cpu_seconds,
                memory_bytes=limits.memory_bytes,
                total_memory_bytes=limits.total_memory_bytes,
                processes=limits.processes,
                file_bytes=limits.file_bytes,
                disk_bytes=limits.disk_bytes,
                open_files=limits.open_files,
            ),
            keep_fds=tuple(keep_fds),
            without=terms.without,
        )
    )
    os.environ.clear()
    os.environ.update(environment(work))
    os.chdir(here)
    os.umask(0o077)
    return isolation


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


def weakest(found: Collection[Isolation]) -> str:
    """Describe what was in force for every process of a run."""
    if not found:
        return NOTHING_RAN
    layers = [layer for layer in LAYERS if all(layer in isolation.layers for isolation in found)]
    return Isolation(tuple(layers)).describe()
