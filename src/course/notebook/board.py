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
import urllib.error
import urllib.request
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPException, HTTPMessage
from typing import IO, Any

from course.errors import CourseError
from course.progress import Kind, Progress
from course.project.files import write_atomically
from course.project.workspace import TEMPORARY

TOLD = (
    "This is a workshop: its board gets your name, which lesson or exercise you are in, the outcome of your checks, "
    "checkpoints and quizzes, and what failing checks say. Everybody in the room can see how many people are where; "
    "only instructors see names. Your notebooks and files are not sent."
)
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


class _Away(Exception):  # noqa: N818 - the board may come back: nobody hears of this
    """The board cannot be reached, or does not take anything now."""


class _Refused(Exception):  # noqa: N818 - as above
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
            except (_Away, CourseError, OSError, ValueError):
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
            except _Refused:
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


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The token is for the board alone, whatever an answer says."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        return None


def _post(url: str, rows: list[dict[str, Any]]) -> None:
    """Hand events over; _Away or _Refused when the board did not take them."""
    request = urllib.request.Request(  # noqa: S310 - `address` lets http and https through, nothing else
        url,
        json.dumps({"events": rows}).encode(),
        {
            "Authorization": f"token {os.environ.get('JUPYTERHUB_API_TOKEN', '')}",
            "Content-Type": "application/json",
        },
        method="POST",
    )
    # The hub is a neighbor: a proxy for the internet does not know it.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
    try:
        opener.open(request, timeout=ANSWER_SECONDS).close()
    except urllib.error.HTTPError as error:
        error.close()
        raise (_Refused if error.code in TOO_MUCH else _Away) from error
    except (OSError, HTTPException) as error:
        raise _Away from error
