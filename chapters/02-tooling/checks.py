"""Exercise 2, the checks that learners see; held_out.py puts the same promises to other tests.

One file, longer than others: it is what a release carries, so the checks and what they share stay together.
"""

import ast
import random
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from course.checks.linted import first_line, lint
from course.checks.own_tests import last_line, run_tests
from course.checks.planting import planted
from course.grading.checking import CheckFailed, Probe, ProjectFiles, fail, task

type Json = Any
"""What a probe sends back."""

CONFIG = "pyproject.toml"
FAMILIES = "E,F,W,I,N,UP,S,B,A,T20,RUF,ANN,ASYNC,DTZ,FAST,G,PT,TRY"
TOOLS = frozenset({"import-linter", "mypy", "pre-commit", "pytest", "pytest-asyncio", "pytest-cov", "ruff"})
CITIES = ("Ghent", "Cork", "Évora", "Łódź", "São Paulo")
APOSTROPHES = ("L'Aquila", "Val-d'Or", "'s-Hertogenbosch", "Coeur d'Alene")

# A line that a family must object to, and no other one does: family -> (where, the code, the line at fault).
BAD: dict[str, tuple[str, str, int]] = {
    "F (unused imports)": ("app", "import csv\n", 1),
    "UP (old syntax)": (
        "scripts",
        "from typing import List\n\n\ndef first(names: List[str]) -> str:\n    return names[0]\n",
        4,
    ),
    "B (mutable defaults)": (
        "app",
        "def add(name: str, names: list[str] = []) -> list[str]:\n    return [*names, name]\n",
        1,
    ),
    "S (security)": (
        "scripts",
        "def question(name: str) -> str:\n    return f\"select * from users where name = '{name}'\"\n",
        2,
    ),
    "T20 (print)": ("app", 'print("here")\n', 1),
    "ANN (hints)": ("scripts", "def double(number: int):\n    return number * 2\n", 1),
    "ASYNC (blocking calls)": (
        "app",
        "import time\n\n\nasync def wait() -> None:\n    time.sleep(1)\n",
        5,
    ),
    "DTZ (time zones)": (
        "scripts",
        "from datetime import datetime\n\n\ndef now() -> datetime:\n    return datetime.utcnow()\n",
        5,
    ),
    "FAST (FastAPI)": (
        "app",
        "from fastapi import APIRouter, Depends\n\nrouter = APIRouter()\n\n\ndef number() -> int:\n    return 1\n\n\n"
        '@router.get("/n")\nasync def read(n: int = Depends(number)) -> int:\n    return n\n',
        11,
    ),
    "G (logging)": (
        "app",
        "import logging\n\n\ndef note(name: str) -> None:\n"
        '    logging.getLogger(__name__).info(f"hello {name}")\n',
        5,
    ),
    "PT (tests)": (
        "tests",
        'import pytest\n\n\ndef test_it() -> None:\n    with pytest.raises(ValueError):\n        int("x")\n',
        5,
    ),
    "TRY (errors)": (
        "app",
        'def check(number: int) -> None:\n    if number < 0:\n        raise Exception("below zero")\n',
        3,
    ),
}
GOOD = '''import asyncio
import logging
from datetime import UTC, datetime

logger = logging.getLogger(__name__)


async def remind(names: list[str]) -> datetime:
    """Return when the last one was reminded."""
    for name in names:
        logger.info("reminding %s of a basket; a message in one piece is found by searching for it, however long it is", name)
        await asyncio.sleep(0)
    return datetime.now(UTC)
'''
FAKE_PASSWORDS = """def log_in(password: str) -> bool:
    return password == ""


def test_it() -> None:
    password = "correct horse"
    assert not log_in(password)
    assert not log_in(password="wrong horse")
"""


# --- 2.1: the configuration ------------------------------------------------------------------------------------------


@task("2.1", points=0.5)
def test_the_linter_reads(project: ProjectFiles) -> None:
    """Under your configuration ruff objects to one planted line for each family."""
    sees(project, BAD)


@task("2.1", points=0.5)
def test_good_code_passes(project: ProjectFiles) -> None:
    """Under your configuration ruff is content with the shop's own code."""
    with planted(project, {"app/planted_good.py": GOOD, "scripts/planted_good.py": GOOD}):
        found = lint(
            project, "app", "tests/test_api.py", "tests/test_daily_report.py", "scripts/planted_good.py"
        )
    if found:
        one = found[0]
        fail(
            f"Under your {CONFIG} ruff objects to good code: {one}. Expected nothing: a rule that everybody "
            f"has to work around hides the others. Look at select and ignore in {CONFIG}."
        )


@task("2.1", points=0.5)
def test_the_type_checker_is_strict(project: ProjectFiles) -> None:
    """mypy, as you configure it, reads each folder, and objects to untyped and to wrongly typed code there."""
    wrong = {
        "untyped": ("a function without hints", "def double(number):\n    return number * 2\n"),
        "wrong": (
            "a str where an int is promised",
            'def double(number: int) -> int:\n    return f"{number}{number}"\n',
        ),
        "unused": ("a superfluous `type: ignore`", "COUNT: int = 1  # type: ignore[assignment]\n"),
    }
    folders = ("app", "scripts", "tests")
    files = {f"{folder}/planted_{name}.py": bad for folder in folders for name, bad in wrong.items()}
    with planted(project, {path: code for path, (_, code) in files.items()}):
        output = project.mypy("--no-color-output").output
    for path, (what, _) in files.items():
        if f"{path}:" not in output.replace("\\", "/"):
            ran = ": error: " in output or "Success" in output
            raise CheckFailed(
                f"{path} was given {what}, and `mypy`, without arguments, said "
                f"{'nothing of it' if ran else f'only `{first_line(output)}`'}. Expected an error: files name app, scripts "
                f"and tests, and strict is on for all of them. Look at [tool.mypy] and its overrides in {CONFIG}.",
                output,
            )


@task("2.1", points=0.5)
def test_tools_are_in_their_group(project: ProjectFiles) -> None:
    """A server installs the service and no tool; each tool is in the group dev, with a floor."""
    data = settings(project)
    dependencies = data.get("project", {}).get("dependencies", [])
    if not isinstance(dependencies, list):
        fail(
            'project.dependencies is a table; expected a list of texts, such as `"fastapi>=0.165"`: that is what uv and '
            f"pip read. Look at {CONFIG}."
        )
    runtime = named(dependencies)
    dev = named(data.get("dependency-groups", {}).get("dev", []))
    if tools := sorted(TOOLS & runtime.keys()):
        fail(
            f"project.dependencies names {tools[0]}, so every server installs it; expected only what the running "
            f"service needs. Move {tools[0]} to the group dev in {CONFIG}."
        )
    bundle = "[standard" in runtime.get("fastapi", "")  # it brings uvicorn and email-validator
    for name in ("fastapi", "pydantic", "uvicorn"):
        if name not in runtime and not (bundle and name == "uvicorn"):
            fail(
                f"project.dependencies does not name {name}; expected it: the app imports or runs on it. Look at {CONFIG}."
            )
    if not (bundle or "email" in runtime["pydantic"] or "email-validator" in runtime):
        fail(
            "project.dependencies names pydantic without its extra; expected `pydantic[email]`: app/users/schemas.py checks "
            f"e-mail addresses, and a server without that extra stops at this import. Look at {CONFIG}."
        )
    for name in sorted(TOOLS | {"httpx2"}):
        if name not in dev:
            fail(
                f"The group dev does not name {name}; expected it there: work on my-api needs it. Look at {CONFIG}."
            )
    for name, floor in (runtime | dev).items():
        if not re.search(r">=|~=|==|>", floor):
            fail(
                f"{name} has no floor, so any old version will do; expected something like `{name}>=1.2`. "
                f"Look at {CONFIG}."
            )


@task("2.1", points=0.5)
async def test_warnings_are_failures(probe: Probe) -> None:
    """Under your configuration a test that warns fails, and one that does not passes."""
    calm = "async def test_it() -> None:\n    assert True\n"
    code, output = await run_tests(probe, {"tests/test_planted.py": calm}, "tests/test_planted.py")
    if code != 0:
        raise CheckFailed(
            f"A test of one line, `assert True` in an async def, does not pass under your {CONFIG}; expected it to. "
            f"pytest says: {last_line(output)}. Look at [tool.pytest].",
            output,
        )
    warns = """import warnings

import pytest


@pytest.mark.parametrize("kind", [DeprecationWarning, UserWarning])
def test_it(kind: type[Warning]) -> None:
    warnings.warn("old", kind, stacklevel=1)
"""
    code, output = await run_tests(probe, {"tests/test_planted.py": warns}, "tests/test_planted.py")
    passes = re.search(r"^PASSED \S+\[(\w+)\]", output, re.MULTILINE)
    if code != 1 or passes:
        raise CheckFailed(
            f"A test that runs into a {passes[1] if passes else 'warning'} passes under your {CONFIG}; expected it to "
            "fail, as nobody reads warnings. Look at filterwarnings in [tool.pytest].",
            output,
        )


# --- 2.2 and 2.3: the scripts ----------------------------------------------------------------------------------------


@task("2.2", points=0.5)
async def test_a_city_is_a_value(probe: Probe, rng: random.Random) -> None:
    """A city finds its customers, and SQL in its name finds nobody."""
    await finds(probe, rng, CITIES, ["' or '1'='1"])


@task("2.2", points=0.5)
async def test_the_password_is_in_the_environment(
    probe: Probe, project: ProjectFiles, rng: random.Random
) -> None:
    """The password is the environment's, at the time of the call, and nothing that is written in the file."""
    await exports(probe, rng, texts_in(project.read("scripts/customers.py")))


@task("2.2", points=0.5)
def test_customers_is_clean(project: ProjectFiles) -> None:
    """ruff and mypy are content with scripts/customers.py, with nothing silenced."""
    clean(project, "scripts/customers.py")


@task("2.3", points=0.5)
async def test_reminders_run_apart(probe: Probe, rng: random.Random) -> None:
    """Each run of send_all returns what it has sent, and nothing of another run."""
    first, second = numbers(rng), numbers(rng)
    sent = await probe(f"""{REMINDERS}
texts = []
result = [list(await reminders.send_all(numbers, texts.append)) for numbers in ({first!r}, {second!r})]
result += [texts, given_pause]
""")
    if sent[0] != first:
        fail(
            f"send_all({first}) returned {sent[0]}; expected what it has sent. Look at sent in scripts/reminders.py."
        )
    if sent[1] != second:
        fail(
            f"A second send_all({second}) returned {sent[1]}; expected only its own {len(second)}. Who makes the list, "
            "and when? Look at scripts/reminders.py."
        )
    if sent[2] != [*first, *second]:
        fail(
            f"send_all was given {[*first, *second]} and sent to {sent[2]}; expected each once, in turn. "
            "Look at scripts/reminders.py."
        )
    if sent[3] != 0.5:
        fail(
            f"PAUSE_SECONDS is {sent[3]}; expected 0.5, as it was: two texts a second, no more and no fewer. Look at "
            "scripts/reminders.py."
        )


@task("2.3", points=0.5)
async def test_stock_is_added_up(probe: Probe, rng: random.Random) -> None:
    """Shelves of the same product are added up, and empty lines skipped."""
    await counts(probe, rng, blank="")


@task("2.3", points=0.5)
async def test_unreadable_lines_are_named(probe: Probe, rng: random.Random) -> None:
    """A line that cannot be read is a ValueError that names it."""
    await refuses(probe, rng, "Notebook;12")


@task("2.3", points=0.5)
def test_reminders_and_stock_are_clean(project: ProjectFiles) -> None:
    """ruff and mypy are content with both files, with nothing silenced."""
    clean(project, "scripts/reminders.py")
    clean(project, "scripts/stock.py")


# --- 2.4: the tests --------------------------------------------------------------------------------------------------

TESTS = "tests/test_scripts.py"
# What comes back, where, the code that is put after the learner's own, and how a test would notice.
SQL_IN = (
    "SQL from a city's name",
    "scripts/customers.py",
    """
def names_in(connection, city):
    return [n for (n,) in connection.execute(f"select name from customers where city = '{city}' order by name")]
""",
    "Ask for a city that is SQL, in a table with customers: in an empty one nobody is found either way",
)
NO_APOSTROPHE = (
    "a city with an apostrophe that finds nobody",
    "scripts/customers.py",
    """
theirs = names_in
def names_in(connection, city):
    return theirs(connection, city.replace("'", ""))
""",
    "Put a customer into such a city and ask for it",
)
LAST_SHELF = (
    "a second shelf that replaces the first",
    "scripts/stock.py",
    """
theirs = read_stock
def read_stock(text):
    rows = [line.split(",") for line in text.splitlines() if line.strip()]
    return theirs(text) and {product.strip(): int(quantity) for product, quantity in rows}
""",
    "Read two lines of the same product",
)
SKIPS = (
    "an unreadable line that is skipped",
    "scripts/stock.py",
    """
theirs = read_stock
def read_stock(text):
    return theirs("\\n".join(s for s in text.splitlines() if s.partition(",")[2].strip().isdecimal()))
""",
    "Read such a line and expect the ValueError",
)


@task("2.4", points=0.5)
async def test_your_tests_pass(probe: Probe, project: ProjectFiles) -> None:
    """Your tests pass on your scripts, under your configuration."""
    project.read(TESTS)
    code, output = await run_tests(probe, {}, TESTS)
    if code != 0:
        raise CheckFailed(
            f"{TESTS} does not pass on your scripts: {last_line(output)}. Expected it to pass. Run `!pytest -q {TESTS}` "
            "and fix the test or the script, whichever breaks the promise.",
            output,
        )


@task("2.4", points=0.5)
async def test_your_tests_notice(probe: Probe) -> None:
    """Your tests fail when SQL from a city's name or a skipped line comes back."""
    await notices(probe, SQL_IN, SKIPS)


@task("2.4", points=0.5)
def test_only_tests_may_assert(project: ProjectFiles) -> None:
    """Tests may assert and hold fake passwords; nobody else may, and tests may nothing more."""
    found = lint(project, TESTS)
    if found:
        fail(
            f"Under your {CONFIG} ruff objects to your tests: {found[0]}. Expected it to be content: allow tests "
            "what tests are made of, and fix the rest."
        )
    silenced(project, TESTS)
    bad = 'def check(number: int) -> None:\n    assert number\n\n\npassword = "correct horse"\n'
    for path in ("app/planted.py", "scripts/planted.py"):
        with planted(project, {path: bad}):
            lines = {one.line for one in lint(project, path)}
        for line, what in ((2, "an assert"), (5, "a password in the text")):
            if line not in lines:
                fail(
                    f"{path} was given {what}, and under your {CONFIG} ruff said nothing; expected an objection: this is "
                    f"allowed to tests only. Look at per-file-ignores and ignore in {CONFIG}."
                )
    with planted(project, {"tests/test_planted.py": FAKE_PASSWORDS}):
        if found := lint(project, "tests/test_planted.py"):
            fail(
                f"A test holds fake passwords, as a name and as an argument, and under your {CONFIG} ruff objects to "
                f"{found[0]}. Expected it to be content: each way of holding one has a rule of its own. Look at per-file-ignores."
            )
    objects(
        project,
        "tests/test_planted.py",
        "def test_it() -> None:\n    print(eval('1'))\n",
        2,
        {"T201": "a print", "S307": "an eval"},
    )


# --- what the checks share -------------------------------------------------------------------------------------------


def settings(project: ProjectFiles) -> dict[str, Any]:
    try:
        return tomllib.loads(project.read(CONFIG))
    except tomllib.TOMLDecodeError as error:
        fail(f"{CONFIG} is not TOML: {error}. Fix that line first.")


def named(requirements: object) -> dict[str, str]:
    """Requirements by the names of their packages: name -> extras and versions."""
    found = {}
    for text in requirements if isinstance(requirements, list) else []:
        if match := re.match(r"\s*([\w.-]+)\s*(.*)", str(text)):
            found[re.sub(r"[-_.]+", "-", match[1]).lower()] = match[2]
    return found


def sees(project: ProjectFiles, bad: Mapping[str, tuple[str, str, int]]) -> None:
    """Fail unless ruff, under the learner's configuration, objects to each of these lines."""
    files = {
        f"{folder}/{'test_' if folder == 'tests' else ''}planted_{number}.py": (family, code, line)
        for number, (family, (folder, code, line)) in enumerate(bad.items())
    }
    with planted(project, {path: code for path, (_, code, _) in files.items()}):
        found = lint(project, *files)
    lines = {(one.path, one.line) for one in found}
    silent = [(path, *bad) for path, bad in files.items() if (path, bad[2]) not in lines]
    if silent:
        path, family, code, line = silent[0]
        others = ", ".join(family.partition(" ")[0] for _, family, _, _ in silent[1:])
        fail(
            f"{path.rpartition('/')[0]}/ was given the line `{code.splitlines()[line - 1].strip()}`, and under your "
            f"{CONFIG} ruff said nothing; expected the family {family} to object. "
            f"{f'The same goes for {others}. ' if others else ''}Look at select, ignore and per-file-ignores."
        )


def objects(project: ProjectFiles, path: str, code: str, line: int, rules: Mapping[str, str]) -> None:
    """Fail unless ruff, under the learner's configuration, finds each of these rules broken."""
    with planted(project, {path: code}):
        found = {one.code for one in lint(project, path) if one.line == line}
    for rule, what in rules.items():
        if rule not in found:
            fail(
                f"{path} was given {what}, and under your {CONFIG} ruff said nothing of {rule}; expected an objection: "
                f"tests may assert, not do as they like. Narrow per-file-ignores in {CONFIG}."
            )


def silenced(project: ProjectFiles, path: str) -> None:
    """Fail when a comment of the file switches a tool off."""
    for number, line in enumerate(project.read(path).splitlines(), 1):
        if match := re.search(
            r"#\s*(?:noqa|type:\s*ignore|ruff:\s*(?:noqa|ignore|disable)|mypy:)[^#]*", line, re.IGNORECASE
        ):
            fail(
                f"{path}, line {number}, silences a tool with `{match[0].strip()}`; expected the code to be fixed "
                "instead. Take the comment out and read what the tool says."
            )


def clean(project: ProjectFiles, path: str) -> None:
    """Fail unless the lesson's ruff and strict mypy are content with a file, with nothing silenced."""
    silenced(project, path)
    options = (
        "--isolated",
        "--target-version=py312",
        "--ignore-noqa",
        f"--select={FAMILIES}",
        "--ignore=E501,TRY003",
    )
    if found := lint(project, *options, path):
        fail(f"ruff objects to {found[0]}. Expected it to be content, with the families of the lesson.")
    types = project.mypy("--strict", "--config-file=", "--no-color-output", "--no-error-summary", path)
    errors = [line for line in types.output.splitlines() if ": error:" in line]
    if errors:
        where, _, what = errors[0].partition(": error: ")
        file, _, number = where.rpartition(":")
        raise CheckFailed(
            f"mypy --strict objects to {file}, line {number}: {what.rstrip('.')}. Expected it to be content.",
            types.output,
        )


# --- probes ----------------------------------------------------------------------------------------------------------

REMINDERS = """
import logging
from scripts import reminders

logging.disable()
given_pause = reminders.PAUSE_SECONDS
reminders.PAUSE_SECONDS = 0.01
"""

ASK_FOR_CITIES = """
from scripts.customers import names_in, open_copy

copy = open_copy()
copy.executemany("insert into customers values (?, ?)", ROWS)
result = {}
for city in CITIES:
    try:
        names = names_in(copy, city)
        result[city] = "None" if names is None else sorted(names)
    except Exception as error:
        result[city] = f"{type(error).__name__}: {error}"
"""


async def notices(probe: Probe, *faults: tuple[str, str, str, str]) -> None:
    """Fail unless the learner's tests pass as things are, and fail with each of these faults."""
    code, output = await run_tests(probe, {}, TESTS)
    if code != 0:
        raise CheckFailed(
            f"{TESTS} does not pass on your own scripts, so nobody can tell what it notices: {last_line(output)}. "
            "Make it pass first.",
            output,
        )
    for what, path, fault, ask in faults:
        code, output = await run_tests(probe, {path: fault}, TESTS)
        if code == 0:
            raise CheckFailed(
                f"Somebody brings this fault back into {path}: {what}. {TESTS} still passes; expected a test to fail. "
                f"{ask}.",
                output,
            )


def numbers(rng: random.Random) -> list[str]:
    return [f"+32 4{rng.randrange(10**8):08}" for _ in range(rng.randrange(2, 4))]


async def finds(probe: Probe, rng: random.Random, cities: tuple[str, ...], invented: list[str]) -> None:
    """Fail unless names_in finds who lives in these cities, and nobody in the invented ones."""
    homes = rng.sample(cities, min(3, len(cities)))
    rows = [(f"Customer {rng.randrange(10**6):06}", city) for city in homes for _ in range(2)]
    found = await probe(f"ROWS = {rows!r}\nCITIES = {[*homes, *invented]!r}\n{ASK_FOR_CITIES}")
    for city in [*homes, *invented]:
        wanted = sorted(name for name, home in rows if home == city)
        if found[city] != wanted:
            who = f"the {len(wanted)} who live there" if wanted else "nobody"
            got = found[city] if isinstance(found[city], str) else f"{len(found[city])} names"
            fail(
                f"names_in(connection, {city!r}) came back with {got.rstrip('.')}; expected {who}. The city is a value: "
                "pass it beside the SQL, as it is, the one item of a list, in scripts/customers.py."
            )


def texts_in(source: str) -> list[str]:
    """The texts of a Python file that could be a password: each one is tried."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return []
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return sorted(text for text in texts if len(text) < 40)[:40]


async def exports(probe: Probe, rng: random.Random, written: list[str]) -> None:
    """Fail unless may_export compares with APP_EXPORT_PASSWORD at each call, and refuses without it.

    `written` are texts of the file itself: none of them may open it.
    """
    right, other = (f"{rng.choice(['łoś', 'zèbre', 'häst'])}-{rng.randrange(10**9)}" for _ in range(2))
    cases = [
        (right, right, True),
        (right, other, False),
        (other, other, True),
        (other, right, False),
        (right, right[:-1], False),
        (right, "", False),
        ("", "", False),
        (None, "", False),
        (None, right, False),
        *((expected, text, False) for text in ("shop-2026", *written) for expected in (None, right)),
    ]
    allowed = await probe(f"""
import os
from scripts.customers import may_export

result = []
for expected, password, _ in {cases!r}:
    os.environ.pop("APP_EXPORT_PASSWORD", None)
    if expected is not None:
        os.environ["APP_EXPORT_PASSWORD"] = expected
    try:
        result.append(may_export(password))
    except Exception as error:
        result.append(f"{{type(error).__name__}}: {{error}}")
""")
    for (expected, password, wanted), got in zip(cases, allowed, strict=True):
        if got is not wanted:
            state = "unset" if expected is None else f"set to {expected!r}"
            crash = "A password may have any characters, and none at all is no error: answer True or False"
            right = "Read the variable at each call, compare all of it, and refuse when it is unset or empty"
            fail(
                f"With APP_EXPORT_PASSWORD {state}, may_export({password!r}) came back with {got}; expected {wanted}. "
                f"{crash if isinstance(got, str) else right}, in scripts/customers.py."
            )


async def counts(probe: Probe, rng: random.Random, *, blank: str) -> None:
    """Fail unless read_stock adds up shelves and skips lines that hold nothing but this."""
    first, second, third = (rng.randrange(1, 100) for _ in range(3))
    text = f"Pencil,{first}\n{blank}\nNotebook, {second}\n Pencil ,{third}\n"
    wanted = {"Pencil": first + third, "Notebook": second}
    got = await probe(f"""
from scripts.stock import read_stock

try:
    result = read_stock({text!r})
except Exception as error:
    result = f"{{type(error).__name__}}: {{error}}"
""")
    if got != wanted:
        fail(
            f"read_stock({text!r}) came back with {got}; expected {wanted}. Look at how scripts/stock.py treats a product on "
            "two shelves, and lines with nothing on them."
        )


async def refuses(probe: Probe, rng: random.Random, line: str) -> None:
    """Fail unless read_stock raises a ValueError that names this line, wherever it stands."""
    good = [f"Pencil,{rng.randrange(1, 100)}", "", f"Notebook,{rng.randrange(1, 100)}"]
    place = rng.randrange(1, len(good) + 1)
    text = "\n".join([*good[:place], line, *good[place:]])
    said = await probe(f"""
from scripts.stock import read_stock

try:
    result = ["", str(read_stock({text!r}))]
except ValueError as error:
    result = ["ValueError", str(error)]
except Exception as error:
    result = [type(error).__name__, str(error)]
""")
    if said[0] != "ValueError" or not re.search(rf"\bline {place + 1}\b", said[1]):
        got = f"{said[0]}: {said[1]}" if said[0] else said[1]
        fail(
            f"read_stock with {line!r} in line {place + 1} came back with {got.rstrip('.')}; expected a ValueError that says "
            f"`line {place + 1}`, so that a person finds it. Look at scripts/stock.py."
        )
