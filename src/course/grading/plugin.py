"""The pytest plugin of the grader: fixtures for checks, and results for the supervisor."""

import asyncio
import codecs
import functools
import inspect
import random
import ssl
import traceback
import zlib
from collections.abc import AsyncIterator, Callable, Collection, Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from course.grading.channel import Json
from course.grading.checking import (
    Api,
    AppCrashed,
    CheckFailed,
    Probe,
    ProjectFiles,
    body_of,
    crash_behind,
    describe_request,
    mark_of,
    sentence,
)
from course.grading.children import AppChild, ToolChild
from course.grading.isolation import Limits
from course.grading.patience import patient, slowness
from course.grading.verdict import Outcome, printable

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS  # zlib's manual, inflateInit2
_QUICK_CHARSETS = frozenset(
    {"ascii", "cp1252", "iso8859-1", "iso8859-15", "utf-8", "utf-16", "utf-16-be", "utf-16-le", "utf-32"}
)
"""What Python calls the charsets that are read in time: its codecs also have some that unpack, or that take for ever."""

type Report = Callable[[dict[str, Any]], None]


@dataclass(eq=False)
class Plugin:
    """Registered with pytest as an object: its hooks see every check, its fixtures serve them."""

    report: Report
    app: AppChild | None
    tools: ToolChild
    project_root: Path
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
            row = {"name": item.name, "title": title, "task": mark.task, "points": mark.points}
            rows.append({**row, "held_out": held_out})
            if mark.task in self.untouched:
                self._result(number, Outcome.NOT_ATTEMPTED, "", "")
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
            outcome, message, detail = Outcome.PASS, "", ""
            if call.excinfo:
                outcome, message, detail = judge(call.excinfo.value, self._clients.get(item))
            self._result(self._numbers[item], outcome, message, detail)
        return report

    # fixtures

    @pytest.fixture
    async def api(self, request: pytest.FixtureRequest) -> AsyncIterator[Api]:
        if self.app is None:
            raise AppCrashed("There is no app to ask: nothing was attempted.")
        socket = self.app.serve()
        # trust_env would read proxies; an empty TLS context saves loading certificates that nobody uses.
        transport = httpx2.AsyncHTTPTransport(
            uds=socket, trust_env=False, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        )
        guarded = _GuardedTransport(transport, self.app, self.limits)
        client = Api(
            transport=guarded,
            base_url="http://api",
            timeout=patient(self.limits.request_seconds),
            trust_env=False,
        )
        guarded.client = self._clients[request.node] = client
        try:
            async with client:
                yield client
        finally:
            self.app.stop()

    @pytest.fixture
    def probe(self) -> Probe:
        async def ask(source: str) -> Json:
            if self.app is None:
                raise AppCrashed("There is no app to probe: nothing was attempted.")
            return self.app.probe(source)

        return ask

    @pytest.fixture
    def project(self) -> ProjectFiles:
        return ProjectFiles(self.project_root, self.tools)

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> random.Random:
        return random.Random(f"{self.seed}:{request.node.name}")  # noqa: S311 - test data, not secrets

    # inside

    def _problem(self, reason: str, file: str) -> None:
        held_out = self.held_out_file is not None and file == self.held_out_file.name
        self.report({"event": "problem", "reason": reason, "held_out": held_out})

    def _result(self, number: int, outcome: Outcome, message: str, detail: str) -> None:
        self.report(
            {
                "event": "result",
                "number": number,
                "outcome": outcome.value,
                "message": printable(message[:2000]),
                "detail": printable(detail[:4000]),
            }
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

        item.obj = limited  # type: ignore[attr-defined]


class _GuardedTransport(httpx2.AsyncBaseTransport):
    """Answers from the learner's server: bounded in size, and a missing one explained."""

    def __init__(self, inner: httpx2.AsyncHTTPTransport, app: AppChild, limits: Limits) -> None:
        self._inner = inner
        self._app = app
        self._limits = limits
        self.client: Api | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if self.client is not None:
            self.client.last = None
        what = describe_request(request)
        try:
            answer = await self._inner.handle_async_request(request)
            body = await self._bounded(answer, what)
        except httpx2.TimeoutException:
            raise AppCrashed(
                f"{what} had no answer within {self._limits.request_seconds:g} s. Something in the app "
                "waits for ever or loops."
            ) from None
        except httpx2.TransportError as error:
            ended = self._app.how_it_ended()
            because = f"the app's process {ended}" if ended else f"the connection broke ({error})"
            raise AppCrashed(f"{what} had no answer: {because}.") from None
        response = httpx2.Response(
            answer.status_code, headers=answer.headers, stream=httpx2.ByteStream(body), request=request
        )
        _refuse_odd_charsets(response, what)
        if self.client is not None:
            self.client.last = response
        return response

    async def _bounded(self, answer: httpx2.Response, what: str) -> bytes:
        parts, size = [], 0
        assert isinstance(answer.stream, httpx2.AsyncByteStream)  # noqa: S101 - narrows the type
        try:
            async for part in answer.stream:
                size += len(part)
                if size > self._limits.response_bytes:
                    raise AppCrashed(
                        f"{what} came back with more than {self._limits.response_bytes // 1024} kB of body."
                    )
                parts.append(part)
        finally:
            await answer.aclose()
        body = b"".join(parts)
        self._refuse_bombs(body, answer.headers.get("content-encoding", ""), what)
        return body

    def _refuse_bombs(self, body: bytes, encoding: str, what: str) -> None:
        """Refuse what the client would unpack to more than a body may have, or cannot be measured."""
        encoding = encoding.strip().lower()
        if encoding in ("", "identity"):
            return
        if encoding not in ("gzip", "x-gzip", "deflate"):
            raise AppCrashed(
                f"{what} came back with the content encoding {encoding[:40]!r}, which checks do not read."
            )
        try:
            unpacked = zlib.decompressobj(_GZIP_OR_ZLIB).decompress(body, self._limits.response_bytes + 1)
        except zlib.error:
            raise AppCrashed(f"{what} came back with a body that is not {encoding}.") from None
        if len(unpacked) > self._limits.response_bytes:
            raise AppCrashed(
                f"{what} came back with a body that unpacks to more than {self._limits.response_bytes // 1024} kB."
            )

    async def aclose(self) -> None:
        await self._inner.aclose()


def _refuse_odd_charsets(response: httpx2.Response, what: str) -> None:
    charset = response.charset_encoding
    try:
        name = codecs.lookup(charset or "utf-8").name
    except (LookupError, ValueError):  # read as UTF-8
        return
    if name not in _QUICK_CHARSETS:
        raise AppCrashed(f"{what} came back with the charset {charset!r:.40}, which checks do not read.")


def judge(error: BaseException, client: Api | None) -> tuple[Outcome, str, str]:
    """What an exception that came out of a check says: outcome, message, detail."""
    if isinstance(error, AppCrashed):
        return Outcome.ERROR, str(error), error.detail
    if isinstance(error, CheckFailed):
        return Outcome.FAIL, str(error), error.detail
    if isinstance(error, pytest.skip.Exception | pytest.xfail.Exception):
        return Outcome.ERROR, "This check was not run.", str(error)
    last = client.last if client else None
    if last is not None and (crash := crash_behind(last)):
        return Outcome.ERROR, f"{describe_request(last.request)} crashed. {sentence(crash)}", body_of(last)
    if isinstance(error, AssertionError | pytest.fail.Exception):
        return Outcome.FAIL, str(error).strip() or "What this check says does not hold.", ""
    name = f"{type(error).__name__}: {error}"[:200]
    if last is not None and isinstance(error, LookupError | TypeError | ValueError | AttributeError):
        message = (
            f"{describe_request(last.request)} came back {last.status_code} with a body that this check cannot "
            f"read ({name})."
        )
        return Outcome.FAIL, message, body_of(last)
    trace = "".join(traceback.format_exception(error)[-6:])
    return Outcome.ERROR, f"This check itself went wrong: {name}.", trace
