"""A board as a hub runs it, with a hub that knows only tokens, and a course whose mistakes have names."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2

PATIENCE = 60.0
PREFIX = "/services/board/"
ACCESS = "access:services!service=board"
FIXTURE_COURSE = Path(__file__).parent / "grading" / "fixture_course"
ROUTER = """from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.users.service import name_of

router = APIRouter()


class OrderCreate(BaseModel):
    user_id: int
    quantity: int = Field(ge={least})


@router.post("", status_code=201)
def place_order(order: OrderCreate) -> dict[str, object]:
    return {{"customer_name": {name}, "quantity": order.quantity}}
"""
CARD = """---
task: "1.1"
message: "{message}"
because: "{because}"
---

```python app/orders/router.py
{code}```
"""
QUIZ = """
[01-bound]
prompt = "Which part of `quantity: int = Field(ge=1)` refuses 0?"
options = [
  {text = "`int`", why = "0 is an int."},
  {text = "`Field(ge=1)`", right = true, why = "It is the bound."},
  {text = "the <b>client</b>", why = "It need not."},
]
"""


def make_course(root: Path) -> Path:
    """A course with two misconceptions and a question."""
    shutil.copytree(FIXTURE_COURSE, root, ignore=shutil.ignore_patterns("__pycache__"))
    chapter = root / "chapters" / "01-shop"
    shutil.rmtree(chapter / "wrong")
    (chapter / "wrong").mkdir()
    cards = {
        "zero_is_a_quantity": (0, "name_of(order.user_id)", "lower bound", "Not negative is read as ge=0."),
        "everybody_is_ada": (1, '"Ada"', "came back", "The example has Ada."),
    }
    for name, (least, who, message, because) in cards.items():
        code = ROUTER.format(least=least, name=who)
        (chapter / "wrong" / f"{name}.md").write_text(
            CARD.format(message=message, because=because, code=code)
        )
    (chapter / "quiz.toml").write_text(QUIZ)
    return root


class Hub(ThreadingHTTPServer):
    """Answers what the board asks a hub: whose token is this?"""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _WhoIs)
        self.tokens: dict[str, dict[str, Any]] = {}

    def token(self, name: str, *, kind: str = "user", scopes: tuple[str, ...] = (ACCESS,)) -> str:
        """Give somebody a token."""
        token = uuid.uuid4().hex
        self.tokens[token] = {
            "name": name,
            "kind": kind,
            "scopes": list(scopes),
            "groups": [],
            "admin": False,
        }
        return token


class _WhoIs(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        model = self.server.tokens.get(self.headers.get("Authorization", "").removeprefix("token "))
        body = json.dumps(model or {"status": 403, "message": "no"}).encode()
        self.send_response(200 if model else 403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@dataclass(frozen=True)
class Room:
    """A board that runs."""

    hub: Hub
    url: str
    state: Path

    def client(self, token: str = "") -> httpx2.Client:
        """Somebody's HTTP, or nobody's."""
        headers = {"Authorization": f"token {token}"} if token else {}
        return httpx2.Client(base_url=self.url, headers=headers, timeout=PATIENCE, trust_env=False)

    def does(self, name: str, *events: dict[str, Any]) -> None:
        """Let a learner's kernel send this."""
        with self.client(self.hub.token(name)) as client:
            assert client.post("events", json={"events": events}).status_code == 204

    def shows(self, token: str, path: str = "room") -> str:
        """What somebody sees."""
        with self.client(token) as client:
            answer = client.get(path)
            assert answer.status_code == 200, answer.text
            return " ".join(answer.text.split())


def event(kind: str, item: str = "", outcome: str = "", chapter: int = 1, **detail: object) -> dict[str, Any]:
    """An event as kernels send it."""
    return {
        "uid": uuid.uuid4().hex,
        "at": datetime.now(UTC).isoformat(),
        "kind": kind,
        "chapter": chapter,
        "item": item,
        "outcome": outcome,
        "points": 0.0,
        "detail": detail,
    }


def fails_with_zero() -> dict[str, Any]:
    """A check of somebody who believes that zero is a quantity."""
    message = (
        "POST /api/v1/orders came back 201 Created; expected 422: the quantity has no lower bound. "
        "Look at OrderCreate in app/orders/router.py."
    )
    return event(
        "check", "1.1", "FAIL", failures="zero", failing=[["test_quantity_has_a_lower_bound", message]]
    )


@contextmanager
def running_board(folder: Path, content: Path, *, instructors: str = "teacher") -> Iterator[Room]:
    """The service in a process of its own, stopped by its own id."""
    hub = Hub()
    thread = threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state = folder / "state"
    state.mkdir(mode=0o700, exist_ok=True)
    port = free_port()
    environment = os.environ | {
        "JUPYTERHUB_API_URL": f"http://127.0.0.1:{hub.server_port}/hub/api",
        "JUPYTERHUB_API_TOKEN": "of-the-service",
        "JUPYTERHUB_BASE_URL": "/",
        "JUPYTERHUB_CLIENT_ID": "service-board",
        "JUPYTERHUB_OAUTH_ACCESS_SCOPES": json.dumps(["access:services", ACCESS]),
        "JUPYTERHUB_SERVICE_NAME": "board",
        "JUPYTERHUB_SERVICE_PREFIX": PREFIX,
        "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{port}",
        "COURSE_BOARD_DATABASE": str(state / "board.db"),
        "COURSE_BOARD_INSTRUCTORS": instructors,
        "COURSE_CONTENT": str(content),
    }
    with (folder / "board.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "course.workshop.board"], env=environment, stdout=log, stderr=log
        )
    try:
        room = Room(hub, f"http://127.0.0.1:{port}{PREFIX}", state)
        until(lambda: process.poll() is not None or _answers(port))
        assert process.poll() is None, (folder / "board.log").read_text()
        yield room
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
        hub.shutdown()
        hub.server_close()
        thread.join()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def until(true: Callable[[], bool]) -> None:
    """Wait for a condition."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def _answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0
