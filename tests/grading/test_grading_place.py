"""Folders of grading runs that were killed: removed by the next one, and nobody else's."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from course.grading.answers import Answers
from course.grading.exercise import Exercise
from course.grading.place import Place, remove_stale
from course.grading.runner import _WarmParent

LIVES = """
import os, signal, sys
from course.grading.place import Place
place = Place.make()
place.lay({"": {"app/main.py": "app = None\\n"}}, {})
(place.project / "closed").mkdir(mode=0)
if sys.argv[1] == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
print(place.base, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary folder of its own, short enough for sockets, for this process and those it starts."""
    tmp_path_factory.getbasetemp()  # pytest's own folder is made on first use: not in ours
    with tempfile.TemporaryDirectory(prefix="places-") as name:
        monkeypatch.setenv("TMPDIR", name)
        monkeypatch.setattr(tempfile, "tempdir", None)
        yield Path(name).resolve()


def places(folder: Path) -> list[Path]:
    return sorted(folder.glob("course-grade-*"))


def test_the_place_of_a_killed_run_goes(temporary: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LIVES, "killed"], check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(places(temporary)) == 1
    remove_stale()
    assert places(temporary) == []


def test_the_place_of_a_living_run_stays(temporary: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LIVES, "lives"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        base = Path(process.stdout.readline().strip())
        os.utime(base, (0, 0))  # however old
        remove_stale()
        assert places(temporary) == [base]
        assert (base / "project/app/main.py").is_file()
        process.stdin.close()
        process.wait()
    remove_stale()
    assert places(temporary) == []


def test_what_may_be_somebody_elses_stays(temporary: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious")
    link, file, young, old = (temporary / f"course-grade-{name}" for name in ("link", "file", "young", "old"))
    link.symlink_to(tmp_path)
    file.write_text("no folder")
    young.mkdir()  # about to be locked, or of a course without locks
    old.mkdir()
    long_ago = time.time() - 7200
    os.utime(old, (long_ago, long_ago))
    remove_stale()
    assert places(temporary) == sorted([link, file, young])
    assert (tmp_path / "precious").exists()


def test_a_place_can_be_removed_by_its_own_process(temporary: Path) -> None:
    place = Place.make()
    place.remove()
    assert places(temporary) == []


def test_grading_starts_with_it(exercise: Exercise, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from course.grading import runner

    subprocess.run([sys.executable, "-c", LIVES, "killed"], check=False)
    (stale,) = places(temporary)
    parent = _WarmParent()
    monkeypatch.setattr(runner, "_parent", parent)
    try:
        verdict = runner.grade(exercise, Answers({}, frozenset({"1.1", "1.2"})), held_out=False)
    finally:
        parent.stop()  # waits for what it has forked
    assert verdict.earned == 0
    assert not stale.exists()
