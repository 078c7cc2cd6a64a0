"""Somebody in the room: a browser, as far as HTTP and websockets go."""

import json
import re
import time
import uuid
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import httpx2
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

SUBPROTOCOL = Subprotocol("v1.kernel.websocket.jupyter.org")  # what JupyterLab speaks


class Person:
    """A person with a session of their own at the hub."""

    def __init__(self, room: str, name: str) -> None:
        self.room = room
        self.name = name
        self.client = httpx2.Client(base_url=room, follow_redirects=True, timeout=120)
        self.kernel = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def log_in(self, password: str) -> httpx2.Response:
        """Log in; the hub starts this person's server at once."""
        self.client.get("/hub/login")
        form = {"username": self.name, "password": password, "_xsrf": self._cookie("_xsrf", "/hub/")}
        return self.client.post("/hub/login", data=form)

    def wait_for_server(self, seconds: float = 180) -> None:
        """Wait until this person's JupyterLab answers."""
        deadline = time.monotonic() + seconds
        while True:
            answer = self.client.get(f"/user/{self.name}/api/status")
            if answer.status_code == 200 and "json" in answer.headers["content-type"]:
                break
            assert time.monotonic() < deadline, f"{self.name}: {answer.status_code} {answer.text[:500]}"
            if answer.status_code == 403:  # it is up, and does not know this session yet
                self.client.get(f"/user/{self.name}/lab")
            time.sleep(0.3)

    def get(self, path: str, **query: str) -> httpx2.Response:
        """Ask one's own server."""
        return self.client.get(f"/user/{self.name}/{path}", params=query)

    def post(self, path: str, **keywords: Any) -> httpx2.Response:  # noqa: ANN401 - httpx2's
        """Send something to one's own server."""
        return self.client.post(f"/user/{self.name}/{path}", headers=self._headers(), **keywords)

    def put(self, path: str, body: dict[str, Any]) -> httpx2.Response:
        """Save something on one's own server."""
        return self.client.put(f"/user/{self.name}/{path}", headers=self._headers(), json=body)

    def run(self, code: str, seconds: float = 120) -> str:
        """Run code in a kernel of one's own server; return all that it shows as text."""
        if not self.kernel:
            answer = self.post("api/kernels", json={"name": "python3"})
            assert answer.status_code == 201, answer.text
            self.kernel = answer.json()["id"]
        with self._connect(f"api/kernels/{self.kernel}/channels", SUBPROTOCOL) as socket:
            assert socket.subprotocol == SUBPROTOCOL
            message = uuid.uuid4().hex
            socket.send(_request(message, code))
            return _shown(socket, message, seconds)

    def type_in_terminal(self, line: str, until: str, seconds: float = 60) -> str:
        """Open a terminal of one's own server and type a line; return what it shows, up to the text to wait for."""
        terminal = self.post("api/terminals").json()["name"]
        with self._connect(f"terminals/websocket/{terminal}") as socket:
            socket.send(json.dumps(["stdin", f"{line}\r"]))
            shown, deadline = "", time.monotonic() + seconds
            while until not in shown:
                kind, *said = json.loads(socket.recv(timeout=max(0.1, deadline - time.monotonic())))
                shown += said[0] if kind == "stdout" else ""
            return shown

    def _connect(self, path: str, *protocols: Subprotocol) -> ClientConnection:
        """A websocket to one's own server."""
        cookies = "; ".join(
            f"{one.name}={one.value}"
            for one in self.client.cookies.jar
            if one.path in ("/", f"/user/{self.name}/")
        )
        return connect(
            f"{self.room.replace('http', 'ws', 1)}/user/{self.name}/{path}",
            additional_headers={"Cookie": cookies, "Origin": self.room},
            subprotocols=list(protocols) or None,
            max_size=None,
        )

    def _cookie(self, name: str, path: str) -> str:
        return next(
            (one.value or "" for one in self.client.cookies.jar if one.name == name and one.path == path), ""
        )

    def _headers(self) -> dict[str, str]:
        return {"X-XSRFToken": self._cookie("_xsrf", f"/user/{self.name}/")}


def _request(message: str, code: str) -> bytes:
    header = {
        "msg_id": message,
        "msg_type": "execute_request",
        "username": "",
        "session": uuid.uuid4().hex,
        "version": "5.3",
        "date": "2026-01-01T00:00:00Z",
    }
    content = {
        "code": code,
        "silent": False,
        "store_history": False,
        "user_expressions": {},
        "allow_stdin": False,
    }
    parts = [b"shell", *(json.dumps(part).encode() for part in (header, {}, {}, content))]
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return b"".join(number.to_bytes(8, "little") for number in (len(offsets), *offsets)) + b"".join(parts)


def _shown(socket: Any, message: str, seconds: float) -> str:  # noqa: ANN401 - a connection
    """All output of one request, until the kernel is idle again."""
    shown: list[str] = []
    deadline = time.monotonic() + seconds
    while True:
        data = socket.recv(timeout=max(0.1, deadline - time.monotonic()))
        assert isinstance(data, bytes)
        count = int.from_bytes(data[:8], "little")
        offsets = [int.from_bytes(data[8 * (n + 1) : 8 * (n + 2)], "little") for n in range(count)]
        _, header, parent, _, content = [data[a:b] for a, b in pairwise(offsets)][:5]
        if json.loads(parent).get("msg_id") != message:
            continue
        kind, said = json.loads(header)["msg_type"], json.loads(content)
        match kind:
            case "stream":
                shown.append(said["text"])
            case "display_data" | "execute_result":
                shown.append(said["data"].get("text/plain", ""))
            case "error":
                shown.append("\n".join(said["traceback"]))
            case "status" if said["execution_state"] == "idle":
                return re.sub(r"\x1b\[[\d;]*m", "", "\n".join(shown))


def answered(notebook: dict[str, Any], cells: dict[str, str]) -> dict[str, Any]:
    """A notebook with these texts in the cells of these nbgrader ids."""
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id in cells:
            cell["source"] = cells[grade_id]
    return notebook


def solution_cells(clone: Path, slug: str) -> dict[str, str]:
    """The reference's answer cells of an exercise, by nbgrader id."""
    notebook = json.loads((clone / f"solutions/{slug}/{slug}.ipynb").read_text(encoding="utf-8"))
    return {
        cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"])
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }
