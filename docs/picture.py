"""Take the picture at the top of the README anew: lesson 07 in the real JupyterLab, run from its first cell to its last.

    uv run python docs/picture.py

It needs Chromium or Chrome. The course starts in a temporary folder, which is gone afterwards.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path[:0] = [
    str(ROOT / "tests" / "browser"),
    str(ROOT / "tests"),
]  # how JupyterLab is driven, the tests know

from browser_lab import running_lab
from chromium import CHROMIUM, FLAGS
from notebook_page import cells, choose_theme, open_notebook, run_all

PICTURE = ROOT / "docs" / "course.webp"
LESSON = "notebooks/07-async-await.ipynb"
BEGINS_WITH = "Now measure it."
"""The first paragraph in the picture; the timeline and what to see in it follow."""
WIDTH, HEIGHT = 900, 830
"""Little more than a README is wide (830 pixels), so that the text can be read there."""
SHARPNESS = 2  # dots a pixel
QUALITY = 75
BIGGEST = 200_000


def main() -> int:
    """Take the picture; returns the exit code."""
    with (
        tempfile.TemporaryDirectory(prefix="course-picture-") as folder,
        running_lab(Path(folder)) as lab,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SHARPNESS)
        page.set_default_timeout(120_000)
        open_notebook(page, lab, LESSON)
        choose_theme(page, "JupyterLab Light")
        run_all(page)
        show(page)
        page.screenshot(path=PICTURE, type="webp", quality=QUALITY)
        lab.end_kernels(page)
        browser.close()
    size = PICTURE.stat().st_size
    print(f"{PICTURE.relative_to(ROOT)}: {size / 1000:.0f} kB of {BIGGEST / 1000:.0f}")
    return 0 if size <= BIGGEST else 1


def show(page: Page) -> None:
    """Bring the incident into view: nothing beside the notebook, the text at its top, no cell selected."""
    page.locator(".jp-SideBar.jp-mod-left .lm-mod-current").click()
    page.locator(".jp-SideBar.jp-mod-left .lm-mod-current").wait_for(state="detached")
    cells(page).first.locator(".cm-content").blur()
    text = page.locator(".jp-Notebook:visible p", has_text=BEGINS_WITH)
    text.evaluate("one => { one.style.scrollMarginTop = '6px'; one.scrollIntoView({block: 'start'}); }")
    page.evaluate("document.fonts.ready")


if __name__ == "__main__":
    sys.exit(main())
