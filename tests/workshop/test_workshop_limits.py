"""A learner's server is held to its part of the machine, where the kernel lets root say so."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("jupyterhub", reason="JupyterHub is not installed: uv sync --extra workshop")

from course.workshop.limits import GROUPS, OURS, PERIOD, hold, let_go

MEGABYTE = 2**20
TAKES = "held = bytearray({} * 2**20); held[::4096] = b'x' * len(held[::4096]); print('has it')"


@pytest.fixture
def group() -> Iterator[str]:
    """The name of a group that nobody else uses; it is removed at the end."""
    name = f"test-{os.getpid()}"
    yield name
    let_go(name)
    assert not list(GROUPS.glob(f"**/{OURS}/{name}"))


def test_who_takes_more_than_it_may_is_ended(group: str) -> None:
    entries = hold(group, memory=96 * MEGABYTE, processors=0.5)
    if not entries:
        pytest.skip("no control group can be made here: not root, or a container without them")

    def enter() -> None:
        for entry in entries:
            entry.write_text(str(os.getpid()))

    def take(megabytes: int) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", TAKES.format(megabytes)],
            preexec_fn=enter,
            capture_output=True,
            text=True,
            check=False,
        )

    assert take(24).stdout == "has it\n"
    assert take(400).returncode == -9


def test_both_versions_are_written_as_the_kernel_has_them(tmp_path: Path) -> None:
    second, first, none = tmp_path / "v2", tmp_path / "v1", tmp_path / "none"
    second.mkdir()
    (second / "cgroup.controllers").write_text("cpu memory\n")
    for controller in ("memory", "cpu"):
        (first / controller).mkdir(parents=True)
    none.mkdir()

    (entry,) = hold("ada", memory=5, processors=1.5, groups=second)
    assert entry == second / OURS / "ada/cgroup.procs"
    assert (entry.parent / "memory.max").read_text() == "5"
    assert (entry.parent / "cpu.max").read_text() == f"{3 * PERIOD // 2} {PERIOD}"
    assert (second / OURS / "cgroup.subtree_control").read_text() == "+memory +cpu"
    (entry,) = hold("bob", memory=None, processors=None, groups=second)
    assert (entry.parent / "memory.max").read_text() == "max"
    assert (entry.parent / "cpu.max").read_text() == f"max {PERIOD}"

    memory, cpu = hold("ada", memory=5, processors=0.5, groups=first)
    assert (memory.parent / "memory.limit_in_bytes").read_text() == "5"
    assert (cpu.parent / "cpu.cfs_quota_us").read_text() == str(PERIOD // 2)
    assert hold("bob", memory=None, processors=None, groups=first) == []
    assert hold("ada", memory=5, processors=1, groups=none) == []
