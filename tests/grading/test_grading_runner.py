"""The runner: right answers pass, and whatever a submission does ends in a verdict.

What is hostile here is mild, and runs in the runner's child only.
"""

import importlib
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import psutil
import pytest

from course.errors import CourseError
from course.grading import runner, warm
from course.grading.answers import Answers
from course.grading.exercise import Exercise
from course.grading.isolation import Limits
from course.grading.runner import grade, warm_up
from course.grading.verdict import Outcome, TaskVerdict, Verdict
from course.sandbox import Policy, survey

ROUTER, MAIN, TOTALS = "app/orders/router.py", "app/main.py", "app/orders/totals.py"
SHORT = Limits(
    import_seconds=2, request_seconds=1, check_seconds=3, output_bytes=300_000, response_bytes=100_000
)
PASS, FAIL, ERROR = Outcome.PASS, Outcome.FAIL, Outcome.ERROR


@pytest.fixture
def reference(exercise: Exercise) -> dict[str, str]:
    return dict(exercise.reference)


def outcomes(verdict: TaskVerdict) -> list[Outcome]:
    return [result.outcome for result in verdict.results]


def in_route(reference: dict[str, str], statement: str) -> dict[str, str]:
    """The reference, with one statement before `place_order` answers."""
    changed = reference[ROUTER].replace("    return {", f"    {statement}\n    return {{")
    assert changed != reference[ROUTER]
    return reference | {ROUTER: changed}


def first(exercise: Exercise, files: dict[str, str]) -> TaskVerdict:
    return grade(exercise, Answers(files), held_out=False, tasks=["1.1"], limits=SHORT).task("1.1")


@pytest.mark.filterwarnings(
    "ignore:.*multi-threaded.*fork:DeprecationWarning"
)  # xdist's thread; the fork needs no lock
def test_the_reference_passes_everything(
    exercise: Exercise, reference: dict[str, str], tmp_path: Path
) -> None:
    here = survey(Policy(work=tmp_path))
    verdict = grade(exercise, Answers(reference), held_out=True)
    assert [outcomes(task) for task in verdict.tasks] == [[PASS] * 4, [PASS] * 2]
    assert verdict.earned == verdict.points == 6.5
    assert verdict.isolation == here.describe()
    assert Verdict.from_json(json.loads(json.dumps(verdict.to_json()))) == verdict


def test_visible_checks_only(exercise: Exercise, reference: dict[str, str]) -> None:
    verdict = grade(exercise, Answers(reference), held_out=False, tasks=["1.2"])
    assert [task.task for task in verdict.tasks] == ["1.2"]
    (result,) = verdict.task("1.2").results
    assert (result.name, result.title, result.points) == (
        "test_total",
        "The total is the sum of the prices.",
        1,
    )


def test_a_wrong_answer_says_what_came_back(exercise: Exercise, reference: dict[str, str]) -> None:
    verdict = first(exercise, reference | {ROUTER: reference[ROUTER].replace("Field(ge=1)", "0")})
    assert outcomes(verdict) == [PASS, FAIL, PASS]
    assert verdict.results[1].message == (
        "POST /api/v1/orders with quantity=0, user_id=0 came back 201 Created; expected 422: the quantity has no "
        "lower bound. Look at OrderCreate in app/orders/router.py."
    )
    assert verdict.earned == 2


def test_a_probe_judges_outside(exercise: Exercise, reference: dict[str, str]) -> None:
    wrong = reference | {TOTALS: "def total(prices):\n    return 0\n"}
    (result,) = grade(exercise, Answers(wrong), held_out=False, tasks=["1.2"]).task("1.2").results
    assert result.outcome is FAIL
    assert "Look at app/orders/totals.py." in result.message
    nothing = reference | {TOTALS: "x = 1\n"}
    (result,) = grade(exercise, Answers(nothing), held_out=False, tasks=["1.2"]).task("1.2").results
    assert (result.outcome, result.message[:35]) == (FAIL, "Your code cannot be used as the tas")
    crash = reference | {TOTALS: "def total(prices):\n    return prices['x']\n"}
    (result,) = grade(exercise, Answers(crash), held_out=False, tasks=["1.2"]).task("1.2").results
    assert result.outcome is ERROR
    assert "in app/orders/totals.py, line 2, `return prices['x']`." in result.message


def test_untouched_tasks_are_not_attempted(exercise: Exercise, reference: dict[str, str]) -> None:
    verdict = grade(exercise, Answers({}, frozenset({"1.1", "1.2"})), held_out=True)
    assert {task.outcome for task in verdict.tasks} == {Outcome.NOT_ATTEMPTED}
    assert (verdict.earned, verdict.points) == (0, 6.5)
    half = grade(exercise, Answers({TOTALS: reference[TOTALS]}, frozenset({"1.1"})), held_out=False)
    assert [task.outcome for task in half.tasks] == [Outcome.NOT_ATTEMPTED, PASS]


def test_a_seed_repeats_the_inputs(exercise: Exercise, reference: dict[str, str]) -> None:
    wrong = reference | {TOTALS: "def total(prices):\n    return -1\n"}
    messages = {
        grade(exercise, Answers(wrong), held_out=False, tasks=["1.2"], seed=seed).tasks[0].results[0].message
        for seed in (1, 1, 2)
    }
    assert len(messages) == 2


CRASHES = {
    "sys.exit at import": ({MAIN: "import sys\nsys.exit(0)\n"}, "SystemExit: 0 in app/main.py, line 2"),
    "os._exit at import": ({MAIN: "import os\nos._exit(3)\n"}, "its process exited with code 3"),
    "endless import": ({MAIN: "while True: pass\n"}, "did not answer within 2 s"),
    "does not parse": ({MAIN: "def x(:\n"}, "SyntaxError: invalid syntax in app/main.py, line 1, `def x(:`"),
    "missing module": ({MAIN: "import app.none\n"}, "No module named 'app.none' in app/main.py, line 1"),
    "no app": ({MAIN: "x = 1\n"}, "app/main.py defines neither create_app() nor app"),
    "factory raises": ({MAIN: "def create_app():\n    raise ValueError('no')\n"}, "ValueError: no in app/main.py"),
    "lifespan raises": (
        {MAIN: "from fastapi import FastAPI\nasync def start(app):\n    raise ValueError('db')\n    yield\n"
               "app = FastAPI(lifespan=start)\n"},
        "The app does not start. It raised ValueError: db in app/main.py, line 3",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CRASHES)
def test_an_app_that_does_not_start_is_an_error_in_every_check_that_asks_it(
    case: str, exercise: Exercise, reference: dict[str, str]
) -> None:
    files, says = CRASHES[case]
    verdict = first(exercise, reference | files)
    assert outcomes(verdict)[:2] == [ERROR, ERROR]
    assert says in verdict.results[0].message
    assert verdict.earned <= 1  # the check of the files alone may still pass


ROUTES = {
    "raises": ("raise KeyError('boom')", "It raised KeyError: 'boom' in app/orders/router.py, line 16"),
    "sys.exit": ("import sys; sys.exit(4)", "It raised SystemExit: 4 in app/orders/router.py"),
    "os._exit": ("import os; os._exit(4)", "had no answer: the app's process exited with code 4."),
    "loops": ("while True: pass", "had no answer within 1 s."),
    "floods": ("while True: print('x' * 1000)", "it printed more than"),
    "takes memory": ("bytearray(3 << 30)", "It raised MemoryError in app/orders/router.py, line 16"),
    "huge answer": ("return {'customer_name': 'x' * 1_000_000}", "more than 97 kB of body"),
}


@pytest.mark.parametrize("case", ROUTES)
def test_a_route_that_goes_wrong_is_an_error(
    case: str, exercise: Exercise, reference: dict[str, str]
) -> None:
    statement, says = ROUTES[case]
    verdict = first(exercise, in_route(reference, statement))
    assert verdict.results[0].outcome is ERROR
    assert says in verdict.results[0].message


def test_an_unexpected_shape_is_a_wrong_answer(exercise: Exercise, reference: dict[str, str]) -> None:
    verdict = first(exercise, reference | {ROUTER: reference[ROUTER].replace('"customer_name"', '"name"')})
    assert outcomes(verdict) == [FAIL, PASS, PASS]
    assert "a body that this check cannot read (KeyError: 'customer_name')" in verdict.results[0].message


def test_prints_logs_and_warnings_cost_nothing(exercise: Exercise, reference: dict[str, str]) -> None:
    noisy = "import logging, sys, warnings\nlogging.warning('x')\nwarnings.warn('x')\nprint('x', file=sys.stderr)\n"
    verdict = first(exercise, in_route(reference | {MAIN: noisy + reference[MAIN]}, "print('x' * 1000)"))
    assert outcomes(verdict) == [PASS] * 3


def test_every_check_has_a_fresh_app(exercise: Exercise, reference: dict[str, str]) -> None:
    once = "import app.users.service as s; assert not hasattr(s, 'seen'); s.seen = 1"
    assert outcomes(first(exercise, in_route(reference, once))) == [PASS] * 3


def test_a_factory_wins_over_app(exercise: Exercise, reference: dict[str, str]) -> None:
    factory = reference[MAIN] + "\nreal = app\ndef create_app():\n    return real\napp = None\n"
    assert outcomes(first(exercise, reference | {MAIN: factory})) == [PASS] * 3


def test_the_learners_environment_is_scrubbed(
    exercise: Exercise, reference: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    strict = "import os\nassert os.getcwd().endswith('/project'), os.getcwd()\n"
    strict += "assert 'SECRET_TOKEN' not in os.environ and os.environ['HOME'] == os.environ['TMPDIR']\n"
    assert outcomes(first(exercise, reference | {MAIN: strict + reference[MAIN]})) == [PASS] * 3


@pytest.mark.parametrize("without", [(), ("namespaces",), ("namespaces", "landlock", "seccomp")])
def test_nothing_is_left_behind(
    without: tuple[str, ...],
    exercise: Exercise,
    reference: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = f"60.{secrets.randbelow(10**9):09}"
    daemon = (
        f"import subprocess\nd = subprocess.Popen(['/bin/sleep', '{seconds}'], start_new_session=True)\n"
        "assert d.poll() is None\n"
    )
    answers = Answers(reference | {MAIN: daemon + reference[MAIN]})
    verdict = grade(exercise, answers, held_out=False, tasks=["1.1"], limits=SHORT, without=without)
    assert outcomes(verdict.task("1.1")) == [PASS] * 3
    assert not processes_with(seconds)


def processes_with(argument: str) -> list[int]:
    """The processes with this argument, wherever they are."""
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if argument in (process.info["cmdline"] or [])
    ]


def test_every_layer_can_be_left_out_and_that_is_said(exercise: Exercise, reference: dict[str, str]) -> None:
    layers = ("namespaces", "landlock", "seccomp")
    verdict = grade(exercise, Answers(reference), held_out=True, without=layers)
    assert verdict.isolation == "limits only"
    assert verdict.earned == 6.5
    nothing = grade(exercise, Answers({}, frozenset({"1.1", "1.2"})), held_out=True)
    assert nothing.isolation == "nothing was run"


def test_files_that_cannot_be_laid_out_are_an_error(exercise: Exercise, reference: dict[str, str]) -> None:
    verdict = first(exercise, reference | {"app/main.py/x.py": ""})
    assert [(r.outcome, r.points) for r in verdict.results] == [(ERROR, 4.0)]
    assert "cannot be laid out" in verdict.results[0].message


def test_checks_that_do_not_load_give_no_points(own_course: Path, reference: dict[str, str]) -> None:
    (own_course / "chapters/01-shop/held_out.py").write_text("SECRET_NAME = 1 / 0\n")
    exercise = Exercise.load(1)
    verdict = grade(exercise, Answers(reference), held_out=True).task("1.1")
    assert verdict.earned == 3
    assert verdict.points == 4
    assert verdict.held_out().results[0].outcome is ERROR
    assert "held_out.py cannot be loaded: ZeroDivisionError" in verdict.held_out().results[0].message
    assert verdict.visible().earned == 3


def test_a_check_that_never_ends_is_stopped(own_course: Path, reference: dict[str, str]) -> None:
    checks = (
        "import time\nfrom course.grading.checking import task\n"
        "@task('1.1', points=1)\ndef test_a(project):\n    'A.'\n"
        "@task('1.1', points=1)\ndef test_b(project):\n    'B.'\n    time.sleep(600)\n"
        "@task('1.1', points=2)\ndef test_c(project):\n    'C.'\n"
    )
    (own_course / "chapters/01-shop/checks.py").write_text(checks)
    limits = Limits(overall_seconds=2)
    verdict = grade(Exercise.load(1), Answers(reference), held_out=False, tasks=["1.1"], limits=limits)
    assert outcomes(verdict.task("1.1")) == [PASS, ERROR, ERROR]
    assert verdict.earned == 1
    assert "stopped after 2 s" in verdict.task("1.1").results[1].message
    assert verdict.stopped == "Grading was stopped after 2 s in all."
    assert Verdict.from_json(verdict.to_json()).stopped == verdict.stopped


def test_a_check_that_waits_too_long_is_an_error(own_course: Path, reference: dict[str, str]) -> None:
    checks = (
        "import asyncio\nfrom course.grading.checking import task\n"
        "@task('1.1', points=1)\nasync def test_a(api):\n    'A.'\n    await asyncio.sleep(60)\n"
        "@task('1.1', points=3)\nasync def test_b(api):\n    'B.'\n"
    )
    (own_course / "chapters/01-shop/checks.py").write_text(checks)
    verdict = grade(
        Exercise.load(1), Answers(reference), held_out=False, tasks=["1.1"], limits=Limits(check_seconds=0.5)
    )
    assert outcomes(verdict.task("1.1")) == [ERROR, PASS]


def test_the_projects_own_pytest_files_are_not_picked_up(
    exercise: Exercise, reference: dict[str, str]
) -> None:
    mean = {
        "conftest.py": "raise SystemExit",
        "tests/conftest.py": "raise SystemExit",
        "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '--collect-only'\n",
        "pytest.ini": "[pytest]\naddopts = --collect-only\n",
    }
    assert outcomes(first(exercise, reference | mean)) == [PASS] * 3


def test_what_the_caller_can_mend_is_a_sentence(exercise: Exercise, own_course: Path) -> None:
    with pytest.raises(CourseError, match=r"has no task 1\.9"):
        grade(exercise, Answers({}), held_out=False, tasks=["1.9"])
    for folder in ("chapters", "exercises"):
        (own_course / folder / "01-shop/checks.py").unlink()
    with pytest.raises(CourseError, match="checks of exercise 1 are not there"):
        grade(Exercise.load(1), Answers({}), held_out=False)


def test_held_out_checks_elsewhere_are_said(own_course: Path, reference: dict[str, str]) -> None:
    (own_course / "chapters/01-shop/held_out.py").unlink()
    verdict = grade(Exercise.load(1), Answers(reference), held_out=True)
    assert (verdict.earned, verdict.points) == (4, 4)
    assert "held-out checks are not on this machine" in verdict.tasks[0].notes[0]


def test_checks_read_the_course_that_is_graded(own_course: Path, reference: dict[str, str]) -> None:
    """The warm parent may have been started for another one."""
    (own_course / "chapters/01-shop/held_out.py").write_text(
        "from course.catalog import content\nfrom course.grading.checking import task\n\n\n"
        f"@task('1.1', points=4)\ndef test_x(project):\n    'X.'\n    assert str(content().root) == {str(own_course)!r}\n"
    )
    verdict = grade(Exercise.load(1), Answers(reference), held_out=True)
    assert [result.outcome for result in verdict.tasks[0].results if result.held_out] == [PASS]


def test_a_killed_warm_parent_is_replaced(exercise: Exercise, reference: dict[str, str]) -> None:
    warm_up()
    process = runner._warm_parent()._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    assert outcomes(first(exercise, reference)) == [PASS] * 3


def test_threads_may_grade_at_the_same_time(exercise: Exercise, reference: dict[str, str]) -> None:
    found: list[Verdict] = []
    threads = [
        threading.Thread(target=lambda: found.append(grade(exercise, Answers(reference), held_out=False)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [verdict.earned for verdict in found] == [4, 4, 4]


def test_a_forked_process_has_a_parent_of_its_own(exercise: Exercise, reference: dict[str, str]) -> None:
    grade(exercise, Answers(reference), held_out=False, tasks=["1.2"])
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            earned = grade(exercise, Answers(reference), held_out=False, tasks=["1.2"]).earned
            os.write(write, str(earned).encode())
            runner._warm_parent().stop()
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        assert answer.read() == "1.0"
    os.waitpid(pid, 0)


def test_the_warm_parent_leaves_with_its_caller(exercise: Exercise, reference: dict[str, str]) -> None:
    grade(exercise, Answers(reference), held_out=False, tasks=["1.2"])
    process = runner._warm_parent()._process
    assert process is not None
    assert psutil.Process(process.pid).num_threads() == 1  # single-threaded: safe to fork
    runner._warm_parent().stop()
    assert wait_for(lambda: not psutil.pid_exists(process.pid))


def test_checks_of_the_same_name_are_told_apart(own_course: Path, reference: dict[str, str]) -> None:
    check = "from course.grading.checking import fail, task\n@task('1.2', points={})\ndef test_x(project):\n    {}\n"
    folder = own_course / "chapters/01-shop"
    (folder / "checks.py").write_text(check.format(1, "'Visible.'"))
    (folder / "held_out.py").write_text(check.format(1.5, "fail('no')"))
    verdict = grade(Exercise.load(1), Answers(reference), held_out=True, tasks=["1.2"]).task("1.2")
    assert [(r.title, r.outcome, r.held_out) for r in verdict.results] == [
        ("Visible.", PASS, False),
        ("test x", FAIL, True),
    ]


def test_a_caller_that_is_killed_leaves_nothing(exercise: Exercise) -> None:
    seconds = f"60.{secrets.randbelow(10**9):09}"
    endless = f"import subprocess\nsubprocess.run(['/bin/sleep', '{seconds}'])\n"
    program = (
        "from course.grading.runner import grade\nfrom course.grading.exercise import Exercise\n"
        "from course.grading.answers import Answers\n"
        f"grade(Exercise.load(1), Answers({{'app/main.py': {endless!r}}}), held_out=False)"
    )
    caller = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.DEVNULL)
    (learner,) = wait_for(lambda: processes_with(seconds))
    caller.kill()
    caller.wait()
    assert wait_for(lambda: not psutil.pid_exists(learner))


def wait_for[T](look: Callable[[], T], seconds: float = 20.0) -> T:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError("nothing happened in time")


@pytest.mark.parametrize("name", [*warm.PRELOAD, *warm.USED_LATER, *chain(*warm.ON_DEMAND.values())])
def test_what_is_preloaded_exists(name: str) -> None:
    assert importlib.import_module(name)  # the warm parent itself passes over what it cannot import
