"""A notebook in JupyterLab, as a learner uses it: open it, run it, write into it, look at it."""

import re

from axe_playwright_python.sync_playwright import Axe
from browser_lab import Lab, wait_for
from playwright.sync_api import Locator, Page, Route, expect

_PASTE = """(editor, text) => {
    const pasted = new DataTransfer();
    pasted.setData("text/plain", text);
    const options = {bubbles: true, cancelable: true};
    const all = {key: "a", code: "KeyA", keyCode: 65, ctrlKey: true, ...options};
    editor.dispatchEvent(new KeyboardEvent("keydown", all));
    editor.dispatchEvent(new ClipboardEvent("paste", {clipboardData: pasted, ...options}));
}"""
"""Select all and paste, in one step: whatever takes the focus meanwhile, the text lands in this cell."""


def open_notebook(page: Page, lab: Lab, path: str, *, kernel: bool = True) -> None:
    """Open a notebook of the copy, and wait until its kernel is ready."""
    page.goto(lab.page_url(path))
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    if kernel:
        lab.wait_for_kernel(page, path)


def hold_kernels(page: Page) -> None:
    """Leave the page's wish for a kernel without an answer: what is there without one is there at once."""

    def answer(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()

    page.route("**/api/sessions?*", answer)


def cells(page: Page) -> Locator:
    return page.locator(".jp-Notebook:visible .jp-CodeCell")


def run_all(page: Page) -> None:
    """Run the whole notebook. An error ends it, and so does a cell that runs longer than is patient."""
    # a folded cell has two: its own, which nobody sees, and one without a number
    prompts = cells(page).locator(".jp-InputPrompt:not(.jp-Placeholder-prompt)")
    _menu(page, "Run", "Run All Cells")
    expect(prompts.last).to_have_text("[*]:")
    while "[*]:" in (before := prompts.all_text_contents()):
        running = before.index("[*]:") + 1
        wait_for(
            lambda before=before: prompts.all_text_contents() != before, f"the end of code cell {running}"
        )
    no_error(page)
    assert all(re.fullmatch(r"\[\d+\]:", prompt) for prompt in before if prompt.strip()), before


def rewrite(page: Page, cell: Locator, text: str) -> None:
    """Put text into a cell as somebody pasting it would, and run it."""
    editor = cell.locator(".cm-content")
    editor.evaluate(_PASTE, text)
    expect(editor).to_contain_text(text.rstrip().rpartition("\n")[2])
    run(page, cell)


def run(page: Page, cell: Locator) -> None:
    """Run one cell that may have run before, in this kernel or in another one whose number is saved."""
    prompt = cell.locator(".jp-InputPrompt")
    prompt.evaluate(
        "prompt => { prompt.textContent = '' }"
    )  # JupyterLab writes it anew: [*], then the number
    cell.locator(".cm-content").press("ControlOrMeta+Enter")
    wait_for(lambda: re.search(r"\[\d+\]:", prompt.inner_text()), "the end of the cell")


def run_below(page: Page, cell: Locator, text: str) -> Locator:
    """Add a cell below another one, write into it, run it, and return it."""
    cell.locator(".jp-InputPrompt").click()
    page.keyboard.press("b")
    added = page.locator(".jp-Notebook:visible .jp-CodeCell.jp-mod-active")
    expect(added.locator(".cm-content")).to_have_text("")
    added.locator(".cm-content").press("Shift")  # the cell stays the active one
    rewrite(page, added, text)
    return added


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


def _menu(page: Page, bar: str, label: str) -> None:
    page.locator(".lm-MenuBar-item", has_text=bar).first.click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{label}$")).click()
