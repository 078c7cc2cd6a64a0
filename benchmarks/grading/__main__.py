"""How fast a cohort is graded: ours beside stock nbgrader and otter-grader, over the same submissions, in one run.

    uv run python -m benchmarks.grading                  the comparison: 40 submissions, 12 minutes on 2 quiet cores
    uv run python -m benchmarks.grading --submissions 8  a quick look
    uv run python -m benchmarks.grading --scale          ours with 40, 100, 250 and 500 submissions
    uv run python -m benchmarks.grading --profile        where the time of ours goes

Run it in the clone, with nothing else at work. It needs uv (on the PATH, or as `run.py` installed it) and a package
index once, for otter-grader, which lives in an environment of its own and is no dependency of the course. Everything is
laid out in a temporary folder that is removed afterwards; `--keep FOLDER` keeps it, with the graders' logs.

The submissions are the answer cards of exercise 1, and the release without answers. Each grader runs the same 14 check
functions (10 visible ones, 4 held-out) over each: ours in sandboxes; the other two in the kernel of a notebook, where
the app is imported afresh for every check, as the sandboxes do, and the client speaks ASGI to it. They get the faster
of the ways they offer: one process for the whole cohort. Neither grades in parallel; ours has two workers, on the same
two cores. Submissions that hang are timed by themselves.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path

from benchmarks.grading import graders, profile, table
from benchmarks.grading.cohort import Submission, cohort, hanging
from benchmarks.grading.graders import Graded
from course.errors import CourseError
from course.grading.exercise import Exercise

SIZES = (40, 100, 250, 500)
HANGING = 2
PATIENCE = 60.0
"""Seconds after which a grader that does not end by itself is stopped."""


def main() -> int:
    """Run what the command line asks for, and print Markdown."""
    options = _options()
    exercise = Exercise.load(1)
    place = (
        nullcontext(str(options.keep))
        if options.keep
        else tempfile.TemporaryDirectory(prefix="course-benchmark-")
    )
    with place as name:
        folder = Path(name).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        if options.scale:
            print(_scale(exercise, folder, options.jobs))
        elif options.profile:
            print(profile.report(exercise, folder, jobs=options.jobs))
        else:
            print(_compare(exercise, folder, options))
    return 0


def _compare(exercise: Exercise, folder: Path, options: argparse.Namespace) -> str:
    count = max(options.submissions - HANGING, 1)
    submissions = cohort(exercise, count)
    stuck = hanging(exercise, HANGING if count > HANGING else 1)
    runs: dict[str, Callable[[Sequence[Submission], Path, float | None], Graded]] = {
        table.OURS: lambda those, where, seconds: graders.ours(
            exercise, those, where, jobs=options.jobs, seconds=seconds
        ),
        table.STOCK: lambda those, where, seconds: graders.stock(exercise, those, where, seconds=seconds),
        table.OTTER: lambda those, where, seconds: graders.otter(exercise, those, where, seconds=seconds),
    }
    names = [name for name in runs if name.split()[0] not in options.without]
    if table.OTTER in names:
        _say("installing otter-grader …")
        graders.warm_otter(folder)
    load = os.getloadavg()[0]
    found: dict[str, Graded] = {}
    hung: dict[str, Graded] = {}
    for number, name in enumerate(names):
        _say(f"{name}: {count} submissions …")
        found[name] = runs[name](submissions, _made(folder / f"{number}-cohort"), None)
        _say(str(found[name].cost))
    for number, name in enumerate(names):
        _say(f"{name}: {len(stuck)} hanging submissions …")
        hung[name] = runs[name](stuck, _made(folder / f"{number}-hanging"), PATIENCE)
        _say(str(hung[name].cost))
    return table.comparison(submissions, found, hung, load=load)


def _scale(exercise: Exercise, folder: Path, jobs: int) -> str:
    rows = []
    for size in SIZES:
        _say(f"{size} submissions …")
        graded = graders.ours(exercise, cohort(exercise, size), _made(folder / str(size)), jobs=jobs)
        rows.append((size, graded.cost))
    return table.scale(rows)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.grading", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--submissions", type=int, default=40, help="how many, with the hanging ones")
    parser.add_argument("--jobs", type=int, default=2, help="our workers")
    parser.add_argument(
        "--without", nargs="*", default=[], help="graders to leave out: nbgrader, otter-grader"
    )
    parser.add_argument(
        "--keep", type=Path, help="a new folder for what is laid out, instead of a temporary one"
    )
    parser.add_argument("--scale", action="store_true", help="ours with up to 500 submissions")
    parser.add_argument("--profile", action="store_true", help="where the time of ours goes")
    return parser.parse_args()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended
    try:
        sys.exit(main())
    except CourseError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
