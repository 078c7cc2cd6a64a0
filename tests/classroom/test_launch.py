"""`course start`, as it runs: one JupyterLab for all tests of this module."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from toy_course import ToyCourse

from course.classroom.launch import refuse_taken
from course.errors import CourseError

WELCOME = "notebooks/00-welcome.ipynb"
THEME = {"theme": "JupyterLab Dark"}


@dataclass(frozen=True)
class Running:
    """A JupyterLab that `course start` has started."""

    process: "subprocess.Popen[str]"
    copy: Path
    output: list[str]
    client: httpx2.Client

    def get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


def start(folder: Path, clone: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Start `course start` with Jupyter's own files in `folder`."""
    environment = {
        **os.environ,
        "COURSE_CONTENT": str(clone),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
    }
    environment.pop("COURSE_WORKSPACE", None)
    return subprocess.Popen(
        [sys.executable, "-m", "course.cli", "start", *arguments, "--no-browser"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
    )


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    base = tmp_path_factory.mktemp("launch")
    themes = base / "settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings"
    themes.parent.mkdir(parents=True)
    themes.write_text(json.dumps(THEME))
    process = start(base, ToyCourse(base / "clone").root, str(base / "copy"))
    assert process.stdout
    output: list[str] = []
    try:
        while not output or not output[-1].startswith("JupyterLab: "):
            line = process.stdout.readline()
            assert line, f"ended before it printed an address: {output}"
            output.append(line.rstrip())
        address = httpx2.URL(output[-1].removeprefix("JupyterLab: "))
        headers = {"Authorization": f"token {address.params['token']}"}
        with httpx2.Client(
            base_url=f"http://{address.netloc.decode()}", headers=headers, timeout=60
        ) as client:
            yield Running(process, base / "copy", output, client)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_it_says_where_the_copy_is_and_the_address_of_the_course_map(lab: Running) -> None:
    assert lab.output[0] == f"Made your copy of the course: {lab.copy} (3 files)"
    assert re.fullmatch(rf"JupyterLab: http://127\.0\.0\.1:\d+/lab/tree/{WELCOME}\?token=\w+", lab.output[-1])


def test_it_listens_on_loopback_only(lab: Running) -> None:
    listening = [
        c.laddr.ip for c in psutil.Process(lab.process.pid).net_connections() if c.status == "LISTEN"
    ]
    assert set(listening) == {"127.0.0.1"}


def test_a_stranger_gets_nothing(lab: Running) -> None:
    assert httpx2.get(lab.client.base_url.join("/api/contents")).status_code == 403


def test_the_learner_sees_the_copy(lab: Running) -> None:
    names = {entry["name"] for entry in lab.get("/api/contents")["content"]}
    assert {"notebooks", "exercises", "nbgrader_config.py"} <= names


def test_the_map_is_in_view_before_a_kernel_runs(lab: Running) -> None:
    _, cell = lab.get(f"/api/contents/{WELCOME}")["content"]["cells"]
    assert cell["source"] == "course.map()"
    assert cell["metadata"]["trusted"] is True  # so that JupyterLab shows its HTML as it is
    (output,) = cell["outputs"]
    assert "Welcome" in output["data"]["text/plain"]
    assert "text/html" in output["data"]


def test_without_a_path_the_course_map_opens(lab: Running) -> None:
    assert lab.client.get("/").headers["location"].startswith(f"/lab/tree/{WELCOME}")


def test_no_news_and_no_update_check_but_the_learners_own_settings(lab: Running) -> None:
    news = lab.get("/lab/api/settings/@jupyterlab/apputils-extension:notification")
    defaults = {name: value["default"] for name, value in news["schema"]["properties"].items()}
    assert defaults["fetchNews"] == "false"
    assert defaults["checkForUpdates"] is False
    themes = lab.get("/lab/api/settings/@jupyterlab/apputils-extension:themes")
    assert json.loads(themes["raw"]) == THEME


def test_nbgrader_reads_the_copys_settings(lab: Running) -> None:
    page = lab.client.get("/formgrader/manage_assignments")
    assert page.status_code == 200
    assert "toy-course" in page.text


@pytest.mark.parametrize("port", [0, -1, 70000])
def test_a_number_that_is_no_port_is_one_sentence(port: int) -> None:
    with pytest.raises(CourseError, match="is not a port"):
        refuse_taken(port)


def test_a_port_that_is_taken_is_one_sentence_and_makes_nothing(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        process = start(tmp_path, ToyCourse(tmp_path / "clone").root, str(tmp_path / "copy"), "--port", port)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said.startswith(f"Port {port} is taken")
    assert said.count("\n") == 1
    assert not (tmp_path / "copy").exists()


def test_ctrl_c_ends_server_and_kernels_at_once(lab: Running) -> None:
    """Last: it ends the server that the other tests use."""
    kernel = lab.client.post("/api/kernels", json={"name": "python3"}).json()["id"]
    client = BlockingKernelClient()
    client.load_connection_file(str(lab.copy.parent / f"runtime/kernel-{kernel}.json"))
    client.start_channels()
    client.kernel_info(reply=True, timeout=60)  # one that is still starting complains when it is told to stop
    client.stop_channels()
    family = psutil.Process(lab.process.pid).children(recursive=True)
    assert family
    lab.process.send_signal(signal.SIGINT)
    assert lab.process.wait(timeout=20) == 0
    deadline = time.monotonic() + 10
    while any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in family):
        assert time.monotonic() < deadline, "a kernel outlived the server"
        time.sleep(0.05)
    assert lab.process.stdout
    said = lab.process.stdout.read()
    assert "Traceback" not in said
    assert "WARNING" not in said
