"""Every picture that the built lessons show: it keeps the rules, and one output of each lesson carries the sheet."""

import json
from pathlib import Path

import pytest

from course.catalog import catalog, content
from course.pictures.rules import broken_rules
from course.pictures.view import SHEET, View

SHEET_IN_FULL = f"<style>{SHEET}</style>"
BUILT = [path for chapter in catalog().chapters if (path := content().lesson_notebook(chapter)).is_file()]


def pictures(lesson: Path) -> list[View]:
    outputs = (
        output for cell in json.loads(lesson.read_text())["cells"] for output in cell.get("outputs", [])
    )
    bundles = (output.get("data", {}) for output in outputs)
    return [View("".join(b["text/html"]), "".join(b["text/plain"])) for b in bundles if "text/html" in b]


@pytest.mark.parametrize("lesson", BUILT, ids=lambda path: path.stem)
def test_each_picture_keeps_the_rules(lesson: Path) -> None:
    for view in pictures(lesson):
        assert broken_rules(View(view.html.removeprefix(SHEET_IN_FULL), view.text)) == [], view.text


@pytest.mark.parametrize("lesson", BUILT, ids=lambda path: path.stem)
def test_the_sheet_comes_first_and_not_again_and_again(lesson: Path) -> None:
    carry = [view.html.startswith(SHEET_IN_FULL) for view in pictures(lesson)]
    assert carry[0]
    assert sum(carry) <= 3  # the welcome has a map, the environment and a beginning
