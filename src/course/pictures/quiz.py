"""A quiz question without a kernel: the question, the options, and the answer folded away."""

from collections.abc import Sequence
from string import ascii_uppercase

from course.catalog.questions import Option
from course.pictures.theme import Html, el, fold, page, prose, sign
from course.pictures.view import View


def quiz_view(prompt: str, options: Sequence[Option], *, label: str = "Question") -> View:
    """Show a question with lettered options; the answer is folded away in HTML and left out of the text."""
    lettered = list(zip(ascii_uppercase, options, strict=False))
    hint = "Run this cell to answer."
    text = [f"{label}: {prompt}", *(f"  {letter}. {option.text}" for letter, option in lettered), hint]
    html = page(
        "question",
        el(
            "div",
            el("div", el("span", label, cls="pfc-badge pfc-info"), cls="pfc-head"),
            *(el("p", prose(paragraph), cls="pfc-title") for paragraph in prompt.split("\n\n")),
            el(
                "ul", *(_option(letter, prose(option.text)) for letter, option in lettered), cls="pfc-options"
            ),
            el("p", hint, cls="pfc-muted"),
            fold("Show the answer", el("ul", *(_answer(*pair) for pair in lettered), cls="pfc-options")),
            cls="pfc-card pfc-info",
        ),
        label=label,
    )
    return View(html, "\n".join(text))


def _option(letter: str, *content: str) -> Html:
    return el("li", el("span", f"{letter}.", cls="pfc-letter"), el("span", *content))


def _answer(letter: str, option: Option) -> Html:
    symbol, word, tone = ("✓", "Right", "ok") if option.right else ("✗", "Wrong", "bad")
    return _option(letter, sign(symbol, "", tone), el("strong", f" {word}. "), prose(option.why))
