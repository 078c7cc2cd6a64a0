"""Where the test command's time goes, and what one more chapter costs: a table from the times of one run.

    uv run pytest --junitxml=times.xml
    uv run python -m benchmarks.test_times times.xml > docs/tests.md

Seconds are those of pytest's workers: two at a time make half as many on the clock.
"""

import argparse
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from course.catalog import Chapter, catalog

ROOMS = {
    "notebooks": "lessons, run by nbval",
    "chapters": "instruments, tested beside their chapters",
    "tests.authoring.test_real_course": "the real course: answer cards, sources",
}
"""What is told by itself, by how its tests' names begin; all other tests are told by their folder in tests/."""
WORKERS = 2
MINUTES = {"today": 10, "all chapters": 15}
"""What the whole test command may take."""
SECONDS_A_CHAPTER = 30


@dataclass(frozen=True)
class Case:
    """One test: where it is, which one it is, and how long it took with its fixtures."""

    place: str
    name: str
    seconds: float

    @property
    def room(self) -> str:
        """The row of the first table that it belongs to."""
        for begins, room in ROOMS.items():
            if self.place.startswith(begins):
                return room
        parts = self.place.split(".")
        return f"tests/{parts[1]}" if len(parts) > 2 else "tests/*.py"


def main() -> None:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("times", type=Path, help="what --junitxml wrote")
    print("\n".join(page(read(parser.parse_args().times), catalog().chapters)))


def read(file: Path) -> list[Case]:
    """Return the tests of a run."""
    found = ElementTree.parse(file).iter("testcase")  # noqa: S314 - pytest wrote it a moment ago
    return [Case(one.get("classname", ""), one.get("name", ""), float(one.get("time", 0))) for one in found]


def page(cases: list[Case], chapters: Iterable[Chapter]) -> list[str]:
    """Return the lines of docs/tests.md."""
    rooms: Counter[str] = Counter()
    tests: Counter[str] = Counter()
    for case in cases:
        rooms[case.room] += case.seconds
        tests[case.room] += 1
    total = sum(rooms.values())
    costs = {chapter: cost for chapter in chapters if (cost := cost_of(chapter, cases))}
    return [
        "<!-- Made by `python -m benchmarks.test_times` from the times of one run: do not edit. -->",
        "# Where the test command's time goes",
        "",
        "```",
        *(__doc__ or "").strip().splitlines()[2:4],
        "```",
        "",
        *table(
            ("where", "tests", "worker seconds", "share"),
            [(room, tests[room], f"{time:.0f}", f"{time / total:.0%}") for room, time in rooms.most_common()]
            + [("all", len(cases), f"{total:.0f}", "")],
        ),
        "",
        f"Two workers: {total / WORKERS / 60:.1f} minutes at best.",
        "",
        "## What a chapter costs",
        "",
        *_chapters(costs, total, len(list(chapters))),
    ]


def cost_of(chapter: Chapter, cases: Iterable[Case]) -> dict[str, float]:
    """Return the worker seconds that a chapter costs, by room: all tests that have its slug in their name."""
    named = re.compile(rf"(?<![\w-]){re.escape(chapter.slug)}(?![\w-])")
    cost: Counter[str] = Counter()
    for case in cases:
        if named.search(f"{case.place} {case.name}"):
            cost[case.room] += case.seconds
    return dict(cost)


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> list[str]:
    """Return a table's lines; all columns but the first are numbers."""
    lines = [head, ("---", *["---:"] * (len(head) - 1)), *rows]
    return [f"| {' | '.join(map(str, line))} |" for line in lines]


def _chapters(costs: Mapping[Chapter, Mapping[str, float]], total: float, planned: int) -> list[str]:
    if not costs:
        return ["No chapter was tested."]
    rooms = sorted({room for cost in costs.values() for room in cost})
    rows = [
        (chapter.slug, *(f"{cost.get(room, 0):.0f}" for room in rooms), f"{sum(cost.values()):.0f}")
        for chapter, cost in costs.items()
    ]
    each = sum(sum(cost.values()) for cost in costs.values()) / len(costs)
    later = total + (planned - len(costs)) * each
    return [
        *table(("chapter", *rooms, "all"), rows),
        "",
        f"One more chapter costs {each:.0f} worker seconds, {each / WORKERS:.0f} on the clock (goal: {SECONDS_A_CHAPTER}). "
        f"With {planned} chapters the test command takes {later / WORKERS / 60:.0f} minutes on two cores "
        f"(goal: {MINUTES['all chapters']}; goal with the chapters of today: {MINUTES['today']}).",
    ]


if __name__ == "__main__":
    main()
