"""The pytest plugin of the grader: fixtures for checks, and results for the supervisor."""

import asyncio
import functools
import inspect
import random
import traceback
from collections.abc import AsyncIterator, Callable, Collection, Generator, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

from course.grading.channel import Json
from course.grading.checking import Api, Probe, ProjectFiles, mark_of
from course.grading.children import AppChild, ToolChild
from course.grading.database import Database, Migrate
from course.grading.exercise import AS_GIVEN, PROBES
from course.grading.failures import (
    AppCrashed,
    CheckFailed,
    Facts,
    as_code,
    body_of,
    crash_behind,
    describe_request,
    sentence,
)
from course.grading.isolation import Limits
from course.grading.launch import Launch
from course.grading.patience import patient, slowness
from course.grading.probes import read_probe
from course.grading.verdict import Outcome, printable
from course.grading.world import World

type Report = Callable[[dict[str, Any]], None]


@dataclass(eq=False)
class Plugin:
    """Registered with pytest as an object: its hooks see every check, its fixtures serve them."""

    report: Report
    apps: Mapping[str, AppChild]
    """The learner's apps by task, where each task has its own; the one of all others has no name."""
    tools: ToolChild
    project_root: Path
    check_files: Collection[Path]
    held_out_file: Path | None
    tasks: Collection[str]
    only: Collection[str] | None  # names of checks; None: all
    untouched: Collection[str]
    seed: int
    limits: Limits
    _clients: dict[pytest.Item, Api] = field(default_factory=dict)
    _numbers: dict[pytest.Item, int] = field(default_factory=dict)

    # hooks

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        report = yield
        if report.failed:
            name = collector.path.name
            text = str(report.longrepr).strip().splitlines()
            last = text[-1].removeprefix("E").strip() if text else "unknown error"
            self._problem(f"{name} cannot be loaded: {last}.", name)
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Tell the supervisor what there is; keep what is to be run."""
        rows: list[dict[str, Any]] = []
        kept: list[pytest.Item] = []
        for item in items:
            function = getattr(item, "function", None)
            mark = mark_of(function)
            if mark is None:
                self._problem(f"{item.name} in {item.path.name} has no @task mark.", item.path.name)
                continue
            if mark.task not in self.tasks or not (self.only is None or item.name in self.only):
                continue
            number = self._numbers[item] = len(rows)
            held_out = self.held_out_file is not None and item.path.samefile(self.held_out_file)
            title = " ".join((inspect.getdoc(function) or item.name.replace("_", " ")).split())
            row = {
                "name": item.name,
                "title": title,
                "task": mark.task,
                "points": mark.points,
                "promise": mark.promise,
            }
            rows.append({**row, "held_out": held_out})
            if mark.task in self.untouched:
                self._result(number, Judged(Outcome.NOT_ATTEMPTED))
            else:
                kept.append(item)
                self._limit(item)
        items[:] = kept
        self.report({"event": "collected", "checks": rows})

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        self.report({"event": "running", "number": self._numbers[item], "slowness": slowness()})

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if call.when == "call" or (call.when == "setup" and call.excinfo):
            judged = Judged(Outcome.PASS)
            if call.excinfo:
                judged = judge(call.excinfo.value, self._clients.get(item))
            self._result(self._numbers[item], judged)
        return report

    # fixtures

    @pytest.fixture
    async def api(self, request: pytest.FixtureRequest) -> AsyncIterator[Api]:
        world: World | None = request.getfixturevalue("world") if "world" in request.fixturenames else None
        async with self._launch(request.node).serving(world) as client:
            yield client

    @pytest.fixture
    def launch(self, request: pytest.FixtureRequest) -> Launch:
        return self._launch(request.node)

    @pytest.fixture
    async def as_given(self) -> AsyncIterator[Api]:
        app = self.apps.get(AS_GIVEN)
        if app is None:
            raise AppCrashed("There is no app to compare with: nothing was attempted.")
        async with Launch(app, self.limits, lambda _: None).serving(None) as client:
            yield client

    @pytest.fixture
    def world(self) -> Iterator[World]:
        world = World()
        yield world
        world.close()

    @pytest.fixture
    def probe(self, request: pytest.FixtureRequest) -> Probe:
        return _Probe(self._app(request.node, "probe"), [file.parent / PROBES for file in self.check_files])

    @pytest.fixture
    def database(self, request: pytest.FixtureRequest) -> Database:
        return Database(self._app(request.node, "ask").folder, self.tools)

    @pytest.fixture
    def migrate(self, request: pytest.FixtureRequest) -> Iterator[Migrate]:
        app = self._app(request.node, "migrate")
        app.forget()
        yield Migrate(app.migrate)
        app.forget()

    @pytest.fixture
    def project(self) -> ProjectFiles:
        return ProjectFiles(self.project_root, self.tools)

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> random.Random:
        return random.Random(f"{self.seed}:{request.node.name}")  # noqa: S311 - test data, not secrets

    # inside

    def _launch(self, item: pytest.Item) -> Launch:
        return Launch(
            self._app(item, "ask"), self.limits, lambda client: self._clients.__setitem__(item, client)
        )

    def _app(self, item: pytest.Item, what: str) -> AppChild:
        mark = mark_of(getattr(item, "function", None))
        app = self.apps.get(mark.task if mark else "", self.apps.get(""))
        if app is None:
            raise AppCrashed(f"There is no app to {what}: nothing was attempted.")
        return app

    def _problem(self, reason: str, file: str) -> None:
        held_out = self.held_out_file is not None and file == self.held_out_file.name
        self.report({"event": "problem", "reason": reason, "held_out": held_out})

    def _result(self, number: int, judged: "Judged") -> None:
        facts = {name: printable(text[:2000]) for name, text in asdict(judged.facts).items()}
        self.report(
            {
                "event": "result",
                "number": number,
                "outcome": judged.outcome.value,
                "message": printable(judged.message[:2000]),
                "detail": printable(judged.detail[:4000]),
            }
            | facts
        )

    def _limit(self, item: pytest.Item) -> None:
        """Give an async check its time limit (a sync one waits only for tools, which have their own)."""
        check = getattr(item, "obj", None)
        if not inspect.iscoroutinefunction(check):
            return

        @functools.wraps(check)
        async def limited(*args: object, **kwargs: object) -> None:
            async with asyncio.timeout(patient(self.limits.check_seconds)) as limit:
                try:
                    await check(*args, **kwargs)
                except asyncio.CancelledError:
                    if limit.expired():
                        raise AppCrashed(
                            f"This check had no result after {self.limits.check_seconds:g} s."
                        ) from None
                    raise

        item.obj = limited  # type: ignore[attr-defined]  # pytest.Function has it


@dataclass(frozen=True)
class _Probe:
    """The probes of an exercise, in the process of one app."""

    app: AppChild
    folders: Collection[Path]

    async def __call__(self, probe: str, /, **arguments: Json) -> Json:
        if not probe.isidentifier():
            return self.app.probe({"source": probe})
        sources = read_probe(probe, self.folders)
        return self.app.probe({"name": probe, "sources": sources, "arguments": arguments})

    async def run_tests(self, files: Mapping[str, str], target: str) -> tuple[int, str]:
        code, output = self.app.probe({"tests": {"files": dict(files), "target": target}})
        return int(code), str(output)


@dataclass(frozen=True)
class Judged:
    """What a check came to: its outcome, and for a failure why, in one message and as data."""

    outcome: Outcome
    message: str = ""
    detail: str = ""
    facts: Facts = field(default_factory=Facts)


def judge(error: BaseException, client: Api | None) -> Judged:
    """What an exception that came out of a check says."""
    if isinstance(error, CheckFailed):
        outcome = Outcome.ERROR if isinstance(error, AppCrashed) else Outcome.FAIL
        return Judged(outcome, str(error), error.detail, error.facts)
    if isinstance(error, pytest.skip.Exception | pytest.xfail.Exception):
        return Judged(Outcome.ERROR, "This check was not run.", str(error))
    last = client.last if client else None
    sent = Facts(as_code(last.request)) if last else Facts()
    if last is not None and (crash := crash_behind(last)):
        message = f"{describe_request(last.request)} crashed. {sentence(crash)}"
        return Judged(Outcome.ERROR, message, body_of(last), sent)
    if isinstance(error, AssertionError | pytest.fail.Exception):
        return Judged(Outcome.FAIL, str(error).strip() or "What this check says does not hold.")
    name = f"{type(error).__name__}: {error}"[:200]
    if last is not None and isinstance(error, LookupError | TypeError | ValueError | AttributeError):
        message = (
            f"{describe_request(last.request)} came back {last.status_code} with a body that this check cannot "
            f"read ({name})."
        )
        return Judged(Outcome.FAIL, message, body_of(last), sent)
    trace = "".join(traceback.format_exception(error)[-6:])
    return Judged(Outcome.ERROR, f"This check itself went wrong: {name}.", trace)
