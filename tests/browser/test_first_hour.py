"""The first hour, played through as a learner would: the map, lesson 00, exercise 01 wrong and then right, the grade."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from browser_lab import Lab, shoot, wait_for
from notebook_page import (
    accessible,
    cells,
    choose_theme,
    no_traceback,
    open_notebook,
    run,
    run_all,
    run_below,
)
from playing import attempt, play_exercise
from playwright.sync_api import Page, expect

from course.catalog import catalog, content
from course.project.cells import nbgrader_of, source_of

WELCOME, FIRST = catalog().chapters[:2]
MAP = content().lesson_notebook(WELCOME).relative_to(content().root).as_posix()
EXERCISE = content().exercise_notebook(FIRST).relative_to(content().root).as_posix()


def test_start_says_where_everything_is(lab: Lab) -> None:
    assert str(lab.copy) in lab.output
    assert (lab.copy / MAP).is_file()
    assert (lab.copy / EXERCISE).is_file()


def test_the_map_is_there_before_anything_runs(lab: Lab, page: Page) -> None:
    page.goto(lab.url)
    expect(page.locator(".jp-OutputArea-output", has_text=FIRST.title)).to_be_visible()
    shoot(page, "01-map-on-opening")


def test_lesson_00(lab: Lab, page: Page) -> None:
    """The explorer and the quiz, by keyboard; then all of it in light and dark."""
    open_notebook(page, lab, MAP)
    run_all(page)
    no_traceback(page)

    explorer = cells(page).filter(has_text="course.explore(api)")
    explorer.scroll_into_view_if_needed()
    expect(explorer.get_by_label("Path")).to_have_value("/prices/notebook?quantity=1&people=1")
    expect(explorer.get_by_label("JSON body")).to_be_hidden()
    explorer.get_by_role("button", name="Send").press("Enter")
    expect(explorer.get_by_role("status")).to_contain_text("200 OK")
    explorer.get_by_label("Path").fill("/prices/pencil?quantity=2")
    page.keyboard.press("Enter")
    expect(explorer).to_contain_text("240")

    quiz = page.locator(".pfc-quiz").first
    quiz.scroll_into_view_if_needed()
    quiz.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    quiz.get_by_role("button", name="Answer").press("Enter")
    expect(quiz.get_by_role("status")).to_contain_text("Right")
    for theme in ("Light", "Dark"):
        choose_theme(page, f"JupyterLab {theme}")
        explorer.scroll_into_view_if_needed()
        shoot(page, f"02-explorer-{theme.lower()}")
        quiz.scroll_into_view_if_needed()
        shoot(page, f"03-quiz-{theme.lower()}")
        accessible(page)


def test_exercise_01_wrong_then_right_then_on_the_map(
    lab: Lab, page: Page, request: pytest.FixtureRequest
) -> None:
    play_exercise(lab, page, FIRST, request.config.option.day)
    page.keyboard.press("ControlOrMeta+s")
    # leaving the page would lose what is not saved
    right = attempt(FIRST, request.config.option.day).reference
    wait_for(lambda: is_saved(lab.copy / EXERCISE, right), "the notebook with the right answers, saved")

    open_notebook(page, lab, MAP)
    run(page, cells(page).first)
    expect(cells(page).first).to_contain_text(re.compile(r"\d(\.\d)? of 10"))
    shoot(page, "08-map-after-the-exercise")

    task = f"{FIRST.number}.1"
    hinted = run_below(page, cells(page).first, f'course.hint("{task}")')
    expect(hinted).to_contain_text(re.compile(r"Hint 1 of \d"))
    mistaken = run_below(page, hinted, 'await course.check("99.1")')
    expect(mistaken).to_contain_text("There is no chapter 99")
    expect(mistaken).not_to_contain_text("Traceback")
    accessible(page)


def is_saved(notebook: Path, answers: Mapping[str, str]) -> bool:
    """Whether the notebook on disk has these answers, by their cells' ids: it saves itself on the way, too."""
    try:
        book = json.loads(notebook.read_text(encoding="utf-8"))
    except ValueError:  # half of it is written
        return False
    found = {nbgrader_of(cell).get("grade_id"): source_of(cell) for cell in book["cells"]}
    return all(found[grade_id].split() == text.split() for grade_id, text in answers.items())


def test_grade_alone_and_formgrader(lab: Lab, page: Page) -> None:
    """After the exercise: `course grade 1`, and nbgrader's Formgrader shows the submission."""
    graded = subprocess.run(
        [sys.executable, "-m", "course.cli", "grade", str(FIRST.number)],
        cwd=lab.copy,
        capture_output=True,
        text=True,
        check=False,
    )
    assert graded.returncode == 0, graded.stdout + graded.stderr
    assert "10 of 10" in graded.stdout
    open_notebook(page, lab, MAP)  # a notebook still opening would come to the front of Formgrader
    page.locator(".lm-MenuBar-item", has_text="Nbgrader").click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Formgrader$")).click()
    formgrader = page.frame_locator("iframe[src*=formgrader]")
    row = formgrader.locator("tr", has_text=FIRST.slug)
    expect(row).to_be_visible()
    row.locator("td.num-submissions a").click()
    expect(formgrader.locator("tbody tr").first).to_contain_text("10 / 10")
    shoot(page, "09-formgrader")
    assert list(Path(lab.copy, ".course/feedback").rglob("*.html"))
