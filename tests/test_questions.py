"""Quiz and hints files: each rule broken once."""

from pathlib import Path
from typing import Any

import pytest

from course.catalog.questions import Question, read_hints
from course.catalog.tables import problems
from course.errors import CourseError


def options(*, right: int = 0, count: int = 3, **changes: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"text": f"option {i}", "why": f"because {i}"} for i in range(count)]
    found[right]["right"] = True
    found[1] |= changes
    return found


def said(question: object) -> list[str]:
    return [str(problem) for problem in problems(dict[str, Question], {"01-a": question})]


def test_a_good_question_passes() -> None:
    assert said({"prompt": "Why?", "options": options()}) == []


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ({"prompt": " ", "options": options()}, "01-a: `prompt` is empty"),
        ({"options": options()}, "01-a: `prompt` is missing"),
        ({"prompt": "Why?"}, "01-a: `options` is missing"),
        ({"prompt": "Why?", "options": 3}, "01-a: `options` must be a list"),
        ({"prompt": "Why?", "options": options(count=2)}, "01-a: it has 2 options; 3 or 4"),
        ({"prompt": "Why?", "options": options(count=5)}, "01-a: it has 5 options; 3 or 4"),
        (
            {"prompt": "Why?", "options": [*options(), {"text": "x", "why": "y", "right": True}]},
            "01-a: 2 options are right",
        ),
        ({"prompt": "Why?", "options": [o | {"right": False} for o in options()]}, "0 options are right"),
        ({"prompt": "Why?", "options": options(why="")}, "01-a.options 2: `why` is empty"),
        ({"prompt": "Why?", "options": options(text="")}, "01-a.options 2: `text` is empty"),
        ({"prompt": "Why?", "options": options(text="option 0")}, "01-a: two options say the same"),
        (
            {"prompt": "Why?", "options": options(text="All of the above")},
            "'All of the above' is a catch-all",
        ),
        ({"prompt": "Why?", "options": options(correct="yes")}, "options 2: `correct` does not belong here"),
        ({"prompt": "Why?", "options": options(), "hint": "x"}, "01-a: `hint` does not belong here"),
        ("no table", "`01-a` must be a table"),
    ],
)
def test_a_bad_question_is_named(question: object, sentence: str) -> None:
    (found,) = said(question)
    assert sentence in found


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("['1.1']\nhints = ['a', 'b', 'c', 'd']\n", "1.1: it has 4 hints"),
        ("['1.1']\nhints = ['a', ' ']\n", "1.1.hints 2: it is empty"),
        ("['1.1']\nhint = ['a']\n", "1.1: `hint` does not belong here"),
        ("[1.1\n", "is not TOML"),
    ],
)
def test_bad_hints_are_named(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "hints.toml"
    file.write_text(text)
    with pytest.raises(CourseError, match=sentence):
        read_hints(file)
