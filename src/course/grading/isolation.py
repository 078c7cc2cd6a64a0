"""What the processes of a grading run may use and see. The one place where grading decides it; `sandbox` enforces it."""

import os
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from course import sandbox
from course.sandbox import LAYERS, MEGABYTE, Isolation, Policy

NOTHING_RAN = "nothing was run"
"""What verdicts say of a submission whose code was never started."""


@dataclass(frozen=True)
class Limits(sandbox.Limits):
    """How much a submission may use: what its sandbox holds it to, and wall-clock seconds.

    The seconds grow with `patience`, all but the overall ones.
    """

    import_seconds: float = 10.0
    request_seconds: float = 5.0
    check_seconds: float = 15.0
    tool_seconds: float = 60.0
    overall_seconds: float = 120.0
    output_bytes: int = 8 * MEGABYTE
    response_bytes: int = 4 * MEGABYTE


@dataclass(frozen=True)
class Terms:
    """The terms on which a submission is graded: its limits, what it must not see, the layers to leave out or to insist on."""

    limits: Limits
    hidden: tuple[Path, ...] = ()
    without: frozenset[str] = frozenset()
    require: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {
            "limits": asdict(self.limits),
            "hidden": [str(path) for path in self.hidden],
            "without": sorted(self.without),
            "require": sorted(self.require),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        hidden = tuple(Path(path) for path in data["hidden"])
        without, require = frozenset(data["without"]), frozenset(data["require"])
        return cls(Limits(**data["limits"]), hidden, without, require)


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
    isolation = sandbox.apply(
        Policy(
            work=work,
            readable=tuple(readable),
            writable=tuple(writable),
            hidden=terms.hidden,
            limits=terms.limits,
            keep_fds=tuple(keep_fds),
            without=terms.without,
            require=terms.require,
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
