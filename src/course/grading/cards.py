"""Answer cards: right and wrong answers to an exercise, one a file, with what each must come to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import yaml
from pydantic import field_validator

from course.catalog.tables import Table, Text, problems
from course.errors import CourseError
from course.project.fences import fences

ALL_TASKS = "all"
_TASK = re.compile(r"\d+\.\d+")


class _Front(Table):
    """A card's front matter."""

    task: Text
    because: Text = ""

    @field_validator("task")
    @classmethod
    def _is_a_task(cls, task: str) -> str:
        if _TASK.fullmatch(task) or (task == ALL_TASKS and cls is _Front):
            return task
        raise ValueError(f'{task!r} is not a task such as "1.2"')


class _WrongFront(_Front):
    """The front matter of a wrong card, which is for one task."""

    message: Text
    because: Text
    caught_by: Text = ""


@dataclass(frozen=True)
class Card:
    """One answer: what it lays over the reference solution, and for which task.

    A right card (`message` is None) must get full points for `task`, or for the whole exercise when `task` is `all`.
    A wrong one must fail in `task`, in the check `caught_by`, with a message that contains `message`; `because` says
    why people do this.
    """

    path: Path
    task: str
    message: str | None = None
    caught_by: str = ""
    because: str = ""
    files: dict[str, str] = field(default_factory=dict)
    removed: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        return self.message is None

    @property
    def name(self) -> str:
        """The card's kind and the misconception (or the way) it is named after: `wrong/imports_the_model`."""
        return f"{self.path.parent.name}/{self.path.stem}"

    def over(self, reference: Mapping[str, str]) -> dict[str, str]:
        """Return the files of this answer: the reference with the card's own files laid over it.

        Raises CourseError when the card changes nothing, or removes what the reference does not write.
        """
        for path in self.removed:
            if path not in reference:
                raise CourseError(
                    f"{self.name}: {path} is not a file of the solution, so it cannot be removed."
                )
        files = {path: text for path, text in reference.items() if path not in self.removed} | self.files
        if files == reference:
            raise CourseError(f"{self.name}: the card is the reference solution; change something in it.")
        return files


def read_cards(solution: Path) -> tuple[Card, ...]:
    """Return the cards of an exercise, right ones first; CourseError with file and line for a malformed one."""
    return tuple(
        read_card(path, right=kind == "right")
        for kind in ("right", "wrong")
        for path in sorted((solution / kind).glob("*.md"))
    )


def read_card(path: Path, *, right: bool) -> Card:
    """Read one card; CourseError with file and line when it is malformed."""
    lines = path.read_text(encoding="utf-8").splitlines()
    front, body_start = _front_matter(path, lines, right=right)
    files: dict[str, str] = {}
    removed: list[str] = []
    for fence in fences(lines[body_start:]):
        number, words = body_start + fence.opening, fence.info.split()
        if fence.closing is None:
            raise _malformed(path, number, "this fence is never closed")
        if len(words) < 2:
            continue  # an illustration in the prose
        target = words[1]
        pure = PurePosixPath(target)
        if pure.is_absolute() or ".." in pure.parts:
            raise _malformed(path, number, f"{target} is not a path inside my-api")
        if target in files or target in removed:
            raise _malformed(path, number, f"{target} is there twice")
        if words[2:] == ["delete"]:
            removed.append(target)
        elif words[2:]:
            raise _malformed(
                path, number, "a fence is ```` ```python app/x.py ````, or with `delete` after the path"
            )
        else:
            files[target] = fence.text
    if not files and not removed:
        raise _malformed(
            path, len(lines), "it has no file: write a fence such as ```` ```python app/x.py ````"
        )
    return Card(
        path=path,
        task=front.task,
        message=front.message if isinstance(front, _WrongFront) else None,
        caught_by=front.caught_by if isinstance(front, _WrongFront) else "",
        because=front.because,
        files=files,
        removed=tuple(removed),
    )


def _front_matter(path: Path, lines: list[str], *, right: bool) -> tuple[_Front, int]:
    if not lines or lines[0] != "---" or "---" not in lines[1:]:
        raise _malformed(path, 1, "it starts with front matter between two lines `---`")
    end = lines.index("---", 1)
    try:
        front = yaml.safe_load("\n".join(lines[1:end])) or {}
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark.line + 2 if error.problem_mark else 2
        raise _malformed(path, at, f"the front matter is not YAML: {error.problem}") from error
    if not isinstance(front, dict):
        raise _malformed(path, 2, 'the front matter is lines such as `task: "1.2"`')
    kind = _Front if right else _WrongFront
    for problem in problems(kind, front):
        key = problem.keys[0] if problem.keys else ""
        places = [number for number, line in enumerate(lines[:end], start=1) if line.startswith(f"{key}:")]
        missing = key in kind.model_fields and not places
        raise _malformed(path, end + 1 if missing else min(places, default=2), str(problem))
    return kind.model_validate(front), end + 1


def _malformed(path: Path, line: int, what: str) -> CourseError:
    return CourseError(f"{path.parent.name}/{path.name}, line {line}: {what}.")
