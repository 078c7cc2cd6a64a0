"""What one learner's server may use of the machine: a control group of Linux, which root can make.

Both versions are known. The files and what they mean: https://docs.kernel.org/admin-guide/cgroup-v2.html, and
https://docs.kernel.org/admin-guide/cgroup-v1/memory.html.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyterhub.spawner import LocalProcessSpawner

GROUPS = Path("/sys/fs/cgroup")
OURS = "course-workshop"
PERIOD = 100_000
"""Microseconds: in each of these a group gets its part of the processors."""


def hold(name: str, *, memory: int | None, processors: float | None, groups: Path = GROUPS) -> list[Path]:
    """Make the group of this name, with these limits: bytes, and processors; None leaves one out.

    Return the files into which a process that is to be held writes its id; none where such a group cannot be made, as
    without root or in most containers.
    """
    try:
        if (groups / "cgroup.controllers").is_file():
            return [_second_version(groups, name, memory, processors)]
        return _first_version(groups, name, memory, processors)
    except OSError:
        return []


def let_go(name: str, groups: Path = GROUPS) -> None:
    """Remove the group of this name, if nobody is in it any more."""
    for place in (groups, groups / "memory", groups / "cpu"):
        with suppress(OSError):
            (place / OURS / name).rmdir()


def _second_version(groups: Path, name: str, memory: int | None, processors: float | None) -> Path:
    group = groups / OURS / name
    group.mkdir(parents=True, exist_ok=True)
    for above in (groups, groups / OURS):
        (above / "cgroup.subtree_control").write_text("+memory +cpu")
    most = "max" if processors is None else int(processors * PERIOD)
    _write(group, {"memory.max": "max" if memory is None else memory, "cpu.max": f"{most} {PERIOD}"})
    return group / "cgroup.procs"


def _first_version(groups: Path, name: str, memory: int | None, processors: float | None) -> list[Path]:
    wanted: dict[str, Mapping[str, int | str]] = {}
    if memory is not None:
        wanted["memory"] = {"memory.limit_in_bytes": memory}
    if processors is not None:
        wanted["cpu"] = {"cpu.cfs_period_us": PERIOD, "cpu.cfs_quota_us": int(processors * PERIOD)}
    for controller, files in wanted.items():
        if not (groups / controller).is_dir():
            raise FileNotFoundError(controller)
        group = groups / controller / OURS / name
        group.mkdir(parents=True, exist_ok=True)
        _write(group, files)
    return [groups / controller / OURS / name / "cgroup.procs" for controller in wanted]


def _write(group: Path, files: Mapping[str, int | str]) -> None:
    for file, value in files.items():
        (group / file).write_text(str(value))


class HeldSpawner(LocalProcessSpawner):  # type: ignore[misc]  # JupyterHub has no types
    """JupyterHub's own spawner, which leaves `mem_limit` and `cpu_limit` to others; here the kernel sees to them."""

    def make_preexec_fn(self, name: str) -> Any:  # noqa: ANN401 - as JupyterHub has it
        """Put the new process into its group, while it is root still, and then make it this person's."""
        become = super().make_preexec_fn(name)
        entries = hold(name, memory=self.mem_limit, processors=self.cpu_limit)
        if not entries:
            self.log.warning(
                "No limit of memory or processor holds for %s: no control group can be made.", name
            )

        def enter() -> None:
            for entry in entries:
                entry.write_text(str(os.getpid()))
            become()

        return enter

    async def stop(self, now: bool = False) -> None:
        """Stop the server, and remove its group."""
        await super().stop(now)
        let_go(self.user.name)
