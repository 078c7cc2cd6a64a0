"""What a learner's process may do, and what came of that wish on this system."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from course.errors import CourseError

NAMESPACES, LANDLOCK, SECCOMP, LIMITS = LAYERS = ("namespaces", "landlock", "seccomp", "limits")
"""The layers, in the order in which reports name them."""

MEGABYTE = 1024 * 1024


class IsolationError(CourseError):
    """A policy that cannot be kept here: it contradicts itself, or the system lacks a layer it requires."""


@dataclass(frozen=True)
class Limits:
    """How much the processes of one sandbox may use: the one place where it is said."""

    cpu_seconds: int = 60
    """Of processor time, for each process: SIGXCPU ends what goes over."""
    memory_bytes: int = 1024 * MEGABYTE
    """For each process: allocating more fails."""
    total_memory_bytes: int = 1536 * MEGABYTE
    """For all processes together: SIGKILL ends a sandbox that goes over."""
    processes: int = 128
    """Processes and threads together, for the whole sandbox."""
    file_bytes: int = 64 * MEGABYTE
    """For each file: writing more fails."""
    disk_bytes: int = 128 * MEGABYTE
    """For all files together: SIGXFSZ ends a sandbox that goes over."""
    sockets: int = 512
    """For all processes together: each holds memory that is counted nowhere. SIGKILL ends a sandbox that goes over."""
    open_files: int = 256
    """For each process, beside what was open when the sandbox started."""


@dataclass(frozen=True)
class Policy:
    """What a sandbox may see and do.

    Of the paths in `work`, `writable`, `readable` and `hidden` the most specific one decides: a readable tree inside a
    hidden one is readable, a hidden folder inside a readable tree is not.
    """

    work: Path
    """The sandbox's own folder: readable and writable, its working directory and its TMPDIR."""
    readable: tuple[Path, ...] = ()
    """Trees that may be read besides the system's and Python's own."""
    writable: tuple[Path, ...] = ()
    """Trees that may be written besides `work`."""
    hidden: tuple[Path, ...] = ()
    """What must not be read, even inside a readable tree."""
    limits: Limits = Limits()
    network: bool = False
    keep_fds: tuple[int, ...] = ()
    """Open descriptors that the sandbox keeps besides the standard streams. A descriptor is a hole: never keep that
    of a folder outside."""
    user: int | None = None
    """The user to become when started as root; by default one that nobody else is."""
    require: frozenset[str] = frozenset()
    """Layers without which nothing is run."""
    without: frozenset[str] = frozenset()
    """Layers not to use: for tests and measurements."""

    def check(self) -> None:
        """Raise IsolationError for a policy that cannot be kept anywhere."""
        for name in sorted((self.require | self.without) - set(LAYERS)):
            raise IsolationError(f"There is no isolation layer {name!r}; the layers are {', '.join(LAYERS)}.")
        for name in sorted(self.require & self.without):
            raise IsolationError(f"The isolation layer {name!r} cannot be both required and left out.")
        for tree in (self.work, *self.writable):
            if not tree.is_dir():
                raise IsolationError(f"The sandbox cannot write to {tree}: there is no such folder.")
            for secret in self.hidden:
                if secret.resolve().is_relative_to(tree.resolve()):
                    raise IsolationError(
                        f"{secret} cannot be hidden: it lies in {tree}, which may be written."
                    )


@dataclass(frozen=True)
class Isolation:
    """The conditions under which a learner's code ran."""

    layers: tuple[str, ...]
    """The layers in force, in the order of LAYERS."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """What is not in force, and why: a layer's name, or a part of one such as `processes`, with a reason."""

    def describe(self) -> str:
        """For a report: `namespaces, landlock, seccomp, limits`, or `limits only`."""
        if len(self.layers) == 1:
            return f"{self.layers[0]} only"
        return ", ".join(self.layers) or "none"

    def explain(self) -> tuple[str, ...]:
        """What is missing, as sentences' worth of `what: why`."""
        return tuple(f"{what}: {why}" for what, why in self.missing.items())

    def to_json(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(layers=tuple(data["layers"]), missing=dict(data["missing"]))
