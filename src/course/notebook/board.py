"""What the board of a workshop hears of this kernel: events go to it from a thread that nobody waits for.

A hub names its board in `COURSE_BOARD`; without it, nothing leaves the machine. The learner's own record stays the
truth: the thread reads from it what the board has not had yet and keeps in a file of its own how far it came. So a
board that is away misses nothing, and a kernel that ends leaves the rest to the next one. Events have ids, so a board
that gets one twice has it once.
"""

import json
import os
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import httpx2

from course.errors import CourseError
from course.progress import Kind, Progress
from course.project.files import write_atomically
from course.project.workspace import TEMPORARY

TOLD = (
    "This is a workshop: its board gets your name, which lesson or exercise you are in, the outcome of your checks, "
    "checkpoints and quizzes, and what failing checks say. Everybody in the room can see how many people are where; "
    "only your instructor sees names. The board keeps this until your instructor empties it. Your notebooks and files are "
    "not sent."
)
MOST_FAILING, LONGEST_MESSAGE = 20, 600
"""Of a check that fails: so many of its checks are told, with so many characters of what each says."""
SENT = (Kind.BEGIN, Kind.CHECK, Kind.CHECKPOINT, Kind.QUIZ)
ANSWER_SECONDS = 3.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
BATCH = 10
TOO_MUCH = (400, 413)  # what a board answers to what it will never take
_BEGAN = datetime.now(UTC).isoformat(timespec="microseconds")

_sender: "Sender | None" = None


def address() -> str:
    """Return where this room's board takes events; empty where there is no board."""
    url = os.environ.get("COURSE_BOARD", "")
    elsewhere = os.environ.get("COURSE_WORKSPACE") == TEMPORARY  # a build or a validation, not a learner
    return url if url.startswith(("http://", "https://")) and not elsewhere else ""


def told() -> str:
    """Return what a learner is told of the board; empty where there is none."""
    return TOLD if address() else ""


def is_paced() -> bool:
    """Whether an instructor opens the chapters: then the course here is a link to an edition of it."""
    return "COURSE_WORKSHOP" in os.environ and os.path.islink(os.environ.get("COURSE_CONTENT", ""))


def tell(progress: Progress) -> None:
    """Let the board hear what is new in the record, some time soon. Never waits, never fails."""
    global _sender
    if not (url := address()):
        return
    if _sender is None or (_sender.url, _sender.progress.path) != (url, progress.path):
        _sender = Sender(url, progress)
        with suppress(RuntimeError):  # no more threads: the next kernel sends it
            _sender.start()
    _sender.news.set()


class _AwayError(Exception):
    """The board cannot be reached, or does not take anything now."""


class _RefusedError(Exception):
    """The board takes others, but never these events."""


class Sender(threading.Thread):
    """Sends what is new in one record to one board, for as long as the kernel lives."""

    def __init__(self, url: str, progress: Progress) -> None:
        super().__init__(name="course-board", daemon=True)
        self.url, self.progress, self.news = url, progress, threading.Event()
        self._file = progress.path.with_name("board.json")
        self._since, self._sent = _BEGAN, 0

    def run(self) -> None:
        """Wait for news, send them; after a failure try again, less and less often."""
        self._remember()
        pause = 0.0
        while True:
            self.news.wait()
            self.news.clear()
            try:
                self._send()
                pause = 0.0
            except (_AwayError, CourseError, OSError, ValueError):
                pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, 2 * pause))
                time.sleep(pause)
                self.news.set()

    def _send(self) -> None:
        batch = BATCH
        while news := self.progress.after(self._sent, *SENT, most=batch):
            # What was done elsewhere, before this board, is none of its business.
            rows = [row for _, row in news if row["at"] >= self._since]
            try:
                if rows:
                    _post(self.url, rows)
            except _RefusedError:
                if batch > 1:
                    batch = 1  # the others are sent, one by one
                    continue
            self._sent = news[-1][0]
            self._keep()

    def _remember(self) -> None:
        """How far this learner's kernels came with this board, if they met it before."""
        try:
            known = json.loads(self._file.read_text(encoding="utf-8"))
            if known["board"] == self.url:
                self._since, self._sent = str(known["since"]), int(known["sent"])
                return
        except (OSError, ValueError, KeyError, TypeError):
            pass
        self._keep()

    def _keep(self) -> None:
        known = {"board": self.url, "since": self._since, "sent": self._sent}
        with suppress(CourseError, OSError):
            write_atomically(self._file, json.dumps(known) + "\n")


def _post(url: str, rows: list[dict[str, Any]]) -> None:
    """Hand events over; _AwayError or _RefusedError when the board did not take them.

    The token is for the board alone: no redirect is followed. The hub is a neighbor: no proxy of the environment is used.
    """
    headers = {"Content-Type": "application/json"}
    if token := os.environ.get("JUPYTERHUB_API_TOKEN", ""):
        headers["Authorization"] = f"token {token}"
    body = json.dumps({"events": rows})  # in ASCII: a failing check may quote half a character
    try:
        answer = httpx2.post(url, content=body, headers=headers, timeout=ANSWER_SECONDS, trust_env=False)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise _AwayError from error
    if answer.status_code in TOO_MUCH:
        raise _RefusedError
    if not answer.is_success:
        raise _AwayError
