"""JupyterLab as a learner starts it, driven in headless Chromium.

Screenshots land in `artifacts/` (ignored by git) for a person to look at.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_lab import PATIENCE, Lab, running_lab
from chromium import CHROMIUM, FLAGS
from playwright.sync_api import Browser, Page, expect, sync_playwright

pytest.register_assert_rewrite("notebook_page", "playing")
expect.set_options(timeout=PATIENCE * 1000)


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
def browser() -> Iterator[Browser]:
    """One browser for a module, and no longer: Playwright keeps an event loop running, which async tests do not bear."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=PATIENCE * 1000)
        yield launched
        launched.close()


@pytest.fixture
def page(lab: Lab, browser: Browser) -> Iterator[Page]:
    """A fresh page that asked nobody but this machine for anything; its kernels end with it."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    lab.end_kernels(page)
    context.close()
    outside = [url for url in asked if re.match(r"(https?|wss?)://(?!127\.0\.0\.1|localhost)", url)]
    assert not outside, f"the page asked other hosts: {outside[:5]}"
