"""Chapters 5 to 7 in JupyterLab: each lesson, and each exercise untouched, wrong and right."""

import pytest
from browser_lab import Lab
from playwright.sync_api import Page

from chapters import play_exercise, play_lesson

INSTRUMENTS = {5: ("cycle", "flame"), 6: ("path",), 7: ("timeline",)}
MISTAKES = {5: "keeps_the_dots", 6: "answers_404_for_403", 7: "awaits_each_task_in_the_group"}


@pytest.mark.parametrize("number", INSTRUMENTS)
def test_the_lesson(lab: Lab, chapter_page: Page, number: int) -> None:
    play_lesson(lab, chapter_page, number, INSTRUMENTS[number])


@pytest.mark.parametrize("number", MISTAKES)
def test_the_exercise(lab: Lab, chapter_page: Page, number: int) -> None:
    play_exercise(lab, chapter_page, number, MISTAKES[number])
