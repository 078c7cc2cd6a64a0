"""One grading run, supervised: whatever the processes below do, every check gets an answer in time."""

import contextlib
import os
import resource
import selectors
import signal
import time
from typing import Any

from course.grading import session
from course.grading.channel import Channel, ChannelClosedError, channel_pair
from course.grading.isolation import NOTHING_RAN, Limits, Terms
from course.grading.patience import slowness
from course.grading.place import Place
from course.grading.processes import describe_exit, exit_status, fork, point_streams_at
from course.grading.verdict import Outcome
from course.sandbox import adopt_orphans, end_descendants, hide_memory

_GRACE = 5.0
_BUSY = 2.0
"""From how much slower than alone on, a machine is busy."""
_LITTLE_SECONDS = 30.0
"""Processor seconds that a right answer needs far less than."""


def run(caller: Channel) -> None:
    """Read a job from the caller, grade it, answer, and leave nothing behind."""
    null = os.open(os.devnull, os.O_WRONLY)
    point_streams_at(null)
    os.close(null)
    adopt_orphans()
    public = caller.receive(30)
    place = Place.make()
    run = _Run(caller, place, Terms.from_json(public["terms"]))
    try:
        run.start(public["projects"], public["copy"])
        run.watch()
    except (OSError, ValueError) as error:
        run.give_up(f"The submitted files cannot be laid out: {error}.")
    finally:
        end_descendants(run.children)
        place.remove()
    with contextlib.suppress(ChannelClosedError):  # the caller may have left
        caller.send(run.answer())


class _Run:
    def __init__(self, caller: Channel, place: Place, terms: Terms) -> None:
        self._caller = caller
        self._place = place
        self._terms = terms
        self._limits = terms.limits
        self._isolation = NOTHING_RAN
        self._checks: list[dict[str, Any]] = []
        self._results: dict[int, dict[str, Any]] = {}
        self._problem = ""
        self._problem_held_out = False
        self._stopped = ""
        self._flooded = False
        self._written = 0
        self._running: int | None = None
        self._since = time.monotonic()
        self._slowness = 1.0
        self._done = False
        self._late = False
        self._refused = False
        self.children: list[int] = []

    def start(self, projects: dict[str, dict[str, str]], copy: dict[str, str]) -> None:
        self._place.lay(projects, copy)
        self._output, writing = os.pipe()
        self._grader, theirs = channel_pair()
        terms, place = self._terms, self._place
        self._pid = fork(
            lambda: session.run(theirs, place, terms, writing, projects=list(projects)),
            keep=(theirs.fileno(), writing),
        )
        hide_memory()
        self.children.append(self._pid)
        os.close(writing)
        theirs.close()

    def give_up(self, reason: str) -> None:
        self._stopped = reason

    def watch(self) -> None:
        """Collect results until the grader is done, dead, or too slow, or until nobody is interested."""
        deadline = time.monotonic() + self._limits.overall_seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._grader.sock, selectors.EVENT_READ, self._hear)
            selector.register(self._output, selectors.EVENT_READ, self._drain)
            while not self._done and not self._stopped:
                for key, _ in selector.select(0.25):
                    if key.data(selector) is False:
                        return
                now = time.monotonic()
                self._late = now > deadline
                if self._late:
                    self._stopped = f"Grading was stopped after {self._limits.overall_seconds:g} s in all."
                elif self._running is not None and now - self._since > self._longest_check():
                    self._stopped = "This check did not come to an end, and grading was stopped."

    def answer(self) -> dict[str, Any]:
        """Every check with its result; one that has none is an ERROR."""
        reason = self._stopped or self._problem or "The grader ended before this check was done."
        if self._flooded:
            reason = _flood_reason(self._limits)
        rows = []
        for number, check in enumerate(self._checks):
            found = self._results.get(number)
            if found is None:
                found = {"outcome": Outcome.ERROR.value, "message": reason, "detail": ""}
            rows.append(check | found)
        complete = self._done and bool(self._checks) and not self._problem
        problem = "" if complete else self._problem or reason
        return {
            "results": rows,
            "problem": problem,
            "held_out": bool(self._problem) and self._problem_held_out,
            "isolation": self._isolation,
            "refused": self._refused,
            "hurried": self._late and self._was_kept_waiting(),
        }

    def _was_kept_waiting(self) -> bool:
        """Whether the machine, and not the submission, took the time: it ran little and waited much."""
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime < _LITTLE_SECONDS and max(self._slowness, slowness()) >= _BUSY

    def _hear(self, selector: selectors.BaseSelector) -> bool:
        try:
            event = self._grader.receive(self._limits.overall_seconds)
        except ChannelClosedError:
            status = describe_exit(exit_status(self._pid, seconds=1.0))
            self._stopped = f"The grader's process {status} before this check was done."
            return True
        match event.pop("event"):
            case "started":
                self.children += event["children"]
                self._grader.send(self._caller.receive(30))
                selector.register(self._caller.sock, selectors.EVENT_READ, lambda _: False)  # it hung up
            case "isolation":
                self._isolation = event["isolation"]
            case "collected":
                self._checks = event["checks"]
            case "running":
                self._running, self._since = event["number"], time.monotonic()
                self._slowness = event["slowness"]
            case "result":
                number = event.pop("number")
                if self._flooded and event["outcome"] == Outcome.ERROR.value:
                    event["message"] = _flood_reason(self._limits)
                self._results[number] = event
                self._running = None
            case "problem":
                self._refused = self._refused or event.get("refused", False)
                if not self._problem:
                    self._problem, self._problem_held_out = event["reason"], event["held_out"]
            case "done":
                self._done = True
        return True

    def _drain(self, selector: selectors.BaseSelector) -> bool:
        """Read what the learner's code prints, so that it never blocks, and stop a flood."""
        part = os.read(self._output, 1 << 16)
        self._written += len(part)
        if not part:
            selector.unregister(self._output)
        elif self._written > self._limits.output_bytes and not self._flooded:
            self._flooded = True
            for pid in self.children[1:]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)  # a sandbox's keeper takes everything in it along
        return True

    def _longest_check(self) -> float:
        limits = self._limits
        seconds = max(limits.check_seconds, limits.tool_seconds) + limits.import_seconds
        return seconds * self._slowness + _GRACE


def _flood_reason(limits: Limits) -> str:
    return f"The app was stopped: it printed more than {limits.output_bytes // (1024 * 1024)} MB."
