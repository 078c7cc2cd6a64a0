"""Where the time of our own grader goes: each phase by itself, its start-up taken off."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.grading import graders
from benchmarks.grading.cohort import cohort
from benchmarks.grading.meter import measure
from benchmarks.grading.phases import forget_what_is_recorded
from course.catalog import content
from course.grading.exercise import Exercise

ONCE, OFTEN = 1, 4
SUBMISSIONS = 6


@dataclass(frozen=True)
class Phase:
    """What one time of a phase costs, in seconds."""

    wall: float
    cpu: float

    def __sub__(self, other: "Phase") -> "Phase":
        return Phase(self.wall - other.wall, self.cpu - other.cpu)


def report(exercise: Exercise, folder: Path, *, jobs: int) -> str:
    """Return the table of phases of one submission: the reference solution, one worker."""
    cost = {name: _each(name, folder) for name in ("floor", "reading", "nothing", "whole", "unconfined")}
    cost |= {name: _each(name, folder) for name in ("cheap_hashing", "hashing")}
    started, recording = _gradebook(exercise, folder, jobs)
    rows = {
        "reading the notebook": cost["reading"],
        "forks, files, pytest, no check runs": cost["nothing"],
        "the app and the checks, without hashing": cost["cheap_hashing"] - cost["nothing"],
        "passwords hashed by the app": cost["whole"] - cost["cheap_hashing"],
        "gradebook and autograded notebook": recording,
        "**one submission**": Phase(
            cost["whole"].wall + recording.wall + cost["reading"].wall,
            cost["whole"].cpu + recording.cpu + cost["reading"].cpu,
        ),
        "of it, the sandbox": cost["whole"] - cost["unconfined"],
        "once a batch: start, imports, registration": started,
        "floor: fork, import the app, start a server": cost["floor"],
        "one password": cost["hashing"],
    }
    lines = ["| phase | ms | processor ms |", "|---|---:|---:|"]
    lines += [
        f"| {name} | {phase.wall * 1000:.0f} | {phase.cpu * 1000:.0f} |" for name, phase in rows.items()
    ]
    return "\n".join(lines)


def _each(name: str, folder: Path) -> Phase:
    """What one more time of a phase costs."""
    command = [sys.executable, "-m", "benchmarks.grading.phases", name]
    root = content().root
    few, many = (
        measure([*command, str(count)], cwd=root, env=dict(os.environ), log=folder / f"{name}.txt")
        for count in (ONCE, ONCE + OFTEN)
    )
    return Phase((many.wall - few.wall) / OFTEN, (many.cpu - few.cpu) / OFTEN)


def _gradebook(exercise: Exercise, folder: Path, jobs: int) -> tuple[Phase, Phase]:
    """What the batch costs before any submission, and what recording one costs."""
    root = folder / "recording"
    root.mkdir()
    graders.ours(exercise, cohort(exercise, SUBMISSIONS), root, jobs=jobs)
    idle = graders.grade_all(exercise, root, jobs=jobs)
    forget_what_is_recorded(root)
    all_again = graders.grade_all(exercise, root, jobs=jobs)
    recording = Phase((all_again.wall - idle.wall) / SUBMISSIONS, (all_again.cpu - idle.cpu) / SUBMISSIONS)
    return Phase(idle.wall, idle.cpu), recording
