"""`course.quiz("01-layers")`: one question, answered once, every option explained afterwards."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from course.catalog import Chapter, catalog, content
from course.errors import CourseError
from course.grading.verdict import Outcome
from course.notebook.display import with_static_form
from course.notebook.session import record
from course.pictures.quiz import QuizOption, quiz_view
from course.pictures.view import View
from course.progress import Kind

MOST_OPTIONS = 8
NOT_YET = -1
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Question:
    """One table of a chapter's quiz.toml."""

    id: str
    chapter: int
    prompt: str
    options: tuple[QuizOption, ...]

    @property
    def answer(self) -> int:
        """The index of the right option."""
        return next(number for number, option in enumerate(self.options) if option.right)


def quiz(question: str) -> "Quiz":
    """Return the question with this id, such as "01-layers", as a widget; CourseError when there is none."""
    known: list[str] = []
    for chapter in catalog().chapters:
        questions = read_questions(chapter)
        if question in questions:
            return Quiz(questions[question])
        if question.startswith(f"{chapter.number:02}"):
            known += questions
    others = f": chapter {question[:2]} has {', '.join(known)}" if known else ""
    raise CourseError(f"There is no quiz {question!r}{others}.")


def read_questions(chapter: Chapter) -> dict[str, Question]:
    """Return a chapter's questions by id; CourseError when its file does not have the documented shape."""
    path = content().quiz_file(chapter)
    if not path.is_file():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{path.name} is not TOML: {error}.") from error
    return {name: _question(name, table, chapter.number, path.name) for name, table in tables.items()}


def _question(name: str, table: Mapping[str, Any], chapter: int, file: str) -> Question:
    try:
        options = tuple(
            QuizOption(option["text"], option["why"], option.get("right") is True)
            for option in table["options"]
        )
        question = Question(name, chapter, table["prompt"].strip(), options)
    except (KeyError, TypeError, AttributeError) as error:
        raise CourseError(
            f"{file}, [{name}]: a question needs a prompt, and each option a text and a why."
        ) from error
    if sum(option.right for option in options) != 1 or not 2 <= len(options) <= MOST_OPTIONS:
        raise CourseError(
            f"{file}, [{name}]: two to {MOST_OPTIONS} options, exactly one of them right = true."
        )
    return question


class Quiz(anywidget.AnyWidget):
    """The question as a form. The browser learns the answer with the result of its attempt, not before."""

    _esm = HERE / "quiz.js"
    _css = HERE / "quiz.css"
    prompt = traitlets.Unicode().tag(sync=True)
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    choice = traitlets.Int(NOT_YET).tag(sync=True)
    result = traitlets.Dict().tag(sync=True)

    def __init__(self, question: Question) -> None:
        self._question = question
        super().__init__(prompt=question.prompt, options=[option.text for option in question.options])
        self.observe(self._answered, "choice")

    def static(self) -> View:
        """What it shows without a kernel."""
        return quiz_view(self._question.prompt, self._question.options)

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ANN401 - as IPython calls it
        return with_static_form(self, super()._repr_mimebundle_(**options))

    def _answered(self, change: Mapping[str, Any]) -> None:
        question, choice = self._question, change["new"]
        if self.result or not 0 <= choice < len(question.options):
            return
        right = choice == question.answer
        problem = record(
            Kind.QUIZ,
            chapter=question.chapter,
            item=question.id,
            outcome=Outcome.PASS if right else Outcome.FAIL,
            detail={"choice": choice},
        )
        verdict = "Right." if right else "Not quite: read why below each answer."
        self.result = {
            "message": f"{verdict} {problem}".strip(),
            "answer": question.answer,
            "whys": [option.why for option in question.options],
        }
