"""A chapter in JupyterLab: its lesson from top to bottom, its exercise untouched, wrong and right.

What must be on the page comes from the chapter's own files: the lesson as it was built, the reference solution and
the answer cards.
"""

import json
import re
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from browser_lab import ARTIFACTS, Lab
from notebook_page import (
    accessible,
    cells,
    choose_theme,
    no_traceback,
    open_notebook,
    rewrite,
    run,
    run_all,
)
from playwright.sync_api import Locator, Page, expect

from course.catalog import Chapter, catalog, content
from course.catalog.questions import read_questions
from course.grading.cards import Card, read_cards
from course.project.sources import written_files

SMALLEST = 40  # pixels: a picture that came out empty has a border and nothing more
THEMES = ("JupyterLab Dark", "JupyterLab Light")  # the last one stays
ASKED = re.compile(r"""\bcourse\.quiz\(\s*["']([^"']+)["']""")
PICTURE = re.compile(r'class="pfc pfc-(\w+)"')


def play_lesson(lab: Lab, page: Page, number: int, instruments: tuple[str, ...]) -> None:
    """Run a lesson in the page; see its pictures, in light and dark, and that nothing went wrong."""
    chapter = catalog().chapter(number)
    path = content().lesson_notebook(chapter)
    begin_afresh(lab, page, path.relative_to(content().root).as_posix())
    run_all(page)
    no_traceback(page)
    expect(cells(page).last).to_contain_text(f"All green. Next: the exercise of chapter {number}")
    answer_quizzes(page, chapter)
    built = Counter(kind for cell in code_cells(path) for kind in _pictures(cell))
    for kind in instruments:
        pictures = page.locator(f".jp-Notebook:visible .pfc.pfc-{kind}")
        expect(pictures, f"pictures of the kind {kind}").to_have_count(built[kind])
        for picture in pictures.all():
            box = picture.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= SMALLEST, f"{kind} is drawn {box}"
    for theme in THEMES:
        choose_theme(page, theme)
        for kind in instruments:
            pictures = page.locator(f".jp-Notebook:visible .pfc.pfc-{kind}")
            for place in sorted({1, built[kind]}):
                _shoot(pictures.nth(place - 1), f"{chapter.slug}-{kind}-{place}-{theme.split()[1].lower()}")
        accessible(page)


def answer_quizzes(page: Page, chapter: Chapter) -> None:
    """Answer each question of a lesson by keyboard, every other one wrong; afterwards each option says why."""
    questions = read_questions(content().quiz_file(chapter))
    asked = ASKED.findall("\n".join(source(cell) for cell in code_cells(content().lesson_notebook(chapter))))
    assert set(asked) == set(questions), "the lesson asks what its quiz file holds"
    quizzes = page.locator(".jp-Notebook:visible .pfc-quiz")
    expect(quizzes).to_have_count(len(asked))
    for number, name in enumerate(asked):
        question, quiz = questions[name], quizzes.nth(number)
        wrong = number % 2 == 1
        choice = (question.answer + wrong) % len(question.options)
        quiz.scroll_into_view_if_needed()
        quiz.get_by_role("radio").first.focus()
        page.keyboard.press("Space")
        for _ in range(choice):
            page.keyboard.press("ArrowDown")
        quiz.get_by_role("button", name="Answer").press("Enter")
        expect(quiz.get_by_role("status"), name).to_have_text(re.compile("^Not quite" if wrong else "^Right"))
        explained = [plain(text) for text in quiz.locator(".pfc-quiz-why").all_inner_texts()]
        for option, told in zip(question.options, explained, strict=True):
            verdict = "Right" if option.right else "Wrong"
            assert told.startswith(verdict), f"{name}: {told}"
            assert told.endswith(plain(option.why)), f"{name}: {told}"
    _shoot(quizzes.first, f"{chapter.slug}-quiz")


@dataclass(frozen=True)
class Attempt:
    """One wrong answer to an exercise: the card it is on, as files that the learner's notebook writes."""

    chapter: Chapter
    card: Card
    reference: dict[str, str]  # id of an answer cell to the cell's text

    @property
    def wrong(self) -> dict[str, str]:
        """The answer cells with this mistake in them."""
        return {
            grade_id: f"%%write {path}\n{text}"
            for path, text in self.card.files.items()
            for grade_id, right in self.reference.items()
            if right.startswith(f"%%write {path}\n")
        }


def attempt(number: int, card: str) -> Attempt:
    """Read the reference answers of a chapter and one wrong card, which changes nothing but answer cells."""
    chapter = catalog().chapter(number)
    reference = {
        file.grade_id: f"%%write {file.path}\n{file.content}"
        for file in written_files(content().exercise_source(chapter))
        if file.grade_id
    }
    found = next(one for one in read_cards(content().folder(chapter)) if one.name == f"wrong/{card}")
    attempt = Attempt(chapter, found, reference)
    assert len(attempt.wrong) == len(found.files), f"{card} writes files that no answer cell writes"
    assert not found.removed
    return attempt


def play_exercise(lab: Lab, page: Page, number: int, card: str) -> None:
    """Do an exercise in the page: check it untouched, answer it with one mistake, then right."""
    tried = attempt(number, card)
    path = content().exercise_notebook(tried.chapter)
    begin_afresh(lab, page, path.relative_to(content().root).as_posix())
    where = {
        cell["metadata"].get("nbgrader", {}).get("grade_id", ""): index
        for index, cell in enumerate(code_cells(path))
    }
    checks = {
        grade_id.removeprefix("check-").replace("-", "."): cells(page).nth(index)
        for grade_id, index in where.items()
        if grade_id.startswith("check-")
    }

    run(page, cells(page).nth(where["begin"]))
    for task, check in checks.items():
        run(page, check)
        expect(check, task).to_contain_text("NOT ATTEMPTED")
        expect(check, task).not_to_contain_text(re.compile(r"\b(PASS|FAIL|ERROR)\b"))

    for grade_id, text in (tried.reference | tried.wrong).items():
        rewrite(page, cells(page).nth(where[grade_id]), text)
    failing = checks[tried.card.task]
    run(page, failing)
    expect(failing).to_contain_text("FAIL")
    told = re.escape((tried.card.message or "").replace("`", ""))  # shown as code, without its backticks
    expect(failing).to_contain_text(re.compile(told.replace(r"\ ", r"\s+")))
    _shoot(failing, f"{tried.chapter.slug}-exercise-wrong")

    for grade_id in tried.wrong:
        rewrite(page, cells(page).nth(where[grade_id]), tried.reference[grade_id])
    run_all(page)
    for task, check in checks.items():
        expect(check, task).to_contain_text("PASS")
        expect(check, task).not_to_contain_text(re.compile(r"\b(FAIL|ERROR|NOT ATTEMPTED)\b"))
    _shoot(checks[tried.card.task], f"{tried.chapter.slug}-exercise-right")
    accessible(page)


def begin_afresh(lab: Lab, page: Page, path: str) -> None:
    """Open a notebook of the copy, with no project there: each chapter begins from nothing."""
    shutil.rmtree(lab.copy / "my-api", ignore_errors=True)
    open_notebook(page, lab, path)


def code_cells(path: Path) -> list[dict[str, Any]]:
    """Return the code cells of a notebook file."""
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def source(cell: dict[str, Any]) -> str:
    """Return what is written in a cell: a notebook file holds one text or its lines."""
    return "".join(cell["source"])


def plain(text: str) -> str:
    """Return a text without its marks for code, and with single spaces."""
    return " ".join(text.replace("`", "").split())


def _pictures(cell: dict[str, Any]) -> list[str]:
    html = ["".join(output.get("data", {}).get("text/html", "")) for output in cell["outputs"]]
    return PICTURE.findall("\n".join(html))


def _shoot(picture: Locator, name: str) -> None:
    ARTIFACTS.mkdir(exist_ok=True)
    picture.evaluate("element => element.scrollIntoView({block: 'center'})")
    picture.screenshot(path=ARTIFACTS / f"{name}.png")
