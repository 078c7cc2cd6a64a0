"""Chapters 2 to 4 in JupyterLab: each lesson, and each exercise untouched, wrong and right."""

import pytest
from browser_lab import Lab
from playwright.sync_api import Page

from chapters import play_exercise, play_lesson

INSTRUMENTS = {2: ("bugs",), 3: ("types", "signature"), 4: ("naming",)}
MISTAKES = {
    2: "falls_back_to_the_old_password",
    3: "free_order_for_unknown_product",
    4: "forgets_to_deprecate",
}


@pytest.mark.parametrize("number", INSTRUMENTS)
def test_the_lesson(lab: Lab, chapter_page: Page, number: int) -> None:
    play_lesson(lab, chapter_page, number, INSTRUMENTS[number])


@pytest.mark.parametrize("number", MISTAKES)
def test_the_exercise(lab: Lab, chapter_page: Page, number: int) -> None:
    play_exercise(lab, chapter_page, number, MISTAKES[number])
