"""Killed at any moment and run again: the same gradebook, nothing twice, nothing lost."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from batch_helpers import autograded, db_url, rows

from course.batch.run import grade_all

KILLS = 4
CHILD = """
import os, signal, sys
left = int(sys.argv[1])
WRITES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "sqlite3.connect", "subprocess.Popen"}

def count(event, arguments):
    global left
    if event in WRITES or (event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

def sql(*_):
    count("os.rename", ())

from sqlalchemy import event
from sqlalchemy.engine import Engine
for moment in ("before_cursor_execute", "commit"):
    event.listen(Engine, moment, sql)
sys.addaudithook(count)
from course.cli import main
sys.argv = ["course", "grade-all", "--jobs", "2", *sys.argv[2:]]
main()
"""
"""Kills itself at its so-and-so-manyth change of a file, or word to the gradebook."""


def run(root: Path, *options: str, kill_at: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CHILD, str(kill_at), *options],
        cwd=root,
        env={**os.environ, "COURSE_CONTENT": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("options", [(), ("--regrade",)], ids=["grade-all", "grade-all --regrade"])
def test_killed_again_and_again(
    stock: Path, handed_in: Path, options: tuple[str, ...], subtests: pytest.Subtests
) -> None:
    seed = random.randrange(2**32)  # noqa: S311 - when to kill
    points = random.Random(seed)  # noqa: S311
    if options:  # there is something to grade again
        grade_all(handed_in)
    with subtests.test("killed", seed=seed):
        for _ in range(KILLS):
            done = run(handed_in, *options, kill_at=points.randint(1, 350))
            assert done.returncode in (0, -signal.SIGKILL), done.stderr
        done = run(handed_in, *options, kill_at=-1)
        assert done.returncode == 0, done.stderr
        assert "Graded 8 submissions" in done.stdout or not options
        assert rows(db_url(handed_in)) == rows(db_url(stock))
        assert autograded(handed_in) == autograded(stock)
        assert grade_all(handed_in).unchanged == 8
        state = handed_in / ".course"
        assert sorted(path.name for path in (state / "batch").iterdir()) == ["journal.db", "lock"]


def test_killed_once_while_grading_again(stock: Path, handed_in: Path) -> None:
    """What a killed --regrade leaves is whole, and a plain run ends what it began."""
    grade_all(handed_in)
    done = run(handed_in, "--regrade", kill_at=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    report = grade_all(handed_in)
    assert (report.graded, report.recorded + report.unchanged) == (0, 8)
    assert rows(db_url(handed_in)) == rows(db_url(stock))
    assert autograded(handed_in) == autograded(stock)
