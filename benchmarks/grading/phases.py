"""One phase of our grading, so many times: what `--profile` measures, each phase in a process of its own.

python -m benchmarks.grading.phases PHASE COUNT
"""

import asyncio
import hashlib
import importlib
import json
import os
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.grading.cohort import Submission, notebook
from course.catalog import content
from course.errors import CourseError
from course.grading import submission
from course.grading.answers import Answers
from course.grading.exercise import Exercise
from course.grading.projects import project_files
from course.grading.runner import grade
from course.sandbox import LAYERS

STRONG, CHEAP = "n=2**14", "n=2"
"""How much work the exercise's project puts into hashing a password."""


def nothing(exercise: Exercise) -> None:
    """An empty submission: processes are forked, pytest collects the checks, none runs."""
    grade(exercise, Answers({}, frozenset(task.id for task in exercise.tasks)), held_out=True)


def whole(exercise: Exercise) -> None:
    """The reference solution with all checks."""
    grade(exercise, Answers(dict(exercise.reference)), held_out=True)


def unconfined(exercise: Exercise) -> None:
    """The same without any sandbox: our own solution may run so."""
    grade(exercise, Answers(dict(exercise.reference)), held_out=True, without=frozenset(LAYERS))


def cheap_hashing(exercise: Exercise) -> None:
    """The same with passwords that are hashed at no cost."""
    files = project_files(exercise, Answers(dict(exercise.reference)))
    path = next((path for path, text in files.items() if STRONG in text), None)
    if path is None:
        raise CourseError(f"The project of exercise 1 says {STRONG} no more: tell {Path(__file__).name}.")
    cheap = {path: files[path].replace(STRONG, CHEAP)}
    grade(exercise, Answers(dict(exercise.reference) | cheap), held_out=True)


def reading(exercise: Exercise) -> None:
    """Reading a submitted notebook and taking the answers out of it."""
    text = json.dumps(notebook(exercise, Submission("", "right", "", dict(exercise.reference))))
    release = json.loads(content().exercise_notebook(exercise.chapter).read_text(encoding="utf-8"))
    submission.answers(submission.read(text, release), exercise)


def hashing(exercise: Exercise) -> None:
    """One password hashed as the exercise's project does it."""
    hashlib.scrypt(b"correct horse", salt=b"0123456789abcdef", n=2**14, r=8, p=1)


def floor(exercise: Exercise) -> Callable[[Exercise], None]:
    """Return the least there can be to a run: a fork of a warm process that imports the app and starts a server."""
    from course.grading import warm
    from course.grading.place import lay

    warm._import_everything()
    sys.dont_write_bytecode = True
    folder = tempfile.TemporaryDirectory(prefix="course-benchmark-")
    for path, text in project_files(exercise, Answers(dict(exercise.reference))).items():
        lay(Path(folder.name), path, text)

    def start(_: Exercise) -> None:
        pid = os.fork()
        if pid:
            os.waitpid(pid, 0)
            assert folder.name  # noqa: S101 - keeps the folder as long as this function
            return
        try:
            sys.path.insert(0, folder.name)
            asyncio.run(_started(f"{folder.name}/{os.getpid()}.sock"))
        finally:
            os._exit(0)

    return start


async def _started(path: str) -> None:
    import uvicorn

    config = uvicorn.Config(importlib.import_module("app.main").app, uds=path, log_config=None, ws="none")
    server = uvicorn.Server(config)
    server.should_exit = True  # once it has started
    await server.serve()


def forget_what_is_recorded(root: Path) -> None:
    """Have the next `course grade-all` give the gradebook everything again, from the verdicts that are there."""
    with sqlite3.connect(root / ".course/batch/journal.db") as journal:
        journal.execute("UPDATE submissions SET recorded = ''")


PHASES = {
    "reading": reading,
    "nothing": nothing,
    "whole": whole,
    "unconfined": unconfined,
    "cheap_hashing": cheap_hashing,
    "hashing": hashing,
}


def main(phase: str, count: int) -> None:
    """Do one phase so many times."""
    exercise = Exercise.load(1)
    work = floor(exercise) if phase == "floor" else PHASES[phase]
    for _ in range(count):
        work(exercise)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
