"""What each hostile submission costs, under the limits that a batch has: `uv run python -m benchmarks.hostile`.

Every submission and notebook of tests/hostile is graded once, in its sandbox, and its seconds, memory, disk, and what it
leaves behind are measured. With names as arguments, only those. The five worst of each kind come first.
"""

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from course.grading import runner, submission
from course.grading.answers import Answers
from course.grading.exercise import Exercise
from course.grading.runner import grade
from course.grading.verdict import Verdict

HOSTILE = Path(__file__).parents[1] / "tests/hostile"
MEGABYTE = 1 << 20


@dataclass
class Cost:
    """What one of them took."""

    name: str
    wall: float = 0.0
    memory: float = 0.0
    disk: float = 0.0
    verdict: float = 0.0
    left: int = 0
    earned: float = 0.0


class Meter(threading.Thread):
    """Looks four times a second at what the processes below this one use, and at their temporary folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.folder = folder
        self.memory = self.disk = 0.0
        self.done = threading.Event()

    def run(self) -> None:
        before = self._memory()
        while not self.done.wait(0.25):
            self.memory = max(self.memory, self._memory() - before)
            self.disk = max(self.disk, size(self.folder))

    @staticmethod
    def _memory() -> float:
        used = 0
        for process in psutil.Process().children(recursive=True):
            try:
                used += process.memory_full_info().pss
            except (psutil.Error, OSError):
                continue
        return used / MEGABYTE


def size(folder: Path) -> float:
    """Megabytes of blocks below a folder."""
    used = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                used += os.lstat(os.path.join(place, name)).st_blocks * 512
            except OSError:
                continue
    return used / MEGABYTE


def measured(name: str, folder: Path, work: Callable[[], Verdict]) -> Cost:
    """Do it once, and say what it took."""
    files = set(folder.rglob("*"))
    meter = Meter(folder)
    meter.start()
    started = time.perf_counter()
    verdict = work()
    cost = Cost(name, wall=time.perf_counter() - started, earned=verdict.earned)
    meter.done.set()
    meter.join()
    cost.memory, cost.disk = meter.memory, meter.disk
    cost.verdict = len(json.dumps(verdict.to_json())) / 1024
    cost.left = len(set(folder.rglob("*")) - files)
    return cost


@contextmanager
def world() -> Iterator[Any]:
    """The world that tests attack."""
    from hostile_world import make_world

    with make_world() as made:
        runner._warm_parent().stop()
        os.environ |= {
            "COURSE_CONTENT": str(made.root),
            "HOME": str(made.home),
            "TMPDIR": str(made.temporary),
            "HOSTILE_TOKEN": made.token,
        }
        tempfile.tempdir = None
        yield made
        runner._warm_parent().stop()


def costs(wanted: set[str]) -> Iterator[Cost]:
    """Measure all, or those that are wanted."""
    from hostile_cards import CARDS
    from hostile_notebooks import BUILDERS

    with world() as made:
        exercise = Exercise.load(1)
        release = json.loads((made.root / "exercises/01-shop/01-shop.ipynb").read_text(encoding="utf-8"))
        reference = Answers(dict(exercise.reference))
        measured("warm", made.temporary, lambda: grade(exercise, reference, held_out=True))
        yield measured("(a right answer)", made.temporary, lambda: grade(exercise, reference, held_out=True))
        for name, card in CARDS.items():
            if not wanted or name in wanted:
                files = {path: made.fill(text) for path, text in card.over(exercise.reference).items()}
                yield measured(
                    name, made.temporary, lambda files=files: grade(exercise, Answers(files), held_out=True)
                )
        for name, builder in BUILDERS.items():
            if not wanted or name in wanted:
                path = made.base / "handed-in" / name / "01-shop.ipynb"
                builder.write(path, exercise, release, made.fill)

                def whole(path: Path = path) -> Verdict:
                    text, problem = submission.content_of(path)
                    notebook = submission.read(text, release, problem)
                    return grade(exercise, submission.answers(notebook, exercise), held_out=True)

                yield measured(name, made.temporary, whole)


def table(found: list[Cost]) -> str:
    """The costs as Markdown."""
    lines = [
        "| submission | seconds | memory, MB | disk, MB | verdict, kB | files left |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {one.name} | {one.wall:.1f} | {one.memory:.0f} | {one.disk:.1f} | {one.verdict:.0f} | {one.left} |"
        for one in found
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    names = set(parser.parse_args().names)
    sys.path[:0] = [str(HOSTILE), str(HOSTILE.parent)]
    found = list(costs(names))
    for key in ("wall", "memory", "disk", "verdict", "left"):
        print(f"\n## Worst by {key}\n")
        print(table(sorted(found, key=lambda one: -getattr(one, key))[:5]))
    print("\n## All\n")
    print(table(found))


if __name__ == "__main__":
    main()
