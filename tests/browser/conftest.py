"""JupyterLab as a learner starts it, driven in headless Chromium.

Screenshots land in `artifacts/` (ignored by git) for a person to look at.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_lab import CHROMIUM, FLAGS, ROOT, Lab
from playwright.sync_api import Browser, Page, sync_playwright

pytest.register_assert_rewrite("notebook_page", "chapters")

# The notebook draws only the cells in view; a test wants to read all of them.
ALL_CELLS = {"@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser on the machine these tests say so; `.ci/run` installs one."""
    if CHROMIUM is None and not os.environ.get("CI"):
        reason = "no Chromium on this machine: install the package chromium (Debian, Ubuntu) or Google Chrome"
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """`course start FOLDER --no-browser`, with JupyterLab's own state in a temporary folder."""
    state = tmp_path_factory.mktemp("jupyter")
    copy = tmp_path_factory.mktemp("learner") / "my-course"
    for name, settings in ALL_CELLS.items():
        file = state / "settings" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("COURSE_")},
        "JUPYTER_CONFIG_DIR": str(state / "config"),
        "JUPYTER_DATA_DIR": str(state / "data"),
        "JUPYTER_RUNTIME_DIR": str(state / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(state / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(state / "workspaces"),
        "PYTHONUNBUFFERED": "1",
    }
    log = state / "lab.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "course.cli",
                "start",
                str(copy),
                "--no-browser",
                f"--port={_free_port()}",
            ],
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=environment,
            cwd=ROOT,
            start_new_session=True,
        )
    try:
        yield Lab(_wait_for_url(process, log), copy, log.read_text())
    finally:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _free_port() -> int:
    """Two servers that look for the first free port in the same moment find the same one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for_url(process: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        text = log.read_text()
        if found := re.search(r"http://(?:127\.0\.0\.1|localhost):\d+/\S*token=\S+", text):
            return found[0]
        assert process.poll() is None, f"course start ended with {process.returncode}:\n{text}"
        time.sleep(0.1)
    raise AssertionError(f"course start printed no address within 60 seconds:\n{log.read_text()}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a module, and no longer: Playwright keeps an event loop running, which async tests do not bear."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh page that asked nobody but this machine for anything."""
    context = chromium.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(30_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    outside = [url for url in asked if re.match(r"(https?|wss?)://(?!127\.0\.0\.1|localhost)", url)]
    assert not outside, f"the page asked other hosts: {outside[:5]}"


@pytest.fixture
def chapter_page(lab: Lab, page: Page) -> Iterator[Page]:
    """A tall page for one notebook, whose kernel ends with it: twelve kernels at once fill the memory."""
    page.set_viewport_size({"width": 1400, "height": 1800})
    yield page
    lab.end_kernels(page)
