"""JupyterLab as a learner starts it, driven in headless Chromium.

Screenshots land in `artifacts/` (ignored by git) for a person to look at.
"""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_lab import PATIENCE, Lab, running_lab
from playwright.sync_api import Browser, Page, expect, sync_playwright

pytest.register_assert_rewrite("notebook_page", "chapters")
expect.set_options(timeout=PATIENCE * 1000)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # "only loopback" as a fact: an accidental CDN load becomes a failed request
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser on the machine these tests say so; `.ci/run` installs one."""
    if CHROMIUM is None and not os.environ.get("CI"):
        reason = "no Chromium on this machine: install the package chromium (Debian, Ubuntu) or Google Chrome"
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One JupyterLab for a module's tests, on a copy of its own."""
    with running_lab(tmp_path_factory.mktemp("learner")) as lab:
        yield lab


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a module, and no longer: Playwright keeps an event loop running, which async tests do not bear."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=PATIENCE * 1000)
        yield browser
        browser.close()


@pytest.fixture
def page(lab: Lab, chromium: Browser) -> Iterator[Page]:
    """A fresh page that asked nobody but this machine for anything; its kernels end with it."""
    context = chromium.new_context(viewport={"width": 1400, "height": 1000})
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    lab.end_kernels(page)
    context.close()
    outside = [url for url in asked if re.match(r"(https?|wss?)://(?!127\.0\.0\.1|localhost)", url)]
    assert not outside, f"the page asked other hosts: {outside[:5]}"
