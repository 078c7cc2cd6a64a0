"""A workshop's board on a real hub, in a browser: the login, the two pages, and a learner who must not see names."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

pytest.importorskip("jupyterhub", reason="JupyterHub is not installed: uv sync --extra workshop")

import httpx2
from axe_playwright_python.sync_playwright import Axe
from board_room import Room, event, fails_with_zero, free_port, make_course, running_board, until
from browser_lab import PATIENCE
from playwright.sync_api import Browser, Page, ViewportSize, expect

ARTIFACTS = Path(__file__).parents[2] / "artifacts"
BIN = Path(sys.executable).parent
PROXY = shutil.which("configurable-http-proxy", path=f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}")
PASSWORD, INSTRUCTORS = "learn-fastapi-2026", "instructor-secret-2026-of-32-chars"

CONFIG = """
import sys
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub_port}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.ConfigurableHTTPProxy.pid_file = "proxy.pid"
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = {password!r}
c.SharedPasswordAuthenticator.admin_password = {instructors!r}
c.Authenticator.admin_users = {{"teacher"}}
c.Authenticator.allowed_users = {{"teacher", "ada"}}
c.JupyterHub.spawner_class = "jupyterhub.spawner.SimpleLocalProcessSpawner"
c.Spawner.cmd = [sys.executable, "server.py"]
c.JupyterHub.services = [{{
    "name": "board",
    "url": "http://127.0.0.1:{board_port}",
    "command": [sys.executable, "-m", "course.workshop.board"],
    "oauth_no_confirm": True,
    "environment": {{
        "COURSE_BOARD_DATABASE": {database!r},
        "COURSE_BOARD_INSTRUCTORS": "teacher",
        "COURSE_CONTENT": {content!r},
    }},
}}]
c.JupyterHub.load_roles = [
    {{"name": "user", "scopes": ["self", "access:services!service=board"]}},
    {{"name": "server", "scopes": ["users:activity!user", "access:servers!server", "access:services!service=board"]}},
]
c.Spawner.environment = {{
    "COURSE_BOARD": "http://127.0.0.1:{port}/services/board/events",
    "COURSE_CONTENT": {content!r},
    "COURSE_WORKSPACE": {workspace!r},
}}
"""
SERVER = """
# What a kernel of this server would do; then the server that the hub waits for.
import os, sys
from course.notebook import session
from course.progress import Kind
session.record(Kind.BEGIN, chapter=1, item="exercise")
for _ in range(3):
    failing = [["test_quantity_has_a_lower_bound", "It came back 201"]]
    session.record(Kind.CHECK, chapter=1, item="1.1", outcome="FAIL", detail={"failures": "x", "failing": failing})
import threading
threading.Event().wait()
"""


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instructor's clone."""
    return make_course(tmp_path_factory.mktemp("content") / "clone")


def accessible(page: Page) -> None:
    """axe-core finds nothing on the whole page."""
    rules = ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
    assert [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found.response["violations"]] == []


@contextmanager
def hub(folder: Path, content: Path) -> Iterator[str]:
    """JupyterHub with the board as its service; yields its address."""
    port = free_port()
    workspace = folder / "ada"
    workspace.mkdir()
    config = CONFIG.format(
        port=port,
        hub_port=free_port(),
        proxy_port=free_port(),
        board_port=free_port(),
        proxy=PROXY,
        password=PASSWORD,
        instructors=INSTRUCTORS,
        content=str(content),
        database=str(folder / "board.db"),
        workspace=str(workspace),
    )
    (folder / "jupyterhub_config.py").write_text(config)
    server = folder / "server.py"
    server.write_text(SERVER)
    (folder / "jupyterhub_config.py").write_text(config.replace('"server.py"', repr(str(server))))
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    with (folder / "hub.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub"], cwd=folder, env=environment, stdout=log, stderr=log
        )
    try:
        until(
            lambda: (
                process.poll() is not None or _up(f"http://127.0.0.1:{port}/services/board/static/board.css")
            )
        )
        assert process.poll() is None, (folder / "hub.log").read_text()[-3000:]
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def _up(url: str) -> bool:
    try:
        return httpx2.get(url, trust_env=False).status_code == 200
    except httpx2.TransportError:
        return False


@dataclass(frozen=True)
class Somebody:
    """A person in a browser of their own."""

    browser: Browser
    address: str

    def logged_in(self, name: str, password: str, path: str) -> Page:
        """Log in on the way to this page."""
        page = self.browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(self.address + path)
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        return page


@pytest.mark.skipif(
    PROXY is None, reason="configurable-http-proxy is not installed: uv sync --extra workshop"
)
def test_a_learners_server_is_seen_on_the_board_of_a_real_hub(
    browser: Browser, tmp_path: Path, content: Path
) -> None:
    with hub(tmp_path, content) as address:
        somebody = Somebody(browser, address)
        teacher = somebody.logged_in("teacher", INSTRUCTORS, "/services/board/instructor")
        expect(teacher.get_by_text("Nobody has begun yet")).to_be_visible()

        ada = somebody.logged_in("ada", PASSWORD, "/hub/spawn")  # her server's token sends what she does
        expect(teacher.get_by_text("Of 1 person")).to_be_visible()
        expect(teacher.get_by_role("cell", name="1 person")).to_be_visible()  # who is stuck
        assert "ada" not in teacher.content()
        teacher.get_by_role("button", name="Show names").press("Enter")
        expect(teacher.get_by_role("rowheader", name="ada")).to_be_visible()

        refused = ada.context.new_page().goto(f"{address}/services/board/instructor?names=1")
        assert refused is not None
        assert refused.status == 403
        seen = ada.context.new_page()
        seen.goto(f"{address}/services/board/")
        expect(seen.get_by_text("Of 1 person")).to_be_visible()
        assert ">ada<" not in seen.content()
        teacher.context.close()
        ada.context.close()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory, content: Path) -> Iterator[Room]:
    """A room in the middle of a chapter."""
    with running_board(tmp_path_factory.mktemp("room"), content) as room:
        for number in range(20):
            name = f"learner-{number:02}"
            room.does(name, event("begin", "lesson"), event("quiz", "01-bound", "FAIL", choice=number % 3))
            if number < 5:
                room.does(name, event("checkpoint", outcome="FAIL", red=["mypy --strict", "ruff check"]))
            elif number < 9:
                room.does(name, event("checkpoint", outcome="PASS"))
            else:
                room.does(name, event("begin", "exercise"), *[fails_with_zero()] * (number % 2))
                room.does(name, *(fails_with_zero() for _ in range(number % 4)))
        teacher = room.hub.token("teacher")
        until(lambda: "zero is a quantity" in room.shows(teacher))
        yield room


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 1000])
def test_both_pages_are_good_to_read(
    browser: Browser, room: Room, scheme: Literal["light", "dark"], width: int
) -> None:
    context = browser.new_context(
        viewport=ViewportSize(width=width, height=900),
        color_scheme=scheme,
        extra_http_headers={"Authorization": f"token {room.hub.token('teacher')}"},
    )
    context.set_default_timeout(PATIENCE * 1000)
    said: list[str] = []
    for name, path in (("projector", ""), ("instructor", "instructor")):
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(room.url + path)
        if name == "instructor":
            page.keyboard.press("Tab")
            page.keyboard.press("Space")
            expect(page.get_by_role("button", name="Show names", pressed=True)).to_be_focused()
            expect(page.get_by_role("heading", name="Who is where")).to_be_visible()
        expect(page.get_by_text("zero is a quantity")).to_be_visible()
        page.screenshot(path=ARTIFACTS / f"board-{name}-{scheme}-{width}.png", full_page=True)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
    assert said == []


def test_a_board_that_is_gone_says_so_and_keeps_what_it_said(
    browser: Browser, tmp_path: Path, content: Path
) -> None:
    with running_board(tmp_path, content) as room:
        room.does("ada", event("begin", "lesson"))
        context = browser.new_context(
            extra_http_headers={"Authorization": f"token {room.hub.token('teacher')}"}
        )
        page = context.new_page()
        page.goto(room.url)
        expect(page.get_by_text("Of 1 person")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("The board does not answer; this is what it last said.")
    expect(page.get_by_text("Of 1 person")).to_be_visible()
    context.close()
