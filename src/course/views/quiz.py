"""A quiz question without a kernel: the question, the options, and the answer folded away."""

from collections.abc import Sequence
from dataclasses import dataclass

from course.views.theme import el, page
from course.views.view import View


@dataclass(frozen=True)
class QuizOption:
    """One option, whether it is right, and why."""

    text: str
    why: str
    right: bool = False


def quiz_view(prompt: str, options: Sequence[QuizOption], *, label: str = "Question") -> View:
    """Show a question with lettered options; the answer is folded away in HTML and left out of the text."""
    text = "\n".join([prompt, *(f"  {'ABCDEFGH'[n]}. {o.text}" for n, o in enumerate(options))])
    return View(page("quiz", el("pre", text)), text)
