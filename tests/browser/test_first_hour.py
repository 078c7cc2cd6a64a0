"""The first hour, played through as a learner would: the map, lesson 00, exercise 01 wrong and then right."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from browser_lab import Lab, shoot
from notebook_page import accessible, cells, choose_theme, no_traceback, open_notebook, rewrite, run, run_all
from playwright.sync_api import Page, expect

from course.catalog import catalog, content
from course.grading.cards import read_cards
from course.project.sources import written_files

WELCOME = "notebooks/00-welcome.ipynb"
LESSON = "notebooks/01-project-structure.ipynb"
EXERCISE = "exercises/01-project-structure/01-project-structure.ipynb"
CHAPTER_1 = catalog().chapter(1)


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
        file.path: file for file in written_files(content().exercise_source(CHAPTER_1)) if file.grade_id
    }
    wrong = next(
        card
        for card in read_cards(content().folder(CHAPTER_1))
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
