"""The first hour, played through as a learner would: the map, lesson 00, exercise 01 wrong and then right."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_lab import Lab, shoot
from playwright.sync_api import Locator, Page, expect

from course.authoring.cards import read_cards
from course.catalog import catalog, content
from course.project.sources import written_files

WELCOME = "notebooks/00-welcome.ipynb"
LESSON = "notebooks/01-project-structure.ipynb"
EXERCISE = "exercises/01-project-structure/01-project-structure.ipynb"
CHAPTER_1 = catalog().chapter(1)


def open_notebook(page: Page, lab: Lab, path: str) -> None:
    page.goto(lab.page_url(path))
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    lab.wait_for_kernel(page, path)


def cells(page: Page) -> Locator:
    return page.locator(".jp-Notebook:visible .jp-CodeCell")


def run_all(page: Page, seconds: float = 120) -> None:
    """Run the whole notebook and wait until no cell is running or waiting."""
    page.locator(".lm-MenuBar-item", has_text="Run").first.click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()
    wait_until_run(page, cells(page).last, seconds)


def wait_until_run(page: Page, cell: Locator, seconds: float = 60) -> None:
    """Wait until this cell has a number: it ran, and so did those before it."""
    prompt = cell.locator(".jp-InputPrompt")
    expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=seconds * 1000)


def rewrite(page: Page, cell: Locator, text: str) -> None:
    """Put text into a cell as somebody pasting it would, and run it."""
    editor = cell.locator(".cm-content")
    editor.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)
    run(page, cell)


def run(page: Page, cell: Locator) -> None:
    """Run one cell that may have run before."""
    cell.locator(".cm-content").click()
    before = cell.locator(".jp-InputPrompt").inner_text()
    page.keyboard.press("ControlOrMeta+Enter")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        now = cell.locator(".jp-InputPrompt").inner_text()
        if now != before and re.search(r"\[\d+\]:", now):
            return
        time.sleep(0.05)
    raise AssertionError("the cell did not run within 60 seconds")


def choose_theme(page: Page, name: str) -> None:
    page.locator(".lm-MenuBar-item", has_text="Settings").click()
    page.locator(".lm-Menu-itemLabel", has_text="Theme").first.hover()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{name}$")).click()
    page.wait_for_function(f"document.body.dataset.jpThemeName === '{name}'")


def no_traceback(page: Page) -> None:
    errors = page.locator('.jp-RenderedText[data-mime-type="application/vnd.jupyter.error"]')
    assert errors.all_inner_texts() == []
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


def test_start_says_where_everything_is(lab: Lab) -> None:
    assert str(lab.copy) in lab.output
    assert (lab.copy / WELCOME).is_file()
    assert (lab.copy / EXERCISE).is_file()


def test_the_map_is_there_before_anything_runs(lab: Lab, page: Page) -> None:
    page.goto(lab.url)
    table = page.locator(".jp-OutputArea-output", has_text="Project structure")
    expect(table).to_be_visible(timeout=60_000)
    shoot(page, "01-map-on-opening")


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_lesson_00(lab: Lab, page: Page, theme: str) -> None:
    open_notebook(page, lab, WELCOME)
    choose_theme(page, theme)
    run_all(page)
    no_traceback(page)
    name = theme.split()[1].lower()

    explorer = cells(page).filter(has_text="course.explore(api)")
    explorer.scroll_into_view_if_needed()
    explorer.get_by_label("Path").fill("/prices/pencil?quantity=2")
    page.keyboard.press("Enter")
    expect(explorer).to_contain_text("240")
    shoot(page, f"02-explorer-{name}")

    quiz = page.locator(".pfc-quiz").first
    quiz.scroll_into_view_if_needed()
    quiz.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    quiz.get_by_role("button", name="Answer").press("Enter")
    expect(quiz.get_by_role("status")).to_contain_text("Right")
    shoot(page, f"03-quiz-{name}")
    accessible(page)


def test_lesson_01_runs(lab: Lab, page: Page) -> None:
    open_notebook(page, lab, LESSON)
    run_all(page)
    no_traceback(page)
    graph = cells(page).filter(has_text="course.import_graph()").last
    graph.scroll_into_view_if_needed()
    shoot(page, "04-import-graph")
    expect(cells(page).last).to_contain_text("All green")
    accessible(page)


def test_exercise_01_wrong_then_right_then_on_the_map(lab: Lab, page: Page) -> None:
    open_notebook(page, lab, EXERCISE)
    run(page, cells(page).filter(has_text="course.begin(1, exercise=True)"))

    checks = {
        task: cells(page).filter(has_text=f'course.check("{task}")')
        for task in ("1.1", "1.2", "1.3", "1.4", "1.5")
    }
    run(page, checks["1.1"])
    expect(checks["1.1"]).to_contain_text("NOT ATTEMPTED")
    shoot(page, "05-not-attempted")

    reference = {
        file.path: file for file in written_files(content().solution_source(CHAPTER_1)) if file.grade_id
    }
    wrong = next(
        card
        for card in read_cards(content().solution(CHAPTER_1))
        if card.name == "wrong/imports_the_user_model"
    )
    answers = {path: f"%%write {path}\n{file.content}" for path, file in reference.items()}
    spoiled = {path: f"%%write {path}\n{text}" for path, text in wrong.files.items() if path in reference}
    for path, text in (answers | spoiled).items():
        rewrite(page, cells(page).filter(has_text=f"%%write {path}").first, text)
    run(page, checks[wrong.task])
    expect(checks[wrong.task]).to_contain_text("FAIL")
    told = re.escape((wrong.message or "").replace("`", ""))  # shown as code, without its backticks
    expect(checks[wrong.task]).to_contain_text(re.compile(told.replace(r"\ ", r"\s+")))
    checks[wrong.task].scroll_into_view_if_needed()
    shoot(page, "06-wrong-answer")

    for path in spoiled:
        rewrite(page, cells(page).filter(has_text=f"%%write {path}").first, answers[path])
    for task, check in checks.items():
        run(page, check)
        expect(check, task).to_contain_text("PASS")
    shoot(page, "07-right-answer")
    accessible(page)
    page.keyboard.press("ControlOrMeta+s")
    saved = lab.copy / EXERCISE
    deadline = time.monotonic() + 30
    while "class OrderService:" not in saved.read_text(
        encoding="utf-8"
    ):  # leaving the page would lose the rest
        assert time.monotonic() < deadline, "JupyterLab did not save the notebook within 30 seconds"
        time.sleep(0.1)

    open_notebook(page, lab, WELCOME)
    run(page, cells(page).first)
    expect(cells(page).first).to_contain_text(re.compile(r"\d(\.\d)? of 10"))
    shoot(page, "08-map-after-the-exercise")


def test_grade_alone_and_formgrader(lab: Lab, page: Page) -> None:
    """After the exercise: `course grade 1`, and nbgrader's Formgrader shows the submission."""
    graded = subprocess.run(
        [sys.executable, "-m", "course.cli", "grade", "1"],
        cwd=lab.copy,
        capture_output=True,
        text=True,
        check=False,
    )
    assert graded.returncode == 0, graded.stdout + graded.stderr
    assert "10 of 10" in graded.stdout
    open_notebook(page, lab, WELCOME)  # a notebook still opening would come to the front of Formgrader
    page.locator(".lm-MenuBar-item", has_text="Nbgrader").click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Formgrader$")).click()
    formgrader = page.frame_locator("iframe[src*=formgrader]")
    row = formgrader.locator("tr", has_text="01-project-structure")
    expect(row).to_be_visible(timeout=30_000)
    row.locator("td.num-submissions a").click()
    expect(formgrader.locator("tbody tr").first).to_contain_text("10 / 10", timeout=30_000)
    shoot(page, "09-formgrader")
    assert list(Path(lab.copy, ".course/feedback").rglob("*.html"))
