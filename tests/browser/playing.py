"""A chapter in JupyterLab: its lesson from top to bottom, its exercise untouched, wrong and right.

What must be on the page comes from the chapter's own files: the lesson as it was built, the reference solution and
the answer cards. So a new chapter is played without a line here.
"""

import json
import re
import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from browser_lab import ARTIFACTS, Lab
from notebook_page import (
    accessible,
    cells,
    choose_theme,
    hold_kernels,
    no_traceback,
    open_notebook,
    rewrite,
    run,
    run_all,
)
from playwright.sync_api import Locator, Page, expect

from course.authoring import turns
from course.catalog import Chapter, content
from course.catalog.questions import read_questions
from course.grading.cards import Card, read_cards
from course.project.sources import written_files

SMALLEST = 40  # pixels: a picture that came out empty has a border and nothing more
NARROW = 1000  # pixels: a small notebook's screen
THEMES = ("Light", "Dark")
ASKED = re.compile(r"""\bcourse\.quiz\(\s*["']([^"']+)["']""")
PICTURE = re.compile(r'class="pfc pfc-(\w+)"')


def see_pictures(lab: Lab, page: Page, chapter: Chapter, themes: tuple[str, ...]) -> None:
    """Open a lesson as it was built and run nothing: its pictures are there, fit a narrow page, in light and dark."""
    built = content().lesson_notebook(chapter)
    page.set_viewport_size({"width": NARROW, "height": 1000})
    hold_kernels(page)
    open_notebook(page, lab, lab.lay_out(built), kernel=False)
    for kind, count in Counter(kind for cell in code_cells(built) for kind in _pictures(cell)).items():
        pictures = page.locator(f".jp-Notebook:visible .pfc.pfc-{kind}")
        expect(pictures, f"pictures of the kind {kind}").to_have_count(count)
        _shoot(pictures.first, f"{chapter.slug}-{kind}")
    for drawn in page.locator(".jp-Notebook:visible svg.pfc, .jp-Notebook:visible .pfc svg").all():
        box = drawn.bounding_box()
        assert box is None or min(box["width"], box["height"]) > 0, f"a picture is drawn {box}"
    for theme in themes:
        choose_theme(page, f"JupyterLab {theme}")
        accessible(page)


def play_lesson(lab: Lab, page: Page, chapter: Chapter) -> None:
    """Run a lesson in the page: nothing goes wrong, it ends green, its questions can be answered by keyboard."""
    path = content().lesson_notebook(chapter)
    begin_afresh(lab, page, path.relative_to(content().root).as_posix())
    run_all(page)
    no_traceback(page)
    checkpoint = cells(page).filter(has_text=f"await course.checkpoint({chapter.number})")
    expect(checkpoint).to_contain_text(f"All green. Next: the exercise of chapter {chapter.number}")
    answer_quizzes(page, chapter)
    accessible(page)


def answer_quizzes(page: Page, chapter: Chapter) -> None:
    """Answer each question of a lesson by keyboard, every other one wrong at first; then each option says why."""
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
        if wrong and len(question.options) > 2:
            expect(quiz.locator(".pfc-quiz-why:visible"), name).to_have_count(1)
            _shoot(quiz, f"{chapter.slug}-quiz-first-try")
            quiz.get_by_role("radio").nth(question.answer).focus()
            page.keyboard.press("Space")
            quiz.get_by_role("button", name="Answer").press("Enter")
            expect(quiz.get_by_role("status"), name).to_have_text(re.compile("^Right, at the second try"))
        explained = [plain(text) for text in quiz.locator(".pfc-quiz-why").all_inner_texts()]
        for option, told in zip(question.options, explained, strict=True):
            verdict = "Right" if option.right else "Wrong"
            assert told.startswith(verdict), f"{name}: {told}"
            assert told.endswith(plain(option.why)), f"{name}: {told}"
    _shoot(quizzes.first, f"{chapter.slug}-quiz")


@dataclass(frozen=True)
class Attempt:
    """A wrong answer to an exercise, and the right one, as texts of the notebook's answer cells."""

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

    @property
    def is_in_answer_cells(self) -> bool:
        """Whether a learner can make this mistake without touching another file."""
        return len(self.wrong) == len(self.card.files) > 0 and not self.card.removed

    @property
    def message(self) -> re.Pattern[str]:
        """What the check says, as it is shown: as code, without backticks."""
        told = re.escape((self.card.message or "").replace("`", ""))
        return re.compile(told.replace(r"\ ", r"\s+"))


def attempt(chapter: Chapter, day: date) -> Attempt:
    """Return the wrong answer of a chapter whose turn it is."""
    reference = {
        file.grade_id: f"%%write {file.path}\n{file.content}"
        for file in written_files(content().exercise_source(chapter))
        if file.grade_id
    }
    wrong = [Attempt(card, reference) for card in read_cards(content().folder(chapter)) if not card.is_right]
    (chosen,) = turns.on(day, [one for one in wrong if one.is_in_answer_cells])
    return chosen


def play_exercise(lab: Lab, page: Page, chapter: Chapter, day: date) -> None:
    """Do an exercise in the page: check it untouched, answer it with one mistake, then right."""
    tried = attempt(chapter, day)
    path = content().exercise_notebook(chapter)
    begin_afresh(lab, page, path.relative_to(content().root).as_posix())
    where = {
        cell["metadata"].get("nbgrader", {}).get("grade_id", ""): cells(page).nth(index)
        for index, cell in enumerate(code_cells(path))
    }
    checks = {
        grade_id.removeprefix("check-").replace("-", "."): cell
        for grade_id, cell in where.items()
        if grade_id.startswith("check-")
    }

    run(page, where["begin"])
    for task, check in checks.items():
        run(page, check)
        expect(check, task).to_contain_text("NOT ATTEMPTED")
        expect(check, task).not_to_contain_text(re.compile(r"\b(PASS|FAIL|ERROR)\b"))

    for grade_id, text in (tried.reference | tried.wrong).items():
        rewrite(page, where[grade_id], text)
    failing = checks[tried.card.task]
    run(page, failing)
    expect(failing, tried.card.name).to_contain_text("FAIL")
    expect(failing, tried.card.name).to_contain_text(tried.message)
    _shoot(failing, f"{chapter.slug}-exercise-wrong")

    for grade_id in tried.wrong:
        rewrite(page, where[grade_id], tried.reference[grade_id])
    for task, check in checks.items():
        run(page, check)
        expect(check, task).to_contain_text("PASS")
        expect(check, task).not_to_contain_text(re.compile(r"\b(FAIL|ERROR|NOT ATTEMPTED)\b"))
    _shoot(failing, f"{chapter.slug}-exercise-right")
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
    """Return a text without its marks for code and emphasis, and with single spaces."""
    return " ".join(re.sub(r"(?<![\w*])\*(\S[^*\n]*?)\*(?![\w*])", r"\1", text).replace("`", "").split())


def _pictures(cell: dict[str, Any]) -> list[str]:
    html = ["".join(output.get("data", {}).get("text/html", "")) for output in cell["outputs"]]
    return PICTURE.findall("\n".join(html))


def _shoot(picture: Locator, name: str) -> None:
    ARTIFACTS.mkdir(exist_ok=True)
    picture.evaluate("element => element.scrollIntoView({block: 'center'})")
    picture.screenshot(path=ARTIFACTS / f"{name}.png")
