"""A board for tests of the sending side: takes events over HTTP, or refuses, redirects, holds its answer."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE = 30.0


class Double(ThreadingHTTPServer):
    """What came, and how to answer: `status` of the events that were sent."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.events: list[dict[str, Any]] = []
        self.tokens: set[str] = set()
        self.asked = 0
        self.status: Callable[[list[dict[str, Any]]], int] = lambda events: 204
        self.elsewhere = ""
        self.answers = threading.Event()
        self.answers.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/services/board/events"


class _Handler(BaseHTTPRequestHandler):
    server: Double

    def do_POST(self) -> None:
        self.server.asked += 1
        self.server.tokens.add(self.headers["Authorization"] or "")
        events = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["events"]
        self.server.answers.wait(PATIENCE)
        status = self.server.status(events)
        if status < 300:
            self.server.events += events
        self.send_response(status)
        if self.server.elsewhere:
            self.send_header("Location", self.server.elsewhere)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.server.asked += 1
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def board(port: int = 0) -> Iterator[Double]:
    """A board that runs in a thread of this process."""
    double = Double(port)
    thread = threading.Thread(target=double.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield double
    finally:
        double.answers.set()
        double.shutdown()
        double.server_close()
        thread.join()


def until(true: Callable[[], bool]) -> None:
    """Wait for a condition."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)
