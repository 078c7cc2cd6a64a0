"""The browser on this machine."""

import shutil
from pathlib import Path

_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")

CHROMIUM = (
    shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
    or (str(_MAC) if _MAC.exists() else None)
)
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
