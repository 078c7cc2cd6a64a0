# Derived from chapters/02-tooling/checks.py by `course build`: change it there.
"""Exercise 2, the checks that learners see; held_out.py puts the same promises to other inputs.

The witnesses are the tools themselves. They read the graded copy with bad code planted in every file of it, and in files
that do not exist yet: what the lesson's settings object to there, the learner's have to object to.
"""

import ast
import random
import re
import tokenize
import tomllib
from datetime import UTC, datetime
from itertools import batched, pairwise
from typing import Any, NoReturn

from packaging.requirements import InvalidRequirement, Requirement

from course.checks import Probe, ProjectFiles, fail, task, wrong
from course.checks.awkward import texts
from course.checks.linted import first_line, lint
from course.checks.own_tests import last_line, run_tests
from course.checks.planting import planted
from course.checks.structure import modules_of, path_of, stops
from course.checks.typed import no_type_errors, silencing_comments
from course.project.tools.findings import MYPY, read_mypy

CONFIG, TESTS = "pyproject.toml", "tests/test_scripts.py"
CUSTOMERS, REMINDERS, STOCK = (f"scripts/{name}.py" for name in ("customers", "reminders", "stock"))
FAMILIES = "E,F,W,I,N,UP,S,B,A,T20,RUF,ANN,ASYNC,DTZ,FAST,G,PT,TRY"
LESSON = ("--isolated", "--target-version=py312", f"--select={FAMILIES}", "--ignore=E501,TRY003")
IN_TESTS = {"S101": "an assert", "S105": "a password as a name", "S106": "a password as an argument"}
TOOLS = {"httpx2", "import-linter", "mypy", "pre-commit", "pytest", "pytest-asyncio", "pytest-cov", "ruff"}
BROUGHT = {
    "email-validator",
    "gunicorn",
    "httptools",
    "python-dotenv",
    "starlette",
    "uvloop",
    "watchfiles",
    "websockets",
}
"""What a list may name beside the service's own three: they are brought anyway, or run it."""
NEW = ("app/billing/service.py", "scripts/planted.py", "tests/billing/test_planted.py")
"""Files that do not exist yet: settings that list files know nothing of them."""

BAD_STYLE = """

import csv
import os, time
import logging
from datetime import datetime
from typing import List

import pytest
from fastapi import APIRouter, Depends

planted = APIRouter()
planted_pattern = "\\d"


def plantedName(names: List[str] = [], now: datetime = datetime.utcnow()):
    list = f"select * from users where name = '{names}'"
    print(list == None)
    logging.getLogger(__name__).info(f"hello {list}")
    raise Exception([0] + names)


@planted.get("/n")
async def planted_read(n: int = Depends(plantedName)) -> int:
    time.sleep(1)
    return n


def planted_test() -> None:
    with pytest.raises(ValueError):
        int("x")
"""
BAD_TYPES = """

from typing import cast

import planted_nowhere  # planted


def planted_untyped(number):  # planted
    return number + int.planted  # planted


@planted_untyped  # planted
def planted_wrong(names: list, count: int | None) -> bytes:  # planted
    planted_untyped(1)  # planted
    names.append(names == "one")  # planted
    names.append(count + 1)  # planted
    return __import__("json").loads("1")  # planted


class Planted(planted_nowhere.Base):  # planted
    one: int = 1  # type: ignore[assignment]  # planted
    two = cast(int, 1)  # planted
"""
SECRETS = """def log_in(password: str) -> bool:
    token = "correct horse"
    return log_in(password="wrong horse")


def test_it(user: str, password: str) -> None:
    assert user
    assert password == "correct horse"
"""
WARNS = """import warnings

import pytest
KINDS = (UserWarning, DeprecationWarning, PendingDeprecationWarning, FutureWarning, RuntimeWarning, ResourceWarning,
    pytest.PytestWarning, pytest.PytestUnraisableExceptionWarning, pytest.PytestUnhandledThreadExceptionWarning)
TEXTS = ("planted", "unclosed database in <sqlite3.Connection object>", "Exception ignored in: <function planted>")


def test_that_is_calm() -> None:
    assert True


def test_that_warns() -> None:
    for kind in KINDS:
        for module in (__name__, "app.users.service", "scripts.stock"):
            for text in TEXTS:
                try:
                    warnings.warn_explicit(text, kind, "planted.py", 1, module)
                except kind:
                    continue
                raise SystemError(kind.__name__ + " is no failure")
"""


# --- 2.1: the configuration ------------------------------------------------------------------------------------------


@task("2.1", points=0.5, promise="no tool and nothing else")
def test_a_server_gets_the_service(project: ProjectFiles) -> None:
    """A server installs the service, the check of e-mail addresses included, and no tool."""
    runtime, _ = requirements(project)
    for name in sorted(TOOLS & runtime.keys()):
        config(
            "project.dependencies",
            f"names {name}",
            f"only what the service needs: {name} goes to the group dev",
        )
    bundle = "fastapi" in runtime and bool({"standard", "all"} & runtime["fastapi"].extras)
    for name in ("fastapi", "pydantic", "uvicorn"):
        if name not in runtime and not (bundle and name == "uvicorn"):
            config("project.dependencies", f"does not name {name}", "it to: the app imports it or runs on it")
    for name in sorted(runtime.keys() - TOOLS - BROUGHT - {"fastapi", "pydantic", "uvicorn", "anyio"}):
        config("project.dependencies", f"names {name}", "nothing else: no file of app/ imports it")
    if not (bundle or "email" in runtime["pydantic"].extras or "email-validator" in runtime):
        expected = "`pydantic[email]`: without it a server stops at an import of app/users/schemas.py"
        config("project.dependencies", "names pydantic without its extra", expected)


@task("2.1", points=0.5, promise="everything in both lists has a floor")
def test_tools_are_in_their_group(project: ProjectFiles) -> None:
    """Each tool is in the group dev, and everything has a floor."""
    runtime, dev = requirements(project)
    for name in sorted(TOOLS - dev.keys()):
        config("The group dev", f"does not name {name}", "it to: work on my-api needs it")
    for one in (*runtime.values(), *dev.values()):
        if not one.url and one.specifier.contains("0.0.1", prereleases=True):
            config(f"`{one}`", "takes any old version", "a floor: `>=` and a version that you have tried")


@task("2.1", points=0.75, promise="ruff reads every file of app/, scripts/ and tests/")
def test_the_linter_reads(project: ProjectFiles) -> None:
    """In every file, and in files that do not exist yet, ruff objects to what the lesson's ruff objects to."""
    with planted(project, dict.fromkeys(NEW, "")):
        read = project.ruff("check", "--show-files").output.split()
    for path in everywhere(project):
        if not any(f"/{line}".endswith(f"/{path}") for line in read):
            config(
                "ruff, without arguments,", f"does not read {path}", "every file", "include and exclude in "
            )
    objects(project, BAD_STYLE)


@task("2.1", points=0.75, promise="of their rules, E501 and TRY003 are ignored, and no other")
def test_no_rule_is_ignored(project: ProjectFiles) -> None:
    """Every rule of these families is on, in every file."""
    families, on = rules(project, *LESSON), rules(project)
    for code in sorted(families - on):
        config(
            "ruff", f"leaves out {code}", "nothing but E501 and TRY003 to be ignored", "select and ignore in "
        )
    for code in sorted({"E501", "TRY003"} & on):
        config("ruff", f"does not ignore {code}", "it to, as the lesson does", "ignore in ")
    for pattern, codes in freed(project):
        for code in sorted(
            rules(project, "--isolated", f"--select={','.join(codes)}") & families - IN_TESTS.keys()
        ):
            expected = f"only tests to be free of anything, of {', '.join(IN_TESTS)}"
            config("ruff", f"leaves the files `{pattern}` free of {code}", expected, "per-file-ignores in ")


@task("2.1", points=0.75, promise="may assert and hold fake passwords (S101, S105, S106)")
def test_only_tests_may_assert(project: ProjectFiles) -> None:
    """What is in tests/ may assert and hold fake passwords, whatever its name is, and nothing else."""
    tests = (NEW[2], *(f"tests/{name}.py" for name in ("test_planted", "conftest", "billing/helpers")))
    with planted(project, dict.fromkeys(tests, SECRETS)):
        for one in lint(project, "--no-fix", "--ignore-noqa", *tests):
            if what := IN_TESTS.get(one.code):
                sent, expected = f"ruff over {one.path} with {what}", "nothing: tests are made of this"
                config(sent, f"said {one.code}", expected, "per-file-ignores in ")
    objects(project, f"\n\n{SECRETS}", "scripts/test_planted.py", "app/billing/conftest.py")


@task("2.1", points=0.25, promise="the shop's own code stays clean")
def test_good_code_passes(project: ProjectFiles) -> None:
    """Under your configuration ruff is content with the shop's own code."""
    own = ("app", "tests/test_api.py", "tests/test_daily_report.py", "scripts/daily_report.py")
    if found := lint(project, "--no-fix", *own):
        expected = "nothing: a rule that everybody has to work around hides the others"
        config("ruff over good code", f"said {found[0]}", expected, "select and ignore in ")


@task("2.1", points=1, promise="mypy is strict in app/, scripts/ and tests/, without exception")
def test_the_type_checker_is_strict(project: ProjectFiles) -> None:
    """mypy, without arguments, objects to what --strict objects to, in every file and in new ones."""
    start, lines = everywhere(project), BAD_TYPES.splitlines()
    with planted(project, dict.fromkeys(start, BAD_TYPES)):
        output = project.mypy(*MYPY, "--no-color-output").output
    found = {(one.path, one.line) for one in read_mypy(output)}
    for path, first in start.items():
        for number, line in enumerate(lines):
            if line.endswith("# planted") and (path, first + number) not in found:
                said = "nothing of it" if found else f"only `{first_line(output)}`"
                sent = f"mypy, with `{line.removesuffix('# planted').strip()}` added to {path},"
                expected = "an error: files names all three folders, and strict is on for all of them"
                config(sent, f"said {said}", expected, "[tool.mypy] and its overrides in ", output)


@task("2.1", points=0.25, promise="a warning in a test is a failure")
async def test_warnings_are_failures(probe: Probe) -> None:
    """Under your configuration a test that warns fails, and one that does not passes."""
    code, output = await run_tests(probe, {"tests/test_planted.py": WARNS}, "tests/test_planted.py")
    if code:
        kind = re.search(r"SystemError: (\w+) is no failure", output)
        came = f"let a test pass that raises a {kind[1]}" if kind else f"said {last_line(output)}"
        expected = "it to fail, whatever the warning" if kind else "a calm test to pass"
        config("pytest", came, expected, "filterwarnings in [tool.pytest] of ", output)


@task("2.1", points=0.5, promise="the import contracts stop what they stop today, new files included")
def test_the_contracts_hold(project: ProjectFiles) -> None:
    """The import contracts stop whoever reaches into a domain, also from files that do not exist yet."""
    stops(project, *crossings(project), new_file="app/billing/__init__.py")


# --- 2.2: customers.py -----------------------------------------------------------------------------------------------


@task("2.2", points=0.25, promise="finds the customers of any city, whatever characters its name has")
async def test_a_city_is_a_value(probe: Probe, rng: random.Random) -> None:
    """Every city finds its customers, and SQL in a city's name finds nobody and changes nothing."""
    homes = [*texts(rng), "Ghent", "L'Aquila", "'s-Hertogenbosch", "Val-d'Or", 'Quote"d', "100%", "A_B"]
    invented = ["' or '1'='1", '" or 1=1 --', "x' union select name from customers --", "%", "_____", "GHENT"]
    invented += ["nowhere'; drop table customers; --", "L''Aquila"]
    invented += sorted({other for home in homes for other in near(home)} - {*homes})
    rows = [[f"Customer {rng.randrange(10**6):06}", city] for city in homes for _ in range(2)]
    rows += rows[:1]  # two people of one name
    rows += [[f"Customer {number:06}", homes[0]] for number in range(150)]
    rng.shuffle(rows)
    *found, left = await probe("asked_for_cities", rows=rows, cities=[*homes, *invented])
    look_at = f"{CUSTOMERS}: the city is a value beside the SQL, as it is, the one item of a list"
    for city, came in zip([*homes, *invented], found, strict=True):
        wanted = sorted(name for name, home in rows if home == city)
        if came != wanted:
            who = f"the {len(wanted)} who live there, sorted by name" if wanted else "nobody"
            got = came.rstrip(".") if isinstance(came, str) else f"{len(came)} names, {came[:3]}"
            wrong(f"names_in(connection, {shown(city)})", f"came back with {got}", who, look_at)
    if left != rows:
        wrong("names_in(…)", f"left {len(left)} of {len(rows)} customers", "it to change nothing", look_at)


@task("2.2", points=0.25, promise="is true for the password in the environment variable APP_EXPORT_PASSWORD")
async def test_the_password_is_in_the_environment(
    probe: Probe, project: ProjectFiles, rng: random.Random
) -> None:
    """The password is the environment's, at the time of the call, and nothing that is written in the file."""
    right, other = (f"{rng.choice(['łoś', 'zèbre', 'häst'])}-{rng.randrange(10**9)}" for _ in range(2))
    odd = [text for text in texts(rng) if text and "\0" not in text]  # no environment holds the others
    written = ["shop-2026", *texts_in(project.read(CUSTOMERS))]
    cases: list[tuple[str | None, str, bool]] = [(one, one, True) for one in (right, other, *odd)]
    cases += [(right, one, False) for one in (other, "", f"{right}\0", *odd, *written)]
    cases += [(one, other, False) for one in (right, *odd) for other in near(one)]
    cases += [(unset, one, False) for unset in ("", None) for one in ("", right, " ", "None", *odd, *written)]
    rng.shuffle(cases)
    found = await probe("asked_to_export", cases=[[expected, password] for expected, password, _ in cases])
    for (expected, password, wanted), came in zip(cases, found, strict=True):
        if came is not wanted:
            state = "unset" if expected is None else f"set to {shown(expected)}"
            crash = ": any characters will do, and no variable is no error" if isinstance(came, str) else ""
            sent = f"With APP_EXPORT_PASSWORD {state}, may_export({shown(password)})"
            look_at = f"{CUSTOMERS}: read the variable at each call, compare all of it, refuse when it is unset or empty"
            wrong(sent, f"came back with {came}", f"{wanted}{crash}", look_at)


@task("2.2", points=0.5, promise="ruff is content with the file, and nothing is silenced")
def test_ruff_reads_customers(project: ProjectFiles) -> None:
    """ruff is content with scripts/customers.py, with nothing silenced."""
    lints(project, CUSTOMERS)


@task("2.2", points=0.5, promise="mypy --strict is content with it, too")
def test_mypy_reads_customers(project: ProjectFiles) -> None:
    """mypy --strict is content with scripts/customers.py, with nothing silenced."""
    types(project, CUSTOMERS)


# --- 2.3: reminders.py and stock.py ----------------------------------------------------------------------------------


@task("2.3", points=0.25, promise="sends to each number in turn")
async def test_reminders_run_apart(probe: Probe, rng: random.Random) -> None:
    """Each run of send_all sends in turn, pauses after each, lets others run, and returns what it has sent."""
    first, *later = ([f"+32 4{rng.randrange(10**8):08}" for _ in range(count)] for count in (2, 3, 1, 0))
    later[0].append(later[0][0])  # twice in one list is twice on the way
    pause = 0.8  # longer than half a second: a pause that is not PAUSE_SECONDS is too short
    seen = await probe("sent_reminders", pause=pause, runs=[first, *later])
    if seen["given"] != 0.5:
        wrong("PAUSE_SECONDS", f"is {seen['given']}", "0.5, as it was", REMINDERS)
    if (came := [number for what, number, _ in seen["story"] if what == "sent"]) != first:
        wrong(f"send_all({first}, send)", f"sent to {came}", "each once, in turn", REMINDERS)
    if (came := seen["sent"]) != (wanted := [number for run in later for number in run]):
        wrong(f"send_all with {later} in turn", f"sent to {came}", f"{wanted}: each, in turn", REMINDERS)
    for numbers, came in zip([first, *later, first, *later], seen["returned"], strict=True):
        if came != numbers:
            where = f"where {REMINDERS} makes the list, and when"
            wrong(f"send_all({numbers}, send), beside other runs,", f"returned {came}", "only its own", where)
    marks = [index for index, (what, _, _) in enumerate(seen["story"]) if what != "others"]
    for start, end in pairwise(marks):
        took = seen["story"][end][2] - seen["story"][start][2]
        if took < pause * 0.95:
            sent, expected = (
                f"send_all, with PAUSE_SECONDS = {pause},",
                f"{pause} s after each, the last included",
            )
            wrong(sent, f"paused {took:.1f} s after one number", expected, REMINDERS)
        if end == start + 1:
            expected = "others to run: a pause that is not awaited holds up everybody"
            wrong("send_all", "let no other task run while it paused", expected, REMINDERS)


@task("2.3", points=0.25, promise="a product that stands on two shelves is added up")
async def test_stock_is_added_up(probe: Probe, rng: random.Random) -> None:
    """Shelves of the same product are added up, and empty lines skipped."""
    a, b, c, d = (rng.randrange(1, 10**5) for _ in range(4))
    names = ["Pencil", "pencil", "Ω" * 300, "L'Aquila map", "0", "李小龍", "Note book"]
    one, two = rng.sample(names, 2)
    cases: list[tuple[str, dict[str, int]]] = [("", {}), ("\n \n\t\n", {}), (f"{one},0", {one: 0})]
    for blank in ("", "  \t", " "):
        text = f"{one},{a}\n{blank}\n{two}, {b}\n {one} ,{c} \n{blank}\n{one},{d}\n"
        cases.append((text, {one: a + c + d, two: b}))
    cases.append((f"\r\n{one},{a}\r\n{two},{b}\r\n{two},{10**20}", {one: a, two: b + 10**20}))
    found = await probe("read_stocks", texts=[text for text, _ in cases])
    for (text, wanted), came in zip(cases, found, strict=True):
        if came != ["", wanted]:
            got = ": ".join(map(str, came)).removeprefix(": ")
            look_at = f"how {STOCK} treats a product on two shelves, spaces, and lines with nothing on them"
            wrong(f"read_stock({shown(text)})", f"came back with {got.rstrip('.')}", str(wanted), look_at)


@task("2.3", points=0.125, promise="is a ValueError that names it, such as line 2")
async def test_unreadable_lines_are_named(probe: Probe, rng: random.Random) -> None:
    """A line that cannot be read is a ValueError that names it, wherever it stands."""
    texts: list[tuple[str, int, str]] = []
    for bad in ("A;12", "A", "A,", "A,twelve", "A,1,2", "A,1.5", "A,1 2", "A B", "12"):
        good = [rng.choice(["Pencil,3", "Pencil,4", "", " \t"]) for _ in range(rng.choice([1, 3, 12]))]
        place = rng.randrange(len(good) + 1)
        texts.append(("\n".join([*good[:place], bad, *good[place:]]), place + 1, bad))
    found = await probe("read_stocks", texts=[text for text, _, _ in texts])
    for (_, place, bad), (kind, said) in zip(texts, found, strict=True):
        if kind != "ValueError" or not re.search(rf"(?i)\bline {place}\b", said):
            came = f"came back with {kind}{': ' if kind else ''}{said}".rstrip(".")
            wrong(
                f"read_stock with {bad!r} in line {place}",
                came,
                f"a ValueError that says `line {place}`",
                STOCK,
            )


@task("2.3", points=0.125, promise="without a moment it is today's in UTC, at the time of the call")
async def test_the_file_has_its_day(probe: Probe, rng: random.Random) -> None:
    """The file is named after the day: the one that is given, or the one of the call, in UTC."""
    days = [[rng.randrange(1970, 2100), rng.choice([1, 9, 10, 12]), rng.choice([1, 28])] for _ in range(3)]
    before = datetime.now(UTC)
    *named, today = await probe("named_files", days=days, zone="FAR+12" if before.hour < 12 else "FAR-14")
    for (year, month, day), came in zip(days, named, strict=True):
        if came != (wanted := f"stock-{year}-{month:02}-{day:02}.txt"):
            sent = f"file_name(datetime({year}, {month}, {day}, 12, tzinfo=UTC))"
            wrong(sent, f"is {came!r}", repr(wanted), STOCK)
    names = [f"stock-{moment:%Y-%m-%d}.txt" for moment in (before, datetime.now(UTC))]
    if today not in names:
        expected = f"{names[1]!r}: a default is made once, at import, and a clock on the wall is not UTC"
        wrong("file_name(), far from Greenwich,", f"is {today!r}", expected, STOCK)


@task("2.3", points=0.75, promise="ruff is content with both files, and nothing is silenced")
def test_ruff_reads_reminders_and_stock(project: ProjectFiles) -> None:
    """ruff is content with both files, with nothing silenced."""
    lints(project, REMINDERS, STOCK)


@task("2.3", points=0.5, promise="mypy --strict is content with them, too")
def test_mypy_reads_reminders_and_stock(project: ProjectFiles) -> None:
    """mypy --strict is content with both files, with nothing silenced."""
    types(project, REMINDERS, STOCK)


# --- 2.4: the tests --------------------------------------------------------------------------------------------------

SQL_IN = (
    "SQL from a city's name",
    CUSTOMERS,
    "def names_in(connection, city):\n"
    "    sql = f\"select name from customers where city = '{city}' order by name\"\n"
    "    return [n for (n,) in connection.execute(sql)]",
    "Ask for a city that is SQL, in a table with customers: in an empty one nobody is found either way",
)
NO_APOSTROPHE = (
    "a city with an apostrophe that is not found",
    CUSTOMERS,
    "theirs = names_in\ndef names_in(connection, city):\n    return theirs(connection, city.replace(\"'\", ''))",
    "Put a customer into such a city and ask for it",
)
LAST_SHELF = (
    "a second shelf that replaces the first",
    STOCK,
    "theirs = read_stock\ndef read_stock(text):\n"
    "    rows = [line.split(',') for line in text.splitlines() if line.strip()]\n"
    "    return theirs(text) and {product.strip(): int(quantity) for product, quantity in rows}",
    "Read two lines of the same product",
)
SKIPS = (
    "an unreadable line that is skipped",
    STOCK,
    "theirs = read_stock\ndef read_stock(text):\n"
    "    return theirs('\\n'.join(s for s in text.splitlines() if s.partition(',')[2].strip().isdecimal()))",
    "Read such a line and expect the ValueError",
)


@task("2.4", points=0.25, promise="it passes on right scripts, and fails when somebody brings a fault back")
async def test_your_tests_notice(probe: Probe, project: ProjectFiles) -> None:
    """Your tests pass on your scripts, and fail when one of the four faults comes back."""
    project.read(TESTS)
    await notices(probe, SQL_IN, NO_APOSTROPHE, LAST_SHELF, SKIPS)


@task("2.4", points=0.25, promise="ruff is content with it, and nothing is silenced")
def test_ruff_reads_your_tests(project: ProjectFiles) -> None:
    """ruff is content with your tests, with nothing silenced."""
    lints(project, TESTS, *[f"--per-file-ignores=tests/**:{code}" for code in IN_TESTS])


@task("2.4", points=0.25, promise="mypy --strict is content with it, too")
def test_mypy_reads_your_tests(project: ProjectFiles) -> None:
    """mypy --strict is content with your tests, with nothing silenced."""
    types(project, TESTS)


# --- what the checks share -------------------------------------------------------------------------------------------


def config(sent: str, came: str, expected: str, where: str = "", detail: str = "") -> NoReturn:
    """Fail, and send the learner to a place in pyproject.toml."""
    wrong(sent, came, expected, f"{where}{CONFIG}", detail=detail)


def settings(project: ProjectFiles) -> dict[str, Any]:
    """What pyproject.toml says."""
    try:
        return tomllib.loads(project.read(CONFIG))
    except tomllib.TOMLDecodeError as error:
        fail(f"{CONFIG} is not TOML: {error}. Fix that line first.")


def table(data: object, *keys: str) -> dict[str, Any]:
    """The table at the end of these keys; empty where there is none."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def requirements(project: ProjectFiles) -> tuple[dict[str, Requirement], dict[str, Requirement]]:
    """What the service needs and what is in the group dev, by name; groups that dev includes are part of it."""
    data = settings(project)
    groups = table(data, "dependency-groups")

    def read(rows: object) -> dict[str, Requirement]:
        if not isinstance(rows, list):
            config("dependencies or dev", f"is `{rows!r:.40}`", "a list of texts, such as `fastapi>=0.165`")
        found: dict[str, Requirement] = {}
        for row in rows:
            if isinstance(row, dict):
                found |= read(groups.get(row.get("include-group", ""), []))
                continue
            try:
                one = Requirement(str(row))
            except InvalidRequirement as error:
                fail(f"{CONFIG} has a requirement that nobody can read, `{row}`: {first_line(str(error))}.")
            found[re.sub(r"[-_.]+", "-", one.name).lower()] = one
        return found

    return read(table(data, "project").get("dependencies", [])), read(groups.get("dev", []))


def everywhere(project: ProjectFiles) -> dict[str, int]:
    """Every Python file, those that do not exist yet included, and the number of the first line that is added to it."""
    paths = (path for folder in ("app", "scripts", "tests") for path in project.paths(f"{folder}/**/*.py"))
    return {path: project.read(path).count("\n") + 1 for path in paths} | dict.fromkeys(NEW, 1)


def crossings(project: ProjectFiles) -> list[tuple[str, str, str]]:
    """Imports that no contract allows, for `stops`: every domain's inside by everybody else, upward ones, and HTTP."""
    there = [module for module in modules_of(project) if (project.root / path_of(module)).is_file()]
    everybody = [*there, "app.billing.service", "app.billing.jobs", "app.core.planted"]
    found = []
    for domain in ("users", "orders"):
        home = f"app.{domain}"
        for inside in ("schemas", "repository", "models"):
            found += [(one, f"{home}.{inside}", "X") for one in everybody if not one.startswith(f"{home}.")]
        found += [
            (f"{home}.{one}", f"{home}.router", "router") for one in ("service", "repository", "models")
        ]
        found += [(f"{home}.{one}", f"{home}.service", "X") for one in ("repository", "models")]
        found += [(f"{home}.service", "app.main", "app"), ("app.core.planted", f"{home}.service", "X")]
    quiet = [
        one for one in everybody if re.fullmatch(r"app\.(core\.\w+|\w+\.(service|repository|models))", one)
    ]
    return found + [(one, package, "X") for one in quiet for package in ("fastapi", "starlette")]


def objects(project: ProjectFiles, bad: str, *also: str) -> None:
    """Fail unless ruff, as configured, objects to these lines wherever the lesson's ruff does, in these files, too."""
    start = everywhere(project) | dict.fromkeys(also, 1)
    with planted(project, dict.fromkeys(start, bad)):
        # Five files at a time: what a tool says has a limit.
        some = [("--no-fix", "--ignore-noqa", *paths) for paths in batched(start, 5)]
        wanted = [one for options in some for one in lint(project, *LESSON, *options)]
        found = {(one.path, one.line, one.code) for options in some for one in lint(project, *options)}
    for one in wanted:
        free = one.code in IN_TESTS and one.path.startswith("tests/")
        if one.line >= start[one.path] and not free and (one.path, one.line, one.code) not in found:
            line = bad.splitlines()[one.line - start[one.path]].strip()
            sent, came = f"ruff, with `{line}` added to {one.path},", f"said nothing of {one.code}"
            config(sent, came, one.message, "select, ignore, exclude and per-file-ignores in ")


def rules(project: ProjectFiles, *options: str) -> set[str]:
    """The rules that ruff holds files to, as configured or under these options."""
    said = project.ruff("check", "--show-settings", *options, "app/main.py").output
    enabled = re.search(r"^linter\.rules\.enabled = \[\n(.*?)^\]", said, re.MULTILINE | re.DOTALL)
    if enabled is None:
        fail(f"ruff cannot read your {CONFIG}: {first_line(said)}. Fix that first.")
    return set(re.findall(r"\((\w+)\),$", enabled[1], re.MULTILINE))


def freed(project: ProjectFiles) -> list[tuple[str, list[str]]]:
    """The patterns of files that are free of some rules, and the rules; for other folders than ours they may be."""
    linter = table(settings(project), "tool", "ruff", "lint")
    rows = [*table(linter, "per-file-ignores").items(), *table(linter, "extend-per-file-ignores").items()]
    elsewhere = re.compile(r"(?!app/|scripts/|tests/)[\w-]+/")
    return [
        (pattern, [*map(str, codes)]) for pattern, codes in rows if codes and not elsewhere.match(pattern)
    ]


def lints(project: ProjectFiles, *paths_and_options: str) -> None:
    """Fail unless the lesson's ruff is content with these files, whatever their comments say."""
    if found := lint(project, *LESSON, "--ignore-noqa", *paths_and_options):
        wrong("ruff, as the lesson has it,", f"said {found[0]}", "it to be content", found[0].path)
    for path in paths_and_options:
        if path.endswith(".py"):
            unsilenced(project, path)


def types(project: ProjectFiles, *paths: str) -> None:
    """Fail unless mypy --strict is content with these files, and no comment of theirs keeps it quiet."""
    for path in paths:
        unsilenced(project, path)
    no_type_errors(project, *paths)


def unsilenced(project: ProjectFiles, path: str) -> None:
    """Fail when something in a file switches a tool off."""
    source = project.read(path)
    try:
        found = [*silencing_comments(source)]
    except (SyntaxError, tokenize.TokenError):
        return  # the tool says so itself
    ways = re.compile(r"# *(?:ruff:|NOQA)|no_type_check")
    found += [(at, way[0]) for at, line in enumerate(source.splitlines(), 1) if (way := ways.search(line))]
    for at, what in found:
        wrong(
            f"{path}, line {at},",
            f"silences a tool with `{what}`",
            "the code to be fixed",
            "what the tool says",
        )


async def notices(probe: Probe, *faults: tuple[str, str, str, str]) -> None:
    """Fail unless the learner's tests pass as things are, and fail with each of these faults."""
    code, output = await run_tests(probe, {}, TESTS)
    if code:
        look_at = f"what `!pytest -q {TESTS}` says: fix the test or the script, whichever breaks the promise"
        wrong(
            f"{TESTS}, run on your scripts,",
            f"fails: {last_line(output)}",
            "it to pass",
            look_at,
            detail=output,
        )
    for what, path, fault, ask in faults:
        code, output = await run_tests(probe, {path: f"\n\n{fault}\n"}, TESTS)
        if not code:
            sent = f"{TESTS}, with {what} brought back into {path},"
            fail(f"{sent} still passes; expected a test to fail. {ask}.")


def texts_in(source: str) -> list[str]:
    """The texts of a Python file that could be a password: each one is tried."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return []
    found = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return sorted(text for text in found if len(text) < 60)[:60]


def near(text: str) -> list[str]:
    """Texts that a careless comparison takes for this one."""
    plain = [text.encode("ascii", errors).decode() for errors in ("replace", "ignore")]
    found = [text[:-1], f"{text} ", f" {text}", text.strip(), text.upper(), text.lower(), text * 2, *plain]
    return [one for one in found if one != text]


def shown(text: str) -> str:
    """A text for a sentence."""
    return repr(text if len(text) <= 60 else f"{text[:57]}…")
