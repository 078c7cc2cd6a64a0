"""The page to try lesson 00 in: built as for a web server, opened in Chromium, every other host refused."""

import json
import re
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from browser_lab import ARTIFACTS, shoot
from notebook_page import accessible, cells, choose_theme, no_traceback, rewrite, run, run_all, run_below
from playing import answer_quizzes
from playwright.sync_api import Browser, Page, expect

from course.authoring.site.build import MOST_BYTES, build_site
from course.authoring.site.downloads import NotToBeHadError
from course.catalog import catalog, content
from course.project.sources import written_files

FIRST = catalog().chapters[0]
A_PLAIN_ROUTE = """%%write app/main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/plain")
def plain() -> str:
    return "no thread was needed"
"""


class Server(ThreadingHTTPServer):
    """Python's own web server; a page asks for forty wheels at once."""

    request_queue_size = 128


class Quiet(SimpleHTTPRequestHandler):
    """What it answers, without a log."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The site, built once."""
    if not request.config.option.prove_all:
        pytest.skip("it takes a minute: `pytest --prove-all` builds the site and plays it, weekly")
    folder = tmp_path_factory.mktemp("web") / "site"
    try:
        build_site(folder)
    except NotToBeHadError as missing:
        pytest.skip(str(missing))
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The site on a web server, in a folder of it, as GitHub Pages has it."""
    with Server(("127.0.0.1", 0), partial(Quiet, directory=str(site.parent))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{site.name}/"
        server.shutdown()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """A page that asked nobody but this machine for anything."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    yield context.new_page()
    context.close()
    outside = [url for url in asked if re.match(r"(https?|wss?)://(?!127\.0\.0\.1)", url)]
    assert not outside, f"the page asked other hosts: {outside[:5]}"


def test_it_is_small_enough(site: Path) -> None:
    assert sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) <= MOST_BYTES


def test_the_lesson_runs_in_the_page_and_says_how_to_take_it_home(address: str, visitor: Page) -> None:
    began = time.monotonic()
    visitor.goto(address)
    expect(visitor.locator("#jp-main-statusbar")).to_contain_text("| Idle")
    to_the_kernel = time.monotonic() - began
    run(visitor, cells(visitor).first)
    expect(cells(visitor).first).to_contain_text("Start here: 00")
    run_all(visitor)
    seconds = {"to the kernel": round(to_the_kernel, 1), "to the end": round(time.monotonic() - began, 1)}
    no_traceback(visitor)
    expect(cells(visitor).filter(has_text="quantity=3")).to_contain_text('"total_cents": 1350')
    expect(cells(visitor).filter(has_text="quantity=three").last).to_contain_text("422 Unprocessable")

    answered = [file for file in written_files(content().lesson_source(FIRST)) if "backpack" in file.content]
    rewrite(
        visitor,
        cells(visitor).filter(has_text="backpack costs"),
        f"%%write app/main.py\n{answered[0].content}",
    )
    backpack = cells(visitor).filter(has_text="/prices/backpack")
    run(visitor, backpack)
    expect(backpack).to_contain_text('"each_cents": 2950')
    answer_quizzes(visitor, FIRST)
    explorer = cells(visitor).filter(has_text="course.explore(api)")
    explorer.get_by_role("button", name="Send").press("Enter")
    expect(explorer.get_by_role("status")).to_contain_text("200 OK")

    home = visitor.locator(".jp-MarkdownCell", has_text="Take it home")
    expect(home).to_contain_text(f"git clone https://github.com/{catalog().repository}")
    for theme in ("Light", "Dark"):
        choose_theme(visitor, f"JupyterLab {theme}")
        accessible(visitor)
        for width in (1400, 1000):
            visitor.set_viewport_size({"width": width, "height": 1000})
            for name, place in {"top": cells(visitor).first, "explorer": explorer, "home": home}.items():
                place.scroll_into_view_if_needed()
                shoot(visitor, f"site-{name}-{theme.lower()}-{width}")

    (ARTIFACTS / "site-seconds.json").write_text(json.dumps(seconds))

    last = cells(visitor).last
    for call in ("await course.checkpoint(0)", "await course.begin(1)", 'await course.check("1.1")', "!ls"):
        asked = run_below(visitor, last, call)
        expect(asked.locator(".jp-OutputArea")).to_contain_text("needs a computer")
        expect(asked.locator(".jp-OutputArea")).not_to_contain_text("Traceback")
    run_below(visitor, last, A_PLAIN_ROUTE)
    plain = run_below(visitor, cells(visitor).last, 'await api.get("/plain")')
    expect(plain).to_contain_text("no thread was needed")
