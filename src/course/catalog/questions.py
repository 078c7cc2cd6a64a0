"""What a chapter asks and whispers: its quiz, and the hints of its exercise."""

import re
from pathlib import Path
from typing import Self

from pydantic import model_validator

from course.catalog import readable
from course.catalog.tables import Table, Text, read_table

MAX_HINTS = 3
_CATCH_ALL = re.compile(r"\b(?:all|none|both) of (?:the )?(?:above|these|them)\b", re.IGNORECASE)


class Option(Table):
    """One option, whether it is right, and why."""

    text: Text
    why: Text
    right: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if _CATCH_ALL.search(self.text):
            raise ValueError(f"{self.text!r} is a catch-all")
        return self


class Question(Table):
    """One table of a chapter's quiz.toml."""

    prompt: Text
    options: tuple[Option, ...]

    @model_validator(mode="after")
    def _has_one_answer(self) -> Self:
        if not 3 <= len(self.options) <= 4:
            raise ValueError(f"it has {len(self.options)} options; 3 or 4 are right")
        if (right := sum(option.right for option in self.options)) != 1:
            raise ValueError(f"{right} options are right; exactly one must be")
        if len({option.text for option in self.options}) != len(self.options):
            raise ValueError("two options say the same")
        return self

    @property
    def answer(self) -> int:
        """The index of the right option."""
        return next(number for number, option in enumerate(self.options) if option.right)


class Hints(Table):
    """One table of an exercise's hints.toml: the hints of a task, from a nudge to nearly the answer."""

    hints: tuple[Text, ...]

    @model_validator(mode="after")
    def _are_few(self) -> Self:
        if not 1 <= len(self.hints) <= MAX_HINTS:
            raise ValueError(f"it has {len(self.hints)} hints; one to {MAX_HINTS} are right")
        return self


def read_questions(path: Path) -> dict[str, Question]:
    """Return the questions of a quiz file by their ids, none when there is no file; CourseError when it is malformed."""
    return read_table(dict[str, Question], path) if readable(path) else {}


def read_hints(path: Path) -> dict[str, tuple[str, ...]]:
    """Return the hints of an exercise by task; CourseError when the file is malformed."""
    return {task: table.hints for task, table in read_table(dict[str, Hints], path).items()}
