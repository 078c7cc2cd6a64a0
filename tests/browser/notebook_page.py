"""A notebook in JupyterLab, as a learner uses it: open it, run it, write into it, look at it."""

import re
import time

from axe_playwright_python.sync_playwright import Axe
from browser_lab import Lab
from playwright.sync_api import Locator, Page, expect


def open_notebook(page: Page, lab: Lab, path: str) -> None:
    page.goto(lab.page_url(path))
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    lab.wait_for_kernel(page, path)


def cells(page: Page) -> Locator:
    return page.locator(".jp-Notebook:visible .jp-CodeCell")


def run_all(page: Page, patience: float = 120) -> None:
    """Run the whole notebook. Whoever waits longer than `patience` seconds for one cell, or an error, ends it."""
    # a folded cell has two: its own, which nobody sees, and one without a number
    prompts = cells(page).locator(".jp-InputPrompt:not(.jp-Placeholder-prompt)")
    page.locator(".lm-MenuBar-item", has_text="Run").first.click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()
    expect(prompts.last).to_have_text("[*]:")
    before: list[str] = []
    deadline = time.monotonic() + patience
    while "[*]:" in (now := prompts.all_text_contents()):
        if now != before:
            before, deadline = now, time.monotonic() + patience
        waiting = now.index("[*]:") + 1
        assert time.monotonic() < deadline, f"code cell {waiting} of {len(now)} ran longer than {patience} s"
        time.sleep(0.2)
    no_error(page)
    assert all(re.fullmatch(r"\[\d+\]:", prompt) for prompt in now if prompt.strip()), now


def wait_until_run(page: Page, cell: Locator, seconds: float = 60) -> None:
    """Wait until this cell has a number: it ran, and so did those before it."""
    prompt = cell.locator(".jp-InputPrompt")
    expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=seconds * 1000)


def rewrite(page: Page, cell: Locator, text: str) -> None:
    """Put text into a cell as somebody pasting it would, and run it."""
    editor = cell.locator(".cm-content")
    end = text.rstrip().rpartition("\n")[2]
    for _ in range(5):  # a cell that has run takes the focus once more when it is done
        editor.click()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.insert_text(text)
        if editor.locator(".cm-line", has_text=end).count():
            break
    expect(editor).to_contain_text(end)
    run(page, cell)


def run(page: Page, cell: Locator) -> None:
    """Run one cell that may have run before."""
    cell.locator(".cm-content").click()
    before = cell.locator(".jp-InputPrompt").inner_text()
    page.keyboard.press("ControlOrMeta+Enter")
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        now = cell.locator(".jp-InputPrompt").inner_text()
        if now != before and re.search(r"\[\d+\]:", now):
            return
        time.sleep(0.05)
    raise AssertionError("the cell did not run within 120 seconds")


def choose_theme(page: Page, name: str) -> None:
    page.locator(".lm-MenuBar-item", has_text="Settings").click()
    page.locator(".lm-Menu-itemLabel", has_text="Theme").first.hover()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{name}$")).click()
    page.wait_for_function(f"document.body.dataset.jpThemeName === '{name}'")


def no_error(page: Page) -> None:
    errors = page.locator('.jp-RenderedText[data-mime-type="application/vnd.jupyter.error"]')
    assert errors.all_inner_texts() == []


def no_traceback(page: Page) -> None:
    no_error(page)
    warnings = page.locator('.jp-RenderedText[data-mime-type="application/vnd.jupyter.stderr"]')
    assert warnings.all_inner_texts() == []


def accessible(page: Page) -> None:
    """axe-core finds nothing in what the course draws (JupyterLab's own frame is not ours)."""
    found = Axe().run(
        page,
        context=".jp-OutputArea-output",
        options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"], "resultTypes": ["violations"]},
    )
    told = [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found.response["violations"]]
    assert told == []
