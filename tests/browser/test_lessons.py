"""Lessons and exercises in JupyterLab: what only a browser shows.

Every lesson is run by nbval and every answer is graded by the proof. Here all lessons show their pictures, and one
lesson and one exercise are played by hand: those whose turn it is (`--day`), all of them with `--prove-all`.
"""

import pytest
from browser_lab import Lab
from playing import NARROW, THEMES, play_exercise, play_lesson, see_pictures
from playwright.sync_api import Page

from course.authoring import turns
from course.authoring.build import written_chapters
from course.catalog import Chapter

LESSONS = written_chapters(None)
EXERCISES = [chapter for chapter in LESSONS if chapter.has_exercise]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the chapters that are played."""
    if "played" in metafunc.fixturenames:
        option = metafunc.config.option
        chosen = EXERCISES if option.prove_all else turns.on(option.day, EXERCISES)
        metafunc.parametrize("played", chosen, ids=[chapter.slug for chapter in chosen])


@pytest.mark.parametrize("turn", range(len(LESSONS)), ids=[chapter.slug for chapter in LESSONS])
def test_the_pictures_of_a_lesson(lab: Lab, page: Page, turn: int) -> None:
    themes = THEMES if turn % 2 else THEMES[::-1]  # each begins with the theme that the one before it left
    see_pictures(lab, page, LESSONS[turn], themes)
    wide = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.pfc')].map(e => e.getBoundingClientRect().right))"
    )
    assert wide <= NARROW, "a picture is wider than the page"


def test_a_lesson_from_top_to_bottom(lab: Lab, page: Page, played: Chapter) -> None:
    play_lesson(lab, page, played)


def test_an_exercise_untouched_wrong_and_right(
    lab: Lab, page: Page, played: Chapter, request: pytest.FixtureRequest
) -> None:
    play_exercise(lab, page, played, request.config.option.day)
