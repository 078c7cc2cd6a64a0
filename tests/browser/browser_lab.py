"""What the browser tests share: a running JupyterLab, and screenshots."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat.sign import NotebookNotary
from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
ARTIFACTS = ROOT / "artifacts"
PATIENCE = 180  # seconds: how long a condition may take on a machine with twenty other things to do
PORTS_TO_TRY = 5

# The notebook draws only the cells in view; a test wants to read all of them.
ALL_CELLS = {"@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"}}
# Kernels talk over sockets that have a file's name: two servers at work can choose the same port.
NO_PORTS = {"KernelManager": {"transport": "ipc"}}


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab on a learner's copy."""

    url: str
    copy: Path
    output: str
    data: Path  # where this server keeps whom it trusts

    @property
    def root(self) -> str:
        """The server's address, without a path."""
        return re.sub(r"/lab.*$", "", self.url.partition("?")[0])

    @property
    def token(self) -> str:
        return self.url.partition("token=")[2]

    def wait_for_kernel(self, page: Page, path: str) -> None:
        """Wait until the notebook's kernel is idle and connected: the page says "idle" before there is a kernel."""
        wait_for(
            lambda: any(session["path"] == path and _is_idle(session) for session in self._sessions(page)),
            f"a kernel for {path}",
        )

    def _sessions(self, page: Page) -> list[dict[str, Any]]:
        answer = page.request.get(f"{self.root}/api/sessions?token={self.token}")
        return answer.json() if answer.ok else []  # 500 while a kernel is being created

    def end_kernels(self, page: Page) -> None:
        """Shut every kernel down, as "Shut Down All Kernels" does."""
        for session in self._sessions(page):
            page.request.delete(f"{self.root}/api/sessions/{session['id']}?token={self.token}")

    def page_url(self, path: str) -> str:
        """The address that opens one file of the copy in a fresh JupyterLab workspace."""
        name = re.sub(r"\W+", "-", path)
        return f"{self.root}/lab/workspaces/{name}/tree/{path}?token={self.token}&reset"

    def lay_out(self, notebook: Path) -> str:
        """Put a built notebook beside the learner's, outputs and all, and trust it; returns its path in the copy."""
        place = self.copy / "built" / notebook.name
        place.parent.mkdir(exist_ok=True)
        shutil.copy(notebook, place)
        NotebookNotary(data_dir=str(self.data)).sign(nbformat.read(place, as_version=4))
        return place.relative_to(self.copy).as_posix()


@contextmanager
def running_lab(folder: Path) -> Iterator[Lab]:
    """`course start FOLDER --no-browser`, with JupyterLab's own state in a temporary folder, until the block ends."""
    copy, state = folder / "my-course", folder / "jupyter"
    for name, content in {
        **{f"settings/{name}": settings for name, settings in ALL_CELLS.items()},
        "config/jupyter_server_config.json": NO_PORTS,
    }.items():
        (state / name).parent.mkdir(parents=True, exist_ok=True)
        (state / name).write_text(json.dumps(content))
    with tempfile.TemporaryDirectory(
        prefix="lab-"
    ) as runtime:  # the name of a socket has 107 characters at most
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("COURSE_")},
            "JUPYTER_CONFIG_DIR": str(state / "config"),
            "JUPYTER_DATA_DIR": str(state / "data"),
            "JUPYTER_RUNTIME_DIR": runtime,
            "JUPYTERLAB_SETTINGS_DIR": str(state / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(state / "workspaces"),
            "PYTHONUNBUFFERED": "1",
        }
        log = state / "lab.log"
        process, url = _start(copy, environment, log)
        try:
            yield Lab(url, copy, log.read_text(), state / "data")
        finally:
            _stop(process)


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Return when the condition holds; AssertionError names what did not come."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come within {PATIENCE} seconds"
        time.sleep(0.1)


def shoot(page: Page, name: str) -> None:
    """Keep a screenshot for a person to look at."""
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png")


def _start(copy: Path, environment: dict[str, str], log: Path) -> "tuple[subprocess.Popen[bytes], str]":
    """Start a server and return it with its address; a port that somebody else took meanwhile costs a new try."""
    for _ in range(PORTS_TO_TRY):
        command = [sys.executable, "-m", "course.cli", "start", str(copy), "--no-browser"]
        with log.open("w") as out:
            process = subprocess.Popen(
                [*command, f"--port={_free_port()}"],
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=environment,
                cwd=ROOT,
                start_new_session=True,
            )
        wait_for(
            lambda log=log, process=process: process.poll() is not None or _address(log),
            "JupyterLab's address",
        )
        if process.poll() is None:
            return process, _address(log)
    raise AssertionError(f"course start ended {PORTS_TO_TRY} times, at last with:\n{log.read_text()}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _address(log: Path) -> str:
    found = re.search(r"http://(?:127\.0\.0\.1|localhost):\d+/\S*token=\S+(?=\s)", log.read_text())
    return found[0] if found else ""


def _is_idle(session: dict[str, Any]) -> bool:
    kernel = session["kernel"] or {}
    return kernel.get("execution_state") == "idle" and bool(kernel.get("connections"))
