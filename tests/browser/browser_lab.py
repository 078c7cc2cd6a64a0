"""What the browser tests share: a running JupyterLab, and screenshots."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

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

    def page_url(self, path: str) -> str:
        """The address that opens one file of the copy in a fresh JupyterLab workspace."""
        base, _, query = self.url.partition("?")
        root = re.sub(r"/lab.*$", "", base)
        name = re.sub(r"\W+", "-", path)
        return f"{root}/lab/workspaces/{name}/tree/{path}?{query}&reset"


def shoot(page: Page, name: str) -> None:
    """Keep a screenshot for a person to look at."""
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png")
