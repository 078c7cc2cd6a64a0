"""How long a learner waits, and how much memory it takes: medians over a few runs.

    uv run python benchmarks/first_hour.py [--runs 5]

Each run starts the course as a learner types it, runs the first cell of the welcome notebook over the server's own
WebSocket, as JupyterLab does, then checks a task of exercise 1. A bare JupyterLab is started in turn with it: on a
busy machine trust the ratio, not the seconds.
"""

import argparse
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psutil
import websocket

from course.postgresql import is_installed

ROOT = Path(__file__).parents[1]
FIRST_CELL = "import course\n\ncourse.map()"
BEGIN = "api = await course.begin(1, exercise=True)"
ANSWER = """
from pathlib import Path
from course.project.checkpoints import files_after
from course.project.files import write_file

for path, text in files_after(1).items():
    write_file(Path.cwd(), path, text)
"""
POSTGRES = """
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine(await course.postgres())
async with engine.begin() as connection:
    await connection.execute(text("CREATE TABLE t (id int PRIMARY KEY)"))
"""
CHECK = 'await course.check("1.3")'  # the routes: requests to a started app, and a look at its imports
REPEATS = 5
MEGABYTE = 1024 * 1024
FIRST_START = "first start: copy made, JupyterLab answers (s)"
START, FIRST_CELL_DONE = "start → JupyterLab answers (s)", "start → first cell done (s)"
BARE = "bare JupyterLab answers (s)"
POSTGRES_STARTS = "a PostgreSQL, and a table in it (s)"
CHECK_FIRST, CHECK_AGAIN = "check, first (s)", "check, repeated (s)"
ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)/\S*token=(\w+)")


@dataclass(frozen=True)
class Lab:
    """A running server: how to talk to it, and when its command was typed."""

    process: "subprocess.Popen[str]"
    client: httpx2.Client
    token: str
    typed_at: float

    @property
    def waited(self) -> float:
        return time.perf_counter() - self.typed_at


@contextmanager
def started(command: list[str], folder: Path) -> Iterator[Lab]:
    """Run a start command until its server answers; end it, and what it started, with Ctrl-C."""
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "PYTHONUNBUFFERED": "1",
    }
    environment.pop("COURSE_WORKSPACE", None)
    typed_at = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        address, token = _address(process)
        with httpx2.Client(
            base_url=address, headers={"Authorization": f"token {token}"}, timeout=60
        ) as client:
            client.get("/api/status").raise_for_status()
            yield Lab(process, client, token, typed_at)
    finally:
        for _ in range(2):  # a bare JupyterLab asks back after the first
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                time.sleep(0.2)
        process.communicate(timeout=30)


def _address(process: "subprocess.Popen[str]") -> tuple[str, str]:
    said = []
    for line in process.stdout or ():
        said.append(line)
        if found := ADDRESS.search(line):
            return found[1], found[2]
    raise SystemExit(f"no address, but: {''.join(said)}")


class Kernel:
    """A kernel of the server, spoken to as JupyterLab does."""

    def __init__(self, lab: Lab, notebook: str) -> None:
        model = {"path": notebook, "name": notebook, "type": "notebook", "kernel": {"name": "python3"}}
        created = lab.client.post("/api/sessions", json=model)
        created.raise_for_status()
        identity = created.json()["kernel"]["id"]
        address = str(lab.client.base_url).replace("http:", "ws:").rstrip("/")
        self._socket = websocket.create_connection(
            f"{address}/api/kernels/{identity}/channels?token={lab.token}", timeout=120
        )

    def run(self, code: str) -> float:
        """Run a cell; return how long it took. SystemExit shows what went wrong in it."""
        request = uuid.uuid4().hex
        message = {
            "header": {
                "msg_id": request,
                "msg_type": "execute_request",
                "username": "",
                "session": request,
                "version": "5.3",
            },
            "parent_header": {},
            "metadata": {},
            "content": {"code": code, "silent": False, "store_history": True, "allow_stdin": False},
            "channel": "shell",
        }
        begun = time.perf_counter()
        self._socket.send(json.dumps(message))
        while True:
            answer: dict[str, Any] = json.loads(self._socket.recv())
            if answer["msg_type"] == "execute_reply" and answer["parent_header"].get("msg_id") == request:
                if answer["content"]["status"] != "ok":
                    raise SystemExit("\n".join(answer["content"]["traceback"]))
                return time.perf_counter() - begun

    def close(self) -> None:
        self._socket.close()


def measure(run: int, base: Path) -> dict[str, float]:
    """One start of the course, on the copy that the first run makes."""
    seen: dict[str, float] = {}
    command = [sys.executable, "run.py", "start", str(base / "copy"), "--no-browser"]
    with started(command, base / "jupyter") as lab:
        seen[START if run else FIRST_START] = lab.waited
        kernel = Kernel(lab, "notebooks/00-welcome.ipynb")
        kernel.run(FIRST_CELL)
        if run:
            seen[FIRST_CELL_DONE] = lab.waited
        kernel.run(BEGIN)
        kernel.run(ANSWER)
        seen[CHECK_FIRST] = kernel.run(CHECK)
        seen[CHECK_AGAIN] = statistics.median(kernel.run(CHECK) for _ in range(REPEATS))
        if is_installed():
            seen[POSTGRES_STARTS] = kernel.run(POSTGRES)
        seen |= memory(lab)
        kernel.close()
    return seen


def measure_bare(base: Path) -> dict[str, float]:
    """One start of a JupyterLab that has nothing of ours."""
    (base / "bare").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--ServerApp.root_dir={base / 'bare'}"]
    command += ["--ServerApp.allow_root=True", "--ServerApp.ip=127.0.0.1"]
    with started(command, base / "jupyter") as lab:
        seen = {BARE: lab.waited}
        kernel = Kernel(lab, "x.ipynb")
        kernel.run("1")
        kernel.close()
    return seen


def memory(lab: Lab) -> dict[str, float]:
    """Proportional set size by role: what a small machine really has to have."""
    server = psutil.Process(lab.process.pid)
    sizes = {"server": 0.0, "kernel": 0.0, "grader": 0.0, "PostgreSQL": 0.0}
    for process in (server, *server.children(recursive=True)):
        try:
            line, size = " ".join(process.cmdline()), process.memory_full_info().pss / MEGABYTE
        except psutil.Error:
            continue  # it has just ended
        in_kernel = any("ipykernel" in " ".join(parent.cmdline()) for parent in process.parents())
        role = "kernel" if "ipykernel" in line else "grader" if in_kernel else "server"
        sizes["PostgreSQL" if "postgres" in line else role] += size
    named = {f"memory of the {role} (MB)": size for role, size in sizes.items()}
    return named | {"memory in all (MB)": sum(sizes.values())}


def report(runs: list[dict[str, float]]) -> None:
    """Print medians, the spread, and the ratios that hold on any machine."""
    measured = [name for run in runs for name in run]
    names = list(dict.fromkeys([FIRST_START, BARE, START, FIRST_CELL_DONE, *measured]))
    medians = {name: statistics.median(run[name] for run in runs if name in run) for name in names}
    width = max(map(len, names))
    print(f"{'median of what was measured':{width}}  median     min     max")
    for name in names:
        values = [run[name] for run in runs if name in run]
        print(f"{name:{width}}  {medians[name]:6.2f}  {min(values):6.2f}  {max(values):6.2f}")
    print()
    print(f"start : bare JupyterLab = {medians[START] / medians[BARE]:.2f}")
    print(f"first check : repeated  = {medians[CHECK_FIRST] / medians[CHECK_AGAIN]:.2f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5, help="warm starts to measure, after a first one")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="first-hour-") as folder:
        base = Path(folder)
        runs = []
        for run in range(asked.runs + 1):
            runs += [measure(run, base), measure_bare(base)]
        report(runs)


if __name__ == "__main__":
    main()
