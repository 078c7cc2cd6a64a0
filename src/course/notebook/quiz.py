"""`course.quiz("01-layers")`: one question, two tries, every option explained afterwards."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from course.catalog import Chapter, catalog, content
from course.catalog.questions import Question, read_questions
from course.errors import CourseError
from course.grading.verdict import Outcome
from course.notebook.display import with_static_form
from course.notebook.session import record
from course.pictures.quiz import quiz_view
from course.pictures.view import View
from course.progress import Kind

NOT_YET = -1
TWO = 2  # of two options the second try would be no choice
HERE = Path(__file__).parent


def quiz(question: str) -> "Quiz":
    """Return the question with this id, such as "01-layers", as a widget; CourseError when there is none."""
    known: list[str] = []
    for chapter in catalog().chapters:
        questions = read_questions(content().quiz_file(chapter))
        if question in questions:
            return Quiz(question, chapter, questions[question])
        if question.startswith(f"{chapter.number:02}"):
            known += questions
    others = f": chapter {question[:2]} has {', '.join(known)}" if known else ""
    raise CourseError(f"There is no quiz {question!r}{others}.")


class Quiz(anywidget.AnyWidget):
    """The question as a form. The browser learns the answer with the result of its last try, not before."""

    _esm = HERE / "quiz.js"
    _css = HERE / "quiz.css"
    prompt = traitlets.Unicode().tag(sync=True)
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    choice = traitlets.Int(NOT_YET).tag(sync=True)
    result = traitlets.Dict().tag(sync=True)

    def __init__(self, name: str, chapter: Chapter, question: Question) -> None:
        self._name, self._chapter, self._question = name, chapter, question
        super().__init__(prompt=question.prompt, options=[option.text for option in question.options])
        self.observe(self._answered, "choice")

    def static(self) -> View:
        """What it shows without a kernel."""
        return quiz_view(self._question.prompt, self._question.options)

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ANN401 - as IPython calls it
        return with_static_form(self, super()._repr_mimebundle_(**options))

    def _answered(self, change: Mapping[str, Any]) -> None:
        """Say how it went: the first wrong pick is explained alone and leaves a second try, then every option is."""
        question, choice = self._question, change["new"]
        tried = self.result.get("tried", [])
        if "answer" in self.result or choice in tried or not 0 <= choice < len(question.options):
            return
        right = choice == question.answer
        problem = record(
            Kind.QUIZ,
            chapter=self._chapter.number,
            item=self._name,
            outcome=Outcome.PASS if right else Outcome.FAIL,
            detail={"choice": choice, "attempt": len(tried) + 1},
        )
        again = not right and not tried and len(question.options) > TWO
        verdict = _verdict(right, again, second=bool(tried))
        told = {"message": f"{verdict} {problem}".strip(), "tried": [*tried, choice]}
        if again:
            self.result = told | {"whys": {str(choice): question.options[choice].why}}
        else:
            whys = {str(number): option.why for number, option in enumerate(question.options)}
            self.result = told | {"whys": whys, "answer": question.answer}


def _verdict(right: bool, again: bool, *, second: bool) -> str:
    if right:
        return "Right, at the second try." if second else "Right."
    return "Not quite: read why, then try once more." if again else "Not quite: read why below each answer."
