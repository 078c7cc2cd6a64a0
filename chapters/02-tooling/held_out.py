"""Exercise 2, the checks that are never released: the promises of checks.py, put to other tests."""

import random

from checks import (
    APOSTROPHES,
    CITIES,
    LAST_SHELF,
    NO_APOSTROPHE,
    REMINDERS,
    counts,
    finds,
    notices,
    numbers,
    refuses,
    sees,
)

from course.grading.checking import Probe, ProjectFiles, fail, task

OTHERS = {
    "E (errors)": ("scripts", "def same(one: object) -> bool:\n    return one == None\n", 2),
    "W (warnings)": ("scripts", 'PATTERN = "\\d+"\n', 1),
    "N (names)": ("app", "def readStock() -> int:\n    return 1\n", 1),
    "A (builtins)": ("scripts", "def first(list: list[int]) -> int:\n    return list[0]\n", 1),
    "RUF (ruff's own)": ("app", "def both(one: list[int]) -> list[int]:\n    return [0] + one\n", 2),
    "I (import order)": ("scripts", "import sys\nimport os\n\nresult = (sys.path, os.curdir)\n", 1),
    "F (unused imports)": ("scripts", "import csv\n", 1),
    "B (mutable defaults)": (
        "scripts",
        "def add(name: str, names: dict[str, int] = {}) -> dict[str, int]:\n    return names | {name: 1}\n",
        1,
    ),
    "S (security)": (
        "app",
        "def run(code: str) -> object:\n    return eval(code)\n",
        2,
    ),
    "ANN (hints)": ("tests", "def helper(number):\n    return number * 2\n", 1),
    "ASYNC (blocking calls)": (
        "scripts",
        'async def read() -> str:\n    with open("stock.txt", encoding="utf-8") as file:\n        return file.read()\n',
        2,
    ),
    "DTZ (time zones)": (
        "app",
        "from datetime import date\n\n\ndef today() -> date:\n    return date.today()\n",
        5,
    ),
}


@task("2.1", points=0.5)
def test_the_linter_reads_on(project: ProjectFiles) -> None:
    """Under your configuration ruff objects to other faults of its families, in other folders."""
    sees(project, OTHERS)


@task("2.2", points=0.5)
async def test_any_city(probe: Probe, rng: random.Random) -> None:
    """Cities with apostrophes find their customers, and no way of writing SQL finds others'."""
    invented = [
        "x' union select name from customers --",
        "nowhere'; drop table customers; --",
        "%",
        '" or 1=1 --',
    ]
    await finds(probe, rng, (*APOSTROPHES, *CITIES[:1]), invented)


@task("2.3", points=0.5)
async def test_others_run_meanwhile(probe: Probe, rng: random.Random) -> None:
    """While send_all pauses, other tasks run; and it does pause."""
    some = numbers(rng)
    seen = await probe(f"""{REMINDERS}
import asyncio, time
reminders.PAUSE_SECONDS = 0.02
story = []

async def tick():
    while True:
        story.append("tick")
        await asyncio.sleep(0)

other = asyncio.ensure_future(tick())
await asyncio.sleep(0)
start = time.monotonic()
await reminders.send_all({some!r}, lambda number: story.append(number))
took = time.monotonic() - start
other.cancel()
places = [story.index(number) for number in {some!r} if number in story]
result = [["tick" in story[a:b] for a, b in zip(places, places[1:])], took >= 0.02 * (len({some!r}) - 1) * 0.95]
""")
    if not seen[0] or not all(seen[0]):
        fail(
            f"send_all sent to {len(some)} numbers, and no other task ran between the first and the last; expected a pause "
            "after each, and others to run meanwhile. A pause that is not awaited holds up everybody, and who sends all at "
            "once has no pause between two. Look at scripts/reminders.py."
        )
    if not seen[1]:
        fail(
            f"send_all sent to {len(some)} numbers without pausing for PAUSE_SECONDS after each; expected it to: the "
            "provider allows two texts a second. Look at scripts/reminders.py."
        )


@task("2.3", points=0.5)
async def test_stock_to_the_letter(probe: Probe, rng: random.Random) -> None:
    """Other unreadable lines are refused, other empty ones skipped, and the file is named after the day of the call."""
    await counts(probe, rng, blank="  \t")
    for line in ("Notebook", "Notebook,twelve", "Notebook,1,2"):
        await refuses(probe, rng, line)
    names = await probe("""
import datetime as module
import os, time

os.environ["TZ"] = "FAR+8"  # a machine far from Greenwich
time.tzset()
real = module.datetime


class Later(real):
    @classmethod
    def now(cls, tz=None):
        return real(2031, 5, 6, 1, tzinfo=module.UTC).astimezone(tz) if tz else real(2031, 5, 5, 23)

    @classmethod
    def utcnow(cls):
        return real(2031, 5, 6, 1)


from scripts import stock

given = stock.file_name(real(2026, 11, 23, tzinfo=module.UTC))
for name, value in list(vars(stock).items()):
    if value is real:
        setattr(stock, name, Later)
module.datetime = Later
result = [given, stock.file_name()]
""")
    if names[0] != "stock-2026-11-23.txt":
        fail(
            f"file_name(datetime(2026, 11, 23, tzinfo=UTC)) came back with {names[0]!r}; expected 'stock-2026-11-23.txt'. "
            "Look at scripts/stock.py."
        )
    if names[1] != "stock-2031-05-06.txt":
        fail(
            f"On 6 May 2031 (UTC), in a process that was started earlier, file_name() came back with {names[1]!r}; expected "
            "'stock-2031-05-06.txt'. A default is made once, at import: ask for the time inside, in UTC."
        )


@task("2.4", points=0.5)
async def test_your_tests_notice_more(probe: Probe) -> None:
    """Your tests fail when an apostrophe is dropped or a second shelf replaces the first."""
    await notices(probe, NO_APOSTROPHE, LAST_SHELF)
