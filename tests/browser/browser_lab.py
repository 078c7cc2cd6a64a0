"""What the browser tests share: a running JupyterLab, and screenshots."""

import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
ARTIFACTS = ROOT / "artifacts"
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


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab on a learner's copy."""

    url: str
    copy: Path
    output: str

    @property
    def root(self) -> str:
        """The server's address, without a path."""
        return re.sub(r"/lab.*$", "", self.url.partition("?")[0])

    @property
    def token(self) -> str:
        return self.url.partition("token=")[2]

    def wait_for_kernel(self, page: Page, path: str) -> None:
        """Wait until the notebook's kernel is idle and connected; one that never gets there is started anew, once.

        Two servers at work on one machine can choose the same port for their kernels: then one of those never answers.
        """
        if not self._kernel_is_there(page, path, seconds=60):
            self.end_kernels(page)
            page.reload()
            page.wait_for_selector(".jp-Notebook .jp-Cell")
            assert self._kernel_is_there(page, path, seconds=120), (
                f"no kernel for {path}: {self._sessions(page)}"
            )

    def _kernel_is_there(self, page: Page, path: str, *, seconds: float) -> bool:
        """Whether there is one in time. The page says "idle" before there is a kernel, so the server is asked."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for session in self._sessions(page):
                kernel = session["kernel"] or {}
                if (
                    session["path"] == path
                    and kernel.get("execution_state") == "idle"
                    and kernel.get("connections")
                ):
                    return True
            time.sleep(0.1)
        return False

    def _sessions(self, page: Page) -> list[dict[str, Any]]:
        answer = page.request.get(f"{self.root}/api/sessions?token={self.token}")
        return answer.json() if answer.ok else []  # 500 while a kernel is being created

    def end_kernels(self, page: Page) -> None:
        """Shut every kernel down, as "Shut Down All Kernels" does."""
        address = f"{self.root}/api/sessions"
        for session in page.request.get(f"{address}?token={self.token}").json():
            page.request.delete(f"{address}/{session['id']}?token={self.token}")

    def page_url(self, path: str) -> str:
        """The address that opens one file of the copy in a fresh JupyterLab workspace."""
        name = re.sub(r"\W+", "-", path)
        return f"{self.root}/lab/workspaces/{name}/tree/{path}?token={self.token}&reset"


def shoot(page: Page, name: str) -> None:
    """Keep a screenshot for a person to look at."""
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png")
