"""What a room takes: `uv run --extra workshop python -m benchmarks.workshop [--learners 10]`.

`course workshop start` on a machine of its own (root on Linux, as tests/workshop), then so many learners at the same
moment: how long until the login page and until everybody's server answers, and the memory of each part, idle, with a
kernel in which exercise 1 has begun, and after its checks. Memory is the proportional set size: what processes share is
divided by how many share it.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from machine import machine, why_not  # noqa: E402 - tests/ has to be on the path first
from person import Person  # noqa: E402
from room_process import started  # noqa: E402

BEGIN = "import course\napi = await course.begin(1, exercise=True)\nprint('begun')"
CHECK = "await course.check('1')\nprint('checked')"
PARTS = {"jupyterhub_idle_culler": "idle culler", "workshop.board": "board", "proxy": "proxy"}


def measure(count: int) -> list[tuple[str, str]]:
    """Return what so many learners at once take, as rows of a table. Raises what a start or a login raises."""
    rows: list[tuple[str, str]] = []
    with machine() as place, tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        before = time.perf_counter()
        room = stack.enter_context(started(place, Path(folder) / "log", "--open", "1"))
        rows.append(("start to the login page", _seconds(before)))
        password, _ = json.loads((place.state / "hub/passwords.json").read_text())
        people = [stack.enter_context(Person(room.url, f"learner{number}")) for number in range(count)]

        def enter(person: Person) -> None:
            person.log_in(password)
            person.wait_for_server()

        before = time.perf_counter()
        _all_at_once(people, enter)
        rows.append(
            (f"{count} learners log in at the same moment: all their servers answer", _seconds(before))
        )
        rows += _of_the_room(room.process.pid)
        rows.append(("a learner, nothing open", _of_learners(room.process.pid)))
        for what, code in (("with a kernel, exercise 1 begun", BEGIN), ("after its checks", CHECK)):
            before = time.perf_counter()
            _all_at_once(people, partial(Person.run, code=code, seconds=300))
            rows.append((f"… {what}, {_seconds(before)} for all at once", _of_learners(room.process.pid)))
    return rows


def _all_at_once(people: list[Person], do: Callable[[Person], object]) -> None:
    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(do, people))


def _seconds(before: float) -> str:
    return f"{time.perf_counter() - before:.1f} s"


def _of_the_room(hub: int) -> list[tuple[str, str]]:
    """The hub's own memory, and that of each of its services."""
    rows = [("hub", f"{_megabytes([psutil.Process(hub)]):.0f} MB")]
    for process in psutil.Process(hub).children():
        line = " ".join(process.cmdline())
        if name := next((name for part, name in PARTS.items() if part in line), ""):
            rows.append((name, f"{_megabytes([process]):.0f} MB"))
    return rows


def _of_learners(hub: int) -> str:
    """The memory of a learner's server and all that it started: the median, and the most."""
    people: dict[int, list[psutil.Process]] = {}
    board = {
        one.uids().real
        for one in psutil.Process(hub).children()
        if "workshop.board" in " ".join(one.cmdline())
    }
    for process in psutil.Process(hub).children(recursive=True):
        people.setdefault(process.uids().real, []).append(process)
    sizes = [_megabytes(theirs) for owner, theirs in people.items() if owner and owner not in board]
    return f"{statistics.median(sizes):.0f} MB, the most {max(sizes):.0f} MB" if sizes else "nobody is there"


def _megabytes(processes: list[psutil.Process]) -> float:
    return sum(process.memory_full_info().pss for process in processes) / 1e6


def main() -> None:
    """Measure, and print the rows of the table in workshop/README.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learners", type=int, default=10)
    asked = parser.parse_args()
    if reason := why_not():
        sys.exit(f"This needs a machine of its own: {reason}.")
    print("| | |\n|---|---|")
    for name, figure in measure(asked.learners):
        print(f"| {name} | {figure} |")


if __name__ == "__main__":
    main()
