"""Grading, for callers: answers in, verdict out."""

import atexit
import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from course.catalog import content
from course.errors import CourseError
from course.grading.answers import Answers
from course.grading.channel import Channel, ChannelClosedError
from course.grading.clean import clean_copy
from course.grading.exercise import Exercise, TaskSpec
from course.grading.isolation import NOTHING_RAN, Limits, Terms
from course.grading.patience import patient
from course.grading.projects import apart, packages_of, project_files, projects_of
from course.grading.verdict import CheckResult, Outcome, TaskVerdict, Verdict, printable, remarks
from course.project.type_cache import read_libraries_meanwhile
from course.project.workspace import STATE, Workspace

DEFAULT_LIMITS = Limits()
_SECONDS_TO_LEAVE = 12.0
_SECONDS_FOR_ONE_READING = 30.0  # an answer that took longer, as some that hang do, is not read once more
_INHERITED = frozenset(
    {"COURSE_CONTENT", "HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ", "VIRTUAL_ENV"}
)
_INHERITED_KINDS = ("LC_", "PYTHON")


def grade(
    exercise: Exercise,
    answers: Answers,
    *,
    held_out: bool,
    tasks: Collection[str] | None = None,
    checks: Collection[str] | None = None,
    seed: int | None = None,
    limits: Limits = DEFAULT_LIMITS,
    without: Collection[str] = (),
    require: Collection[str] = (),
) -> Verdict:
    """Run the checks of an exercise over answers, in processes of their own.

    `held_out` adds the checks that are never released, `tasks` keeps only some tasks and `checks` only some of their
    checks, by name; `seed` repeats a run's random inputs, `without` leaves out layers of isolation (tests do), `require`
    names those without which nothing is graded. Whatever a submission does ends in the verdict: a check without a result
    is an ERROR without points.
    Raises CourseError only for what the caller can fix: an unknown task, missing checks, a grader that cannot start, a
    layer of isolation that is required and not to be had here.
    Safe to call from any thread.
    """
    started = time.perf_counter()
    wanted = _wanted(exercise, tasks)
    seed = secrets.randbits(32) if seed is None else seed
    untouched = answers.untouched & {task.id for task in wanted}
    if exercise.check_file is None:
        raise CourseError(
            f"The checks of exercise {exercise.chapter.number} are not there: update the course's sources."
        )
    if exercise.asks_mypy:
        read_libraries_meanwhile()  # the first runs do without
    terms = Terms(limits, _hidden(exercise), frozenset(without), frozenset(require))
    attempted = [task.id for task in wanted if task.id not in untouched]
    _, left_out = clean_copy(exercise, project_files(exercise, answers))
    private = {
        "checks": str(exercise.check_file),
        "held_out": str(exercise.held_out_file) if held_out and exercise.held_out_file else None,
        "tasks": [task.id for task in wanted],
        "only": sorted(checks) if checks is not None else None,
        "untouched": sorted(untouched),
        "seed": seed,
        "content": str(content().root),
    }
    answer = _run(exercise, answers, attempted, private, terms)
    if require and answer.get("refused"):
        raise CourseError(
            f"Nothing is graded here, GradeAnswers.require asks for more isolation: {answer['problem']}"
        )
    for task in attempted:
        if time.perf_counter() - started < patient(_SECONDS_FOR_ONE_READING):
            _try_apart(exercise, answers, task, answer, private, terms)
    notes = remarks((*answers.notes, *left_out))
    if held_out and exercise.held_out_file is None:
        notes.append("The held-out checks are not on this machine: their points are missing.")
    verdicts = tuple(
        _task_verdict(task, answer, notes, complete=held_out, untouched=untouched) for task in wanted
    )
    seconds = round(time.perf_counter() - started, 3)
    found = Verdict(exercise.chapter.number, verdicts, seed, answer["isolation"], seconds)
    return replace(found, hurried=bool(answer.get("hurried")), stopped=printable(answer["problem"]))


def warm_up() -> None:
    """Start the process that grading runs are forked from, so that the first check does not wait for it.

    Returns at once; calling it again changes nothing.
    """
    _warm_parent().start()


def _wanted(exercise: Exercise, tasks: Collection[str] | None) -> tuple[TaskSpec, ...]:
    if tasks is None:
        return exercise.tasks
    known = [task.id for task in exercise.tasks]
    for task in tasks:
        if task not in known:
            raise CourseError(
                f"Exercise {exercise.chapter.number} has no task {task}: its tasks are {', '.join(known)}."
            )
    return tuple(task for task in exercise.tasks if task.id in tasks)


def _hidden(exercise: Exercise) -> tuple[Path, ...]:
    """What no submission may read: solutions, checks, gradebooks and other submissions, whoever runs this."""
    root = content().root
    places = [root / "chapters", root / "solutions", root / STATE]
    places += [file.parent for file in (exercise.check_file, exercise.held_out_file) if file]
    with contextlib.suppress(CourseError):
        places.append(Workspace.find().root / STATE)
    with contextlib.suppress(RuntimeError):  # a user without a home
        places.append(Path.home())
    return tuple(dict.fromkeys(places))


def _task_verdict(
    task: TaskSpec, answer: dict[str, Any], notes: list[str], *, complete: bool, untouched: Collection[str]
) -> TaskVerdict:
    results = [
        CheckResult(**{**row, "outcome": Outcome(row["outcome"])})
        for row in answer["results"]
        if row["task"] == task.id
    ]
    missing = task.points - sum(result.points for result in results)
    if answer["problem"] and (not results or (complete and missing > 0)):
        outcome = Outcome.NOT_ATTEMPTED if task.id in untouched else Outcome.ERROR
        results.append(
            CheckResult(
                "grader",
                "The checks run to the end.",
                task.id,
                max(missing, 0.0),
                outcome,
                bool(answer.get("held_out")),
                answer["problem"],
            )
        )
    return TaskVerdict(task.id, tuple(results), tuple(notes))


def _try_apart(
    exercise: Exercise,
    answers: Answers,
    task: str,
    answer: dict[str, Any],
    private: dict[str, Any],
    terms: Terms,
) -> None:
    """Put what a task lost to the checks once more, apart from the other tasks' answers: one fault costs one task.

    What passes then is a PASS in `answer`. What fails again says what it said the second time: that is about this task.
    """
    lost = [
        number
        for number, row in enumerate(answer["results"])
        if row["task"] == task
        and row["name"] not in exercise.whole
        and row["outcome"] in (Outcome.FAIL, Outcome.ERROR)
    ]
    alone = apart(exercise, answers, task) if lost and not answer["problem"] else None
    if alone is None:
        return
    names = {answer["results"][number]["name"] for number in lost}
    again = _run(exercise, alone, [task], private | {"tasks": [task], "only": sorted(names)}, terms)
    judged = {row["name"]: row for row in again["results"] if row["outcome"] != Outcome.NOT_ATTEMPTED}
    for number in lost:
        row = answer["results"][number]
        answer["results"][number] = judged.get(row["name"], row)


def _run(
    exercise: Exercise,
    answers: Answers,
    attempted: Collection[str],
    private: dict[str, Any],
    terms: Terms,
) -> dict[str, Any]:
    """Have the checks run over answers by a fork of the warm parent; what they found, as data."""
    files = project_files(exercise, answers)
    projects = projects_of(exercise, answers, attempted)
    copy, _ = clean_copy(exercise, files)
    channel = _warm_parent().request(packages_of(files) if projects else [])
    try:
        channel.send({"projects": projects, "copy": copy, "terms": terms.to_json()})
        channel.send(private)
        answer: dict[str, Any] = channel.receive(terms.limits.overall_seconds + 30)
    except ChannelClosedError as error:
        problem = f"The grader ended without an answer ({error})."
        return {"results": [], "problem": problem, "isolation": NOTHING_RAN}
    finally:
        channel.close()
    return answer


def _environment() -> dict[str, str]:
    """What the warm parent inherits. No secrets: /proc shows a forked process the environment its parent began with."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in _INHERITED or name.startswith(_INHERITED_KINDS)
    }


class _WarmParent:
    """The warm parent of this process, started on first use and again when it is gone."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._ready = False

    def start(self) -> None:
        with self._lock:
            self._start()

    def request(self, packages: list[str]) -> Channel:
        """Have a run forked, and return the channel to it; CourseError when there is no way to."""
        data = json.dumps({"packages": packages}).encode()
        with self._lock:
            for _ in range(2):  # the parent may have been killed since the last request
                requests = self._start()
                ours, theirs = socket.socketpair()
                try:
                    socket.send_fds(requests, [data], [theirs.fileno()])
                    if requests.recv(1):
                        self._ready = True
                        return Channel(ours)
                except OSError:
                    ours.close()
                finally:
                    theirs.close()
                self._stop()
        raise CourseError(
            "The grader cannot start here: run `python -m course.grading.warm 0` to see why, and report it."
        )

    def _start(self) -> socket.socket:
        if self._socket is not None and self._process is not None and self._process.poll() is None:
            return self._socket
        if not hasattr(os, "fork"):
            raise CourseError("Grading needs Linux or macOS: on Windows, use the course inside WSL.")
        ours, theirs = socket.socketpair()
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", "course.grading.warm", str(theirs.fileno())],
            env=_environment(),
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in the terminal, or the kernel's interrupt, is not for it
        )
        theirs.close()
        self._socket = ours
        return ours

    def _stop(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._process is not None:
            try:
                self._process.wait(_SECONDS_TO_LEAVE if self._ready else 0)
            except subprocess.TimeoutExpired:
                self._process.kill()  # still importing, or stuck: its runs die with it
                self._process.wait()
            self._process = None
        self._ready = False

    def stop(self) -> None:
        if self.owner == os.getpid():
            self._stop()


_parent = _WarmParent()


def _warm_parent() -> _WarmParent:
    global _parent
    if _parent.owner != os.getpid():
        _parent = _WarmParent()
    return _parent


atexit.register(lambda: _warm_parent().stop())
