"""What lesson 12's browser claims, real Chromium does: cross-origin requests to a real server of the lesson's app."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from browser_lab import PATIENCE, wait_for
from playwright.sync_api import Browser

import course
from course.project.checkpoints import files_after_lesson

SERVED = '''
import json
from urllib.parse import parse_qs
from app.main import create_app

shop = create_app()
shop.get("/boom")(lambda: 1 / 0)

async def app(scope, receive, send):
    """The shop; and below /told whatever a test wants to hear."""
    if not scope.get("path", "").startswith("/told"):
        return await shop(scope, receive, send)
    kind = "preflight" if scope["method"] == "OPTIONS" else "answer"
    told = json.loads(parse_qs(scope["query_string"].decode())[kind][0])
    headers = [(name.lower().encode(), value.encode()) for name, value in told.items()]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"told"})
'''
FETCH = """async ([url, options]) => {
    try {
        const answer = await fetch(url, options);
        return { status: answer.status, headers: [...answer.headers.keys()].sort() };
    } catch (error) {
        return { error: String(error) };
    }
}"""
ORIGIN = "Access-Control-Allow-Origin"


@dataclass
class Case:
    """One `fetch`; `told` is what /told says to the preflight and to the request, $ being the page's origin."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    json: object = None
    credentials: bool = False
    listed: bool = True  # whether the page's origin is on the app's list
    told: tuple[dict[str, str], dict[str, str]] | None = None

    def target(self, origin: str) -> str:
        """Return path and query."""
        if self.told is None:
            return self.path
        preflight, answer = (json.dumps(headers).replace("$", origin) for headers in self.told)
        return f"{self.path}?{urlencode({'preflight': preflight, 'answer': answer})}"


STAR, OWN = {ORIGIN: "*"}, {ORIGIN: "$"}
WITH_COOKIES = {**OWN, "Access-Control-Allow-Credentials": "true"}
ANY_HEADER = {**STAR, "Access-Control-Allow-Headers": "*"}
CASES = {
    "plain": Case("GET", "/health"),
    "error": Case("GET", "/boom"),
    "json": Case("POST", "/api/v1/users", json={}),
    "own id": Case("POST", "/api/v1/users", {"X-Request-ID": "order-form-17"}, json={}),
    "delete": Case("DELETE", "/api/v1/users/999"),
    "method not listed": Case("PUT", "/api/v1/users/999"),
    "header not listed": Case("GET", "/health", {"X-Other": "1"}),
    "another origin": Case("GET", "/health", listed=False),
    "another origin asks first": Case("POST", "/api/v1/users", json={}, listed=False),
    "star": Case("GET", "/told", told=({}, {**STAR, "X-Own": "1", "Access-Control-Expose-Headers": "*"})),
    "star with cookies": Case("GET", "/told", credentials=True, told=({}, STAR)),
    "no word on cookies": Case("GET", "/told", credentials=True, told=({}, OWN)),
    "cookies allowed": Case("GET", "/told", credentials=True, told=({}, {**WITH_COOKIES, "X-Own": "1"})),
    "somebody else": Case("GET", "/told", told=({}, {ORIGIN: "https://shop.example"})),
    "any header": Case("GET", "/told", {"X-Other": "1"}, told=(ANY_HEADER, STAR)),
    "any header, Authorization too": Case(
        "GET", "/told", {"Authorization": "Bearer x"}, told=(ANY_HEADER, STAR)
    ),
    "preflight without method": Case("PATCH", "/told", told=(STAR, STAR)),
    "preflight without header": Case("POST", "/told", {"X-Other": "1"}, told=(STAR, STAR)),
    "answer without header": Case("POST", "/told", json={}, told=(ANY_HEADER, {})),
}


@pytest.fixture(scope="module")
def pages() -> Iterator[int]:
    """A server of empty pages: its port. It has two origins, localhost and 127.0.0.1."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("", 0), Page)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()


@pytest.fixture(scope="module")
def api(pages: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The lesson's app on a server of its own: its address. It lists one of the two origins."""
    folder = tmp_path_factory.mktemp("my-api")
    for path, text in {**files_after_lesson(12), "served.py": SERVED}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    environment = {**os.environ, "APP_CORS_ORIGINS": json.dumps([f"http://localhost:{pages}"])}
    command = [sys.executable, "-m", "uvicorn", "served:app", "--port", "0", "--no-use-colors"]
    log = folder / "uvicorn.log"
    with log.open("w") as out:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=out)
    try:
        wait_for(lambda: "running on " in log.read_text() or server.poll() is not None, "uvicorn")
        yield log.read_text().partition("running on ")[2].split()[0]
    finally:
        server.terminate()
        server.wait(PATIENCE)


@pytest.mark.parametrize("name", CASES)
def test_chromium_does_what_the_picture_says(name: str, pages: int, api: str, browser: Browser) -> None:
    case = CASES[name]
    origin = f"http://{'localhost' if case.listed else '127.0.0.1'}:{pages}"
    claimed = claim(case, api, origin)
    options = {
        "method": case.method,
        "headers": case.headers | ({"Content-Type": "application/json"} if case.json is not None else {}),
        "body": json.dumps(case.json) if case.json is not None else None,
        "credentials": "include" if case.credentials else "same-origin",
    }
    page = browser.new_page()
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text))
    page.goto(f"{origin}/")
    seen = page.evaluate(FETCH, [api + case.target(origin), options])
    if claimed.blocked:
        assert seen == {"error": "TypeError: Failed to fetch"}
        wait_for(lambda: page.evaluate("1") and any("CORS" in line for line in console), "the console's line")
        # newer versions add advice
        assert [line.startswith(claimed.console) for line in console if "CORS" in line] == [True]
    else:
        assert claimed.request is not None
        assert seen == {"status": claimed.request.status, "headers": claimed.reads}
    page.close()


def claim(case: Case, api: str, origin: str) -> Any:  # noqa: ANN401 - the type is the lesson's, found at run time
    """Return what the lesson's browser makes of it. Playwright has a loop in this thread."""

    async def ask() -> Any:  # noqa: ANN401 - see claim
        async with httpx2.AsyncClient(base_url=api) as client:
            return await course.browser(
                client,
                case.method,
                case.target(origin),
                origin=origin,
                headers=case.headers,
                json=case.json,
                credentials=case.credentials,
            )

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, ask()).result().visit
